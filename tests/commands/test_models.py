import json
import shutil
from pathlib import Path

import pytest

from xray_core.cli import main
from xray_core.quality import measuring
from xray_core.quality.report import read_report
from xray_core.runs.store import REPORT, Run, open_run, write_json

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def own_run(tiny_run: Run, tmp_path: Path) -> Run:
    """A copy that may be written to."""
    shutil.copytree(tiny_run.path, tmp_path / "models" / tiny_run.id)
    return open_run(tmp_path / "models" / tiny_run.id)


@pytest.fixture
def words(own_run: Run, films_dir: Path) -> list[str]:
    run = ["--run", own_run.id, "--models-dir", str(own_run.path.parent)]
    return ["explain-report", *run, "--data", str(films_dir), "--films", "4"]


def test_a_report_is_printed_and_kept_without_paths_and_patients(
    words: list[str], own_run: Run, films_dir: Path, capsys: Capture
) -> None:
    assert main([*words, "--method", "layer_cam", "--json"]) == 0
    shown = capsys.readouterr()
    (row,) = json.loads(shown.out)[own_run.id]
    assert (row["method"], row["films"]) == ("layer_cam", 4)
    assert row["measures"]["deletion"]["n"] == 4 - row["flat"]
    kept = (own_run.path / REPORT).read_text(encoding="utf-8")
    assert read_report(own_run) == [row]
    for secret in (str(films_dir.parent), "synthetic-5-", ".png"):
        assert secret not in kept


def test_a_report_for_people_has_a_line_a_measure(words: list[str], capsys: Capture) -> None:
    assert main([*words, "--method", "layer_cam"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "layer_cam: 4 films" in lines[0]
    row = next(line for line in lines if "Repeatability" in line)
    assert row.split()[-1] in ("good", "doubtful", "poor")
    assert " to " in row


def test_an_interrupted_report_leaves_the_run_as_it_was(
    words: list[str], own_run: Run, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    (own_run.path / REPORT).parent.mkdir(exist_ok=True)
    write_json(own_run.path / REPORT, {"rows": []})
    before = {path: path.stat().st_mtime_ns for path in own_run.path.rglob("*")}
    monkeypatch.setattr(measuring, "repeatability", stop)
    assert main([*words, "--method", "layer_cam"]) == 130
    assert capsys.readouterr().out == ""
    assert {path: path.stat().st_mtime_ns for path in own_run.path.rglob("*")} == before
