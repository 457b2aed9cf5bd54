"""Which model to use, and which can be told apart, on the Compare page."""

import shutil

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.shared import session
from tests.pages.conftest import OpenPage
from xray_core.evaluation import compare
from xray_core.runs.ids import new_run_id
from xray_core.runs.store import PREDICTIONS, Run, open_run

pytestmark = pytest.mark.usefixtures("no_shipped")


@pytest.fixture
def worse_run(own_run: Run) -> Run:
    """Another run on the same films, whose answers are those of the next film."""
    folder = own_run.path.with_name(new_run_id("small_cnn"))
    shutil.copytree(own_run.path, folder)
    table = pd.read_csv(folder / PREDICTIONS)
    for label in own_run.classes:
        table[f"p_{label}"] = table[f"p_{label}"].to_numpy()[::-1]
    table.to_csv(folder / PREDICTIONS, index=False)
    return open_run(folder)


def test_the_answer_stands_above_all_and_its_grounds_below(
    open_page: OpenPage, worse_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare, "LEAST_FOR_AUC", 2)
    page = open_page("compare")
    assert not page.exception
    texts = [item.value for item in page.markdown]
    (answer,) = [text for text in texts if text.startswith("**Use ")]
    assert "macro-F1" in answer
    assert "Rule: the highest macro-F1" in " ".join(item.value for item in page.caption)
    page.session_state[session.COMPARE_TABS.name] = "Told apart"
    page.run()
    assert "Can they be told apart?" in [item.value for item in page.subheader]
    frames = [frame.value for frame in page.dataframe]
    (table,) = [frame for frame in frames if "p (McNemar)" in frame]
    assert len(table) == 3, "each with the other, and both with their mean"
    page.segmented_control(key="compare_metric").set_value("accuracy").run()
    assert any("**Use" in item.value and " accuracy" in item.value for item in page.markdown)


def test_films_that_divide_the_models_come_first(open_tab: OpenPage, worse_run: Run) -> None:
    page = open_tab("Disagreement")
    assert not page.exception
    (parted,) = [frame.value for frame in page.dataframe if "Apart" in frame.value]
    assert (parted["Apart"].astype(float).diff().dropna() <= 0).all()


def test_models_of_other_films_get_words_and_no_test(open_page: OpenPage, worse_run: Run) -> None:
    table = pd.read_csv(worse_run.path / PREDICTIONS)
    table.assign(id="other/" + table["id"]).to_csv(worse_run.path / PREDICTIONS, index=False)
    page = open_page("compare")
    page.session_state[session.COMPARE_TABS.name] = "Told apart"
    page.run()
    assert not page.exception
    assert "Can they be told apart?" not in [item.value for item in page.subheader]
    assert any("not tested on the same films" in item.value for item in page.caption)


@pytest.mark.parametrize(
    ("tab", "column"),
    [("Calibration", "By chance"), ("Thresholds", "Threshold"), ("Sets", "Classes in a set")],
)
def test_what_probabilities_are_worth_is_shown_when_its_tab_is_opened(
    open_page: OpenPage, worse_run: Run, tab: str, column: str
) -> None:
    page = open_page("compare")
    assert not [frame for frame in page.dataframe if column in frame.value]
    page.session_state[session.COMPARE_TABS.name] = tab
    page.run()
    assert not page.exception
    shown = [frame.value for frame in page.dataframe if column in frame.value]
    if tab == "Calibration":
        assert shown[0]["Model"].tolist()[-1] == "The mean of all models"
    else:  # too few films for a threshold, and drawn ones are in no set
        assert not shown
        assert any(part in texts(page) for part in ("validation films with it", "None of these"))


def texts(page: AppTest) -> str:
    return " ".join(item.value for item in page.caption)
