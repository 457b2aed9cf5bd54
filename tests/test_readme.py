"""Every command of the README works as it is written."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from xray_core.arguments import build_parser
from xray_core.cli import COMMANDS
from xray_core.data.decoding.formats import READABLE
from xray_core.settings import PROJECT_DIR

README = (PROJECT_DIR / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMAND_LINES = [line for kind, block in BLOCKS if kind == "bash" for line in block.splitlines()]


ONE_AFTER_ANOTHER = """
import json, sys
from xray_core.cli import main
for words in json.loads(sys.argv[1]):
    print(*words, file=sys.stderr)
    if status := main(words):
        sys.exit(status)
"""


@pytest.mark.slow
@pytest.mark.long
def test_the_tour_of_the_command_line_runs_from_first_to_last(tmp_path: Path) -> None:
    assert len(COMMAND_LINES) >= 8
    environment = os.environ | {
        "PYTHONPATH": str(PROJECT_DIR),
        "XRAY_MODELS_DIR": str(tmp_path / "models"),
        "XRAY_CACHE_DIR": str(tmp_path / "cache"),
    }
    commands = [shlex.split(line) for line in COMMAND_LINES]
    for words in commands:
        assert words[:3] == ["python", "-m", "xray_core"], words
    result = subprocess.run(  # one process: each would load TensorFlow again
        [sys.executable, "-c", ONE_AFTER_ANOTHER, json.dumps([words[3:] for words in commands])],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
    assert (tmp_path / "map.png").stat().st_size > 10_000
    (library,) = [block for kind, block in BLOCKS if kind == "python"]
    shown = subprocess.run(
        [sys.executable, "-c", library],
        cwd=tmp_path,
        env=environment | {"XRAY_MODELS_DIR": str(PROJECT_DIR / "models")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "'covid': 0." in shown
    assert "logit units" in shown


def test_commands_that_take_long_are_at_least_understood() -> None:
    long = re.findall(r"^    (python -m xray_core .*)$", README, re.MULTILINE)
    assert long, "the README shows how the shipped model was trained"
    for line in long:
        build_parser(COMMANDS).parse_args(shlex.split(line)[3:])


def test_make_knows_its_targets() -> None:
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        subprocess.run(
            ["make", "-n", target], cwd=PROJECT_DIR, check=True, capture_output=True, timeout=60
        )


def test_files_that_the_readme_names_are_there() -> None:
    for name in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (PROJECT_DIR / name).is_file(), name


def test_the_formats_are_those_that_are_read() -> None:
    assert READABLE in README
