import json
from dataclasses import replace

import pytest

from xray_core.arrays import Float32Array
from xray_core.cli import main
from xray_core.data.records import Manifest
from xray_core.errors import DatasetError
from xray_core.explain import passes
from xray_core.runs.store import Run
from xray_core.settings import Settings
from xray_core.shortcuts import asked
from xray_core.shortcuts.changes import CHANGES
from xray_core.shortcuts.lab import _too_few, find_shortcuts
from xray_core.shortcuts.verdict import LEANS, OPEN
from xray_core.shortcuts.words import text_lines

pytestmark = pytest.mark.usefixtures("settings")


@pytest.fixture
def unsplit(films: Manifest) -> Manifest:
    """Films that the tiny run has not seen, three times each: so many as the lab needs."""
    tests = films.split("test").records
    several = [
        replace(record, id=f"{record.id} {copy}", sha256=f"{record.sha256} {copy}", split="test")
        for copy in range(3)
        for record in tests
    ]
    return Manifest(tuple(several), films.roots)


@pytest.mark.long
def test_all_parts_are_reported_and_progress_is_told(tiny_run: Run, unsplit: Manifest) -> None:
    steps: list[str] = []
    report = find_shortcuts(tiny_run, unsplit, lambda step, *_: steps.append(step))
    assert report.n == len(unsplit.records)
    assert [row["change"] for row in report.changes] == list(CHANGES)
    for row in report.changes:
        assert -1 <= row["difference"]["value"] <= 1
        assert 0 <= row["kept"]["value"] <= 1
    assert sum(row["n"] for row in report.groups) == report.n
    assert report.met == {"adult": [], "child": []}, "drawn films teach nothing of patients"
    assert report.verdict.word in (LEANS, OPEN), "six patients of a class give no area"
    assert any("two classes of 10 patients" in line for line in report.not_evaluated)
    assert {"as they are", "finding lungs", "border alone"} <= set(steps)
    assert json.loads(json.dumps(report.as_json()))["run"] == tiny_run.id
    lines = list(text_lines(report))
    assert lines[0].startswith(f"{tiny_run.id}: ")
    assert any(line.startswith("Lungs blacked out: balanced accuracy") for line in lines)


@pytest.mark.long
def test_a_lab_that_was_stopped_goes_on_where_it_was(
    tiny_run: Run, unsplit: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    real = passes.forward

    def counted(model: object, films: Float32Array, layer: str | None = None) -> object:
        calls.append(len(films))
        return real(model, films, layer)

    def stop(step: str, done: int, total: int) -> None:
        if step == "centre alone":
            raise KeyboardInterrupt

    monkeypatch.setattr(asked, "AT_ONCE", 6)  # 24 films in blocks that all differ
    monkeypatch.setattr(asked, "forward", counted)
    with pytest.raises(KeyboardInterrupt):
        find_shortcuts(tiny_run, unsplit, stop)
    before = len(calls)
    whole = find_shortcuts(tiny_run, unsplit)
    blocks = -(-len(unsplit.records) // 6)
    assert len(calls) == blocks * (1 + len(CHANGES)), "no block is asked twice"
    assert before == 5 * blocks + 1
    assert find_shortcuts(tiny_run, unsplit) == whole
    assert len(calls) == blocks * (1 + len(CHANGES))


def test_without_films_stored_predictions_are_looked_at(tiny_run: Run) -> None:
    report = find_shortcuts(tiny_run)
    assert report.verdict.word == OPEN
    assert report.changes == []
    assert report.n == tiny_run.scores()["n"]
    assert report.not_evaluated == ("Changed films and probes: name films with --data.",)


def test_what_films_are_missing_is_said() -> None:
    assert _too_few(CHANGES["border_alone"], 1) == (
        "Border alone: 20 films are needed, there are 1."
    )
    assert _too_few(CHANGES["without_lungs"], 7) == (
        "Lungs blacked out: 20 films are needed, lungs were found on 7."
    )


def test_films_of_no_known_class_are_refused(tiny_run: Run, unsplit: Manifest) -> None:
    other = tuple(replace(record, label="asthma") for record in unsplit.records)
    with pytest.raises(DatasetError, match="No film has a label"):
        find_shortcuts(tiny_run, Manifest(other, unsplit.roots))


def test_the_command_prints_the_verdict(
    tiny_run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["shortcuts", "--run", str(tiny_run.path)]
    assert main(words) == 0
    assert "was not measured" in capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"]["word"] == OPEN
