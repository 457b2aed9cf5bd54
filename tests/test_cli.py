"""The command line as a whole: help, version, and commands as processes of their own."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import as_process
from xray_core import __version__
from xray_core.cli import COMMANDS, main
from xray_core.networks.registry import NETWORKS
from xray_core.runs.store import Run
from xray_core.settings import PROJECT_DIR

Capture = pytest.CaptureFixture[str]

NAMES = [function.__name__.replace("_", "-") for function in COMMANDS]


@pytest.mark.parametrize("command", NAMES)
def test_every_command_explains_itself(command: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: python -m xray_core {command}")
    assert len(shown.splitlines()) > 4


def test_help_names_every_command_and_the_version_is_told(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert [name for name in NAMES if name not in shown] == []
    assert "Research only" in shown
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.strip() == __version__


def test_the_installed_command_names_itself_in_its_help(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/thoraxlens"])
    with pytest.raises(SystemExit):
        main(["scan"])
    assert capsys.readouterr().err.rstrip().endswith("see thoraxlens scan --help")


def test_every_network_can_be_named(refused: Callable[..., str], tmp_path: Path) -> None:
    for name in NETWORKS:
        assert "nowhere" in refused("train", "--data", tmp_path / "nowhere", "--network", name)


@pytest.mark.slow
def test_json_stands_alone_on_standard_output(tiny_run: Run, film: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_text("no film")
    result = as_process("predict", "--run", tiny_run.path, "--json", film, tmp_path / "bad.png")
    assert result.returncode == 2
    answers = json.loads(result.stdout)
    assert [answer["error"] is None for answer in answers] == [True, False]
    assert "Traceback" not in result.stderr


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_error(films_dir: Path) -> None:
    words = [sys.executable, "-m", "xray_core", "scan", str(films_dir), "--json"]
    process = subprocess.Popen(
        words, cwd=PROJECT_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0, errors
    assert errors == ""


@pytest.mark.slow
def test_a_mistake_is_one_line_of_a_process(tmp_path: Path) -> None:
    result = as_process("scan", tmp_path / "nowhere", "--json")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("error: The data set doesn't exist. | nowhere | ")
    assert len(result.stderr.splitlines()) == 1
