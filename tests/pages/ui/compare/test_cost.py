import shutil

import pandas as pd
import pytest

from pages.ui.compare.cost import Point, front_words, pareto
from tests.pages.conftest import OpenPage
from xray_core.runs.ids import new_run_id
from xray_core.runs.store import PREDICTIONS, Run


def point(cost: float | None, value: float | None) -> Point:
    return Point(cost, {"value": value, "low": None, "high": None, "n": 9})


def test_the_line_joins_models_that_no_other_beats_for_less() -> None:
    points = {"a": point(1, 0.7), "b": point(4, 0.9), "c": point(None, 0.95), "d": point(2, None)}
    line, *models = pareto(
        points, ("a", "b"), dict(zip("abcd", "ABCD", strict=True)), ("MB", "f1")
    ).data
    assert (list(line.x), list(line.y)) == ([1, 4], [0.7, 0.9])
    assert [model.name for model in models] == ["A", "B"], "others have no place"
    assert "Each is the best" in front_words(("a", "b"), {"a": "A", "b": "B"}, 2)
    assert front_words(("a",), {"a": "A"}, 2).startswith("On the line: A. For every other model")


@pytest.mark.long
@pytest.mark.usefixtures("no_shipped")
def test_size_is_shown_at_once_and_time_when_asked_for(open_tab: OpenPage, own_run: Run) -> None:
    folder = own_run.path.with_name(new_run_id("small_cnn"))
    shutil.copytree(own_run.path, folder)
    table = pd.read_csv(folder / PREDICTIONS)
    table.to_csv(folder / PREDICTIONS, index=False)
    page = open_tab("Cost")
    assert not page.exception
    (sizes,) = [item.value for item in page.dataframe if "On the line" in item.value]
    cells = sizes["Megabytes of weights"].astype(float)
    assert cells[2] == pytest.approx(cells[0] + cells[1], abs=0.11), "the mean needs both"
    page.segmented_control(key="compare_cost").set_value("Milliseconds per film, here").run()
    assert not page.exception
    (times,) = [item.value for item in page.dataframe if "On the line" in item.value]
    assert (times["Milliseconds per film, here"].astype(float) > 0).all()
