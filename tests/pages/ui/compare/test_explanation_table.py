from collections.abc import Callable
from typing import Any

import pytest

from pages.ui.compare.explanation_table import explanation_frame, report_command
from tests.pages.conftest import OpenPage
from xray_core.quality.report import store_report
from xray_core.runs.store import Run


def row(method: str, gain: float, word: str, manifest: str = "0123") -> dict[str, Any]:
    entry = {"value": gain, "low": gain - 0.1, "high": gain + 0.1, "n": 9, "word": word}
    facts = {"data": "clinic", "manifest": manifest, "films": 9, "flat": 2, "seen": 0}
    return {"method": method, **facts, "measures": {"insertion_gain": entry}}


def test_the_fewest_poor_measures_come_first(make_run: Callable[..., Run]) -> None:
    one = make_run()
    rows = [
        (one, row("guided_backprop", 0.9, "poor")),
        (one, row("grad_cam", 0.2, "good")),
        (one, row("layer_cam", 0.3, "good")),
        (one, row("saliency", 0.01, "doubtful")),
    ]
    frame = explanation_frame(rows, {one.id: "A"})
    assert frame["Method"].tolist() == [
        "LayerCAM",
        "Grad-CAM",
        "Saliency",
        "Guided backpropagation",
    ]
    assert frame["Poor"].tolist() == ["0", "0", "0", "1"]
    cells = frame["Insertion against random"].tolist()
    assert cells[0] == "✓ good +0.30 (+0.20 to +0.40)"
    assert cells[2] == "? doubtful +0.01 (-0.09 to +0.11)"
    assert cells[3].startswith("✕ poor")
    assert set(frame["Repeatability"]) == {"–"}
    assert frame["Films"].tolist() == ["9 films of clinic"] * 4


@pytest.mark.usefixtures("no_shipped")
def test_without_a_report_the_page_gives_the_command(open_tab: OpenPage, own_run: Run) -> None:
    page = open_tab("Maps")
    assert not page.exception
    assert page.code[1].value == report_command((own_run,))
    assert f"explain-report --run {own_run.id} --data DATA" in page.code[1].value
    assert len(page.dataframe) == 1


@pytest.mark.usefixtures("no_shipped")
def test_reports_stand_side_by_side_and_other_films_are_warned_of(
    open_tab: OpenPage, own_run: Run
) -> None:
    store_report(own_run, [row("grad_cam", 0.2, "good"), row("layer_cam", 0.3, "good")])
    page = open_tab("Maps")
    assert not page.exception
    assert not page.warning
    assert [
        item.value
        for item in page.code
        if "explain-report" in item.value and "--layers" not in item.value
    ] == []
    assert page.dataframe[-1].value["Method"].tolist() == ["LayerCAM", "Grad-CAM"]
    store_report(own_run, [row("layer_cam", 0.3, "good", "4567")])
    assert "different films" in open_tab("Maps").warning[0].value
