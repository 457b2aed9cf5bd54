"""The audit on the Dataset page: before it runs, with nothing wrong, with findings, in error."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import pages.ui.dataset.audit as panel
from pages.ui.dataset import film_grid
from pages.ui.dataset.answers import maps_of
from pages.ui.shared import session
from pages.ui.shared.cache import seen_films
from tests.pages.conftest import OpenPage
from xray_core.audit.finding import AuditReport, Finding
from xray_core.data.catalogue import add_dataset
from xray_core.data.decisions import (
    DECISIONS,
    LEAVE_OUT,
    LEFT_OUT,
    Decision,
    read_decisions,
    write_decision,
)
from xray_core.data.records import Manifest
from xray_core.data.scan import scan
from xray_core.errors import DatasetError
from xray_core.runs.store import Run

pytestmark = pytest.mark.usefixtures("few_demo_films", "no_shipped")


@pytest.fixture
def clinic(films_dir: Path, tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(films_dir, tmp_path / "clinic"))
    add_dataset(folder)
    return folder


@pytest.fixture
def open_audit(open_page: OpenPage) -> Callable[[str], AppTest]:
    def open_named(name: str) -> AppTest:
        page = open_page("dataset").selectbox(key="dataset").set_value(name).run()
        page.session_state[session.dataset_tabs(name).name] = "Audit"
        return page.run()

    return open_named


def press(page: AppTest, label: str) -> AppTest:
    (button,) = [item for item in page.button if item.label == label]
    return button.click().run()


def findings(manifest: Manifest, progress: Any = None) -> AuditReport:
    """A copy and a doubtful label, without looking at any film."""
    if progress:
        progress("comparing films", 1, 2)
    first, second, third = (record.id for record in manifest.records[:3])
    found = (
        Finding("altered_copy", ((first, second),), "Two films are one.", "It lies.", "Divide."),
        Finding("doubtful_label", ((third,),), "One label is doubtful.", "It hides.", "Look."),
    )
    return AuditReport(manifest, found, ("The view: not stated.",))


def texts(page: AppTest) -> str:
    return "\n".join(item.value for item in (*page.markdown, *page.success, *page.error))


def test_nothing_is_audited_until_it_is_asked_for(
    open_audit: Callable[[str], AppTest], clinic: Path
) -> None:
    page = open_audit("clinic")
    assert not page.exception
    assert [item.label for item in page.button if "udit" in item.label] == ["Audit these films"]
    assert "finding" not in texts(page)


def test_a_clean_data_set_is_said_to_be_clean(
    open_audit: Callable[[str], AppTest], clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel, "audit", lambda films, _: AuditReport(films, (), ()))
    page = press(open_audit("clinic"), "Audit these films")
    assert "Nothing was found in 48 films." in texts(page)
    assert [item.label for item in page.button if "udit" in item.label] == ["Audit again"]


def test_findings_are_shown_and_decisions_are_kept_and_undone(
    open_audit: Callable[[str], AppTest], clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel, "audit", findings)
    page = press(open_audit("clinic"), "Audit these films")
    assert not page.exception
    said = texts(page)
    assert "**2 findings**" in said
    assert "What it does to a score.** It lies." in said
    assert "- The view: not stated." in said
    titles = [item.label for item in page.expander if "." in item.label]
    assert titles == [
        "1. Altered copy: Two films are one.",
        "2. Doubtful label: One label is doubtful.",
    ]
    (choice,) = [item for item in page.selectbox if str(item.label).startswith("Decision on")]
    assert choice.value == "Not decided"
    page = choice.set_value("Leave out").run()
    assert not page.exception
    (decision,) = read_decisions(clinic).values()
    assert decision.decision == "leave out"
    assert decision.sha256
    assert next(item.value for item in page.metric if item.label == "Films") == "47"
    assert "train " in texts(press(page, "Divide honestly")), "in one click"
    page = press(page, "Undo")
    assert not (clinic / DECISIONS).exists()
    assert next(item.value for item in page.metric if item.label == "Films") == "48"


def test_a_film_below_two_findings_is_decided_once(
    open_audit: Callable[[str], AppTest], clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(manifest: Manifest, _: Any = None) -> AuditReport:
        first, second = (record.id for record in manifest.records[:2])
        found = (
            Finding("label_conflict", ((first, second),), "Two labels.", "It hides.", "Look."),
            Finding("doubtful_label", ((first,),), "One is doubtful.", "It hides.", "Look."),
        )
        return AuditReport(manifest, found, ())

    monkeypatch.setattr(panel, "audit", twice)
    page = press(open_audit("clinic"), "Audit these films")
    assert not page.exception
    choices = [item for item in page.selectbox if str(item.label).startswith("Decision on")]
    page = choices[0].set_value("Leave out").run()
    assert not page.exception
    choices = [item for item in page.selectbox if str(item.label).startswith("Decision on")]
    assert [item.value for item in choices] == ["Leave out", "Not decided", "Leave out"]
    assert [item.label for item in page.button].count("Undo") == 1


def test_copies_can_be_left_out_where_they_were_found(
    open_audit: Callable[[str], AppTest], clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[list[str]] = []

    def films(manifest: Manifest, records: Any, key: str, *_: object, tab: str = "") -> None:
        if tab == "Audit":
            shown.append([record.problem for record in records])

    monkeypatch.setattr(panel, "audit", findings)
    monkeypatch.setattr(film_grid, "show_films", films)
    page = press(open_audit("clinic"), "Audit these films")
    assert not page.exception
    assert shown[-1] == ["", ""]
    write_decision(clinic, Decision(scan(clinic).records[0].path, LEAVE_OUT))
    page = press(page, "Rescan")
    page.session_state[session.dataset_tabs("clinic").name] = "Audit"
    assert not page.run().exception
    assert shown[-1] == [LEFT_OUT, ""], "as decided since the audit"


def test_doubtful_films_stand_beside_a_models_answer_with_its_map(
    open_audit: Callable[[str], AppTest],
    clinic: Path,
    own_run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(panel, "audit", findings)
    page = press(open_audit("clinic"), "Audit these films")
    assert not page.exception
    assert not page.error
    (model,) = [item for item in page.selectbox if item.label == "Answers and maps of"]
    assert model.value == own_run.id
    films = scan(clinic).where(lambda record: record.sha256 < "8")
    found = maps_of(own_run, films)
    assert set(found) == {record.id for record in films.records}
    met = seen_films(own_run).among(films.records)
    assert {name for name, item in found.items() if "trained on it" in item.note} == met
    page = model.set_value("").run()
    assert not page.exception


def test_an_audit_that_cannot_be_done_says_why(
    open_audit: Callable[[str], AppTest], clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> AuditReport:
        raise DatasetError("No room.", where="cache", fix="Make room.")

    monkeypatch.setattr(panel, "audit", fail)
    page = press(open_audit("clinic"), "Audit these films")
    assert not page.exception
    assert "No room." in texts(page)


def test_a_damaged_table_of_decisions_is_named(
    open_audit: Callable[[str], AppTest], clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel, "audit", findings)
    page = press(open_audit("clinic"), "Audit these films")
    (clinic / DECISIONS).write_text("path,decision\na.png,perhaps\n")
    page = page.run()
    assert not page.exception
    assert "line 2 has no path" in texts(page)
