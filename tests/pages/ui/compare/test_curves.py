import numpy as np
import pytest

from pages.ui.compare.curves import curve_chart
from pages.ui.shared.theme import RUN_DASHES
from tests.pages.conftest import OpenPage
from xray_core.evaluation.curves import GRID, Curve
from xray_core.runs.store import Run

NONE = np.full(len(GRID), np.nan)


def test_a_run_without_a_curve_leaves_the_others_their_style() -> None:
    curve = Curve(GRID, GRID**0.5, NONE, NONE, {})
    guess, drawn = curve_chart(
        {"one": None, "two": (curve, "B: AUC 0.67")}, ("x", "y"), ((0, 0), (1, 1))
    ).data
    assert list(guess.y) == [0, 1]
    assert drawn.name == "B: AUC 0.67"
    assert drawn.line.dash == RUN_DASHES[1]
    banded = Curve(GRID, GRID, GRID - 0.1, GRID + 0.1, {})
    _, band, line = curve_chart({"one": (banded, "A")}, ("x", "y"), ((0, 0), (1, 1))).data
    assert band.fill == "toself"
    assert len(band.x) == 2 * len(line.x)


@pytest.mark.usefixtures("no_shipped")
def test_every_class_has_both_curves_when_the_tab_is_opened(
    open_tab: OpenPage, own_run: Run
) -> None:
    page = open_tab("ROC, precision")
    assert not page.exception
    assert not page.error
    titles = [item.value for item in page.markdown if item.value.endswith("against the rest")]
    assert len(titles) == len(own_run.classes)
    assert any("Precision depends on how often" in item.value for item in page.caption)
