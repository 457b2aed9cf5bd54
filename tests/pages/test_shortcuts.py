"""The shortcut lab on the Patterns page: before it runs, with signs, without, in error."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import pages.ui.patterns.shortcuts as panel
from pages.ui.patterns.source import KEPT
from xray_core.data.catalogue import DEMO_NAME
from xray_core.data.records import Manifest
from xray_core.errors import DatasetError
from xray_core.runs.store import Run
from xray_core.shortcuts.lab import ShortcutReport
from xray_core.shortcuts.verdict import verdict_of

pytestmark = pytest.mark.usefixtures("few_demo_films")

SCORE = {"value": 0.9, "low": 0.85, "high": 0.95, "n": 12, "interval": "bootstrap"}


def reported(run: Run, manifest: Manifest, progress: Any) -> ShortcutReport:
    """One sign, without asking any network."""
    progress("as they are", 6, 12)
    row = {
        "change": "border_alone",
        "title": "Border alone",
        "n": 12,
        "auc": {"covid": SCORE},
        **dict.fromkeys(("balanced_accuracy", "difference", "kept", "shift"), SCORE),
    }
    probe = {"fact": "source", "within": "all", "chance": 0.5, **SCORE}
    group = {"class": "covid", "age_group": "", "source": "", "n": 12}
    verdict = verdict_of([row], [])
    missed = ("The view: not stated.",)
    groups = [group | {"right": 0.5, "low": 0.4, "high": 0.6}]
    within = {"class": "covid", "source": "ward", "n": 12, "auc": SCORE, "plain": SCORE}
    met = {"adult": ["normal", "covid"], "child": []}
    return ShortcutReport(run.id, 12, 12, [row], [probe], groups, [within], met, verdict, missed)


def draw(where: str) -> None:
    from pages.ui.patterns.shortcuts import shortcut_panel
    from xray_core.runs.listing import list_runs

    shortcut_panel(list_runs()[:1], where)


def opened(where: str) -> AppTest:
    return AppTest.from_function(draw, default_timeout=60, kwargs={"where": where}).run()


def look(page: AppTest) -> AppTest:
    (button,) = [item for item in page.button if item.label == "Look for shortcuts"]
    return button.click().run()


def test_signs_are_named_with_films_that_show_what_was_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(panel, "find_shortcuts", reported)
    page = opened(DEMO_NAME)
    assert not page.warning
    page = look(page)
    assert not page.exception
    (warning,) = [item.value for item in page.warning]
    assert "leans on shortcuts" in warning
    assert "Border alone: COVID-19 is still told from the rest" in warning
    assert not [item for item in page.button if item.label == "Look for shortcuts"]
    page.session_state["patterns_figures_fold"] = True
    page.run()
    frames = [frame.value for frame in page.dataframe]
    assert any("Read off its features" in frame for frame in frames)
    assert any("AUC COVID-19" in frame for frame in frames)
    (within,) = [frame for frame in frames if "AUC within it" in frame]
    assert within["Source"].tolist() == ["ward"]
    assert any("adult: Normal, COVID-19; child: no class." in item.value for item in page.caption)


def test_the_chart_begins_with_films_as_they_are(own_run: Run) -> None:
    report = reported(own_run, Manifest((), {}), lambda *_: None)
    lost = report.changes[0] | {"difference": SCORE | {"value": -0.05}}
    rows = panel.change_scores({own_run.id: replace(report, changes=[lost])})[own_run.id]
    assert list(rows) == ["As they are", "Border alone"]
    assert rows["As they are"] is not None
    assert rows["As they are"]["value"] == 0.95
    partly = replace(report, changes=[lost | {"n": 7}])
    assert list(panel.change_scores({"a": partly})["a"]) == ["Border alone"], "lungs on some alone"


def test_of_stored_test_films_nothing_can_be_changed() -> None:
    page = opened(KEPT)
    assert not page.exception
    assert not page.button
    assert any("Choose a data set above" in item.value for item in page.caption)


def test_an_error_is_said_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise DatasetError("The model has seen all these films or patients in training.")

    monkeypatch.setattr(panel, "find_shortcuts", refuse)
    page = look(opened(DEMO_NAME))
    assert not page.exception
    assert any("has seen all these films" in item.value for item in page.error)
