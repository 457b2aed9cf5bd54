import json
import shutil
from pathlib import Path

import pytest

from tests.command_line import printed_json
from xray_core.cli import main
from xray_core.files import write_json
from xray_core.quality import measuring, report
from xray_core.quality.report import read_report
from xray_core.runs.store import REPORT, Run, open_run

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


@pytest.mark.long
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


def test_a_report_for_people_has_a_line_a_measure(
    words: list[str], own_run: Run, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    entry = {"value": -0.1234, "low": -0.2, "high": 0.05, "n": 4, "word": "poor"}
    row = {"method": "layer_cam", "data": "films", "films": 4, "flat": 1}
    rows = [row | {"measures": {"deletion_gain": entry}}]
    monkeypatch.setattr(report, "report", lambda *_, **__: {own_run.id: rows})
    assert main([*words, "--method", "layer_cam"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head == f"{own_run.id}, layer_cam: 4 films, 1 flat maps"
    assert " ".join(line.split()) == "Deletion against random -0.123 (-0.200 to 0.050) poor"


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


def test_export_writes_a_run_that_predicts(
    run_words: list[str], film: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "deep" / "pocket"
    assert main(["export", *run_words, "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert main(["predict", "--run", str(out), "--json", str(film)]) == 0
    assert printed_json(capsys)[0]["run"] == "pocket"
