import pandas as pd
import pytest

from pages.ui.compare.learning import learning_chart
from tests.pages.conftest import OpenPage
from xray_core.runs.store import Run


def history(*losses: float) -> pd.DataFrame:
    epochs = range(1, len(losses) + 1)
    return pd.DataFrame({"epoch": epochs, "loss": losses, "val_loss": [2 * x for x in losses]})


def test_validation_is_marked_and_training_dotted_in_the_colour_of_the_model() -> None:
    names = {"a": "A · one", "b": "B · not trained here", "c": "C · <b>"}
    figure = learning_chart({"a": history(0.9, 0.5), "c": history(0.8)}, "loss", "Loss", names)
    trained, tested, _, third = figure.data
    assert list(trained.y) == [0.9, 0.5]
    assert trained.line.dash == "dot"
    assert list(tested.y) == [1.8, 1.0]
    assert trained.line.color == tested.line.color != third.line.color
    assert third.name == "C · &lt;b&gt;"
    assert third.marker.symbol != tested.marker.symbol, "that of the third place"


@pytest.mark.usefixtures("no_shipped")
def test_the_tab_says_whether_the_validation_films_are_the_same(
    open_tab: OpenPage, own_run: Run
) -> None:
    page = open_tab("Learning")
    assert not page.exception
    assert any("validated on the same films" in item.value for item in page.caption)
    assert len(page.get("plotly_chart")) == 2
