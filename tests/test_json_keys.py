"""`docs/json.md` lists the keys that commands print."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from xray_core.arguments import build_parser
from xray_core.cli import COMMANDS, main
from xray_core.jobs.estimate import Estimate
from xray_core.settings import PROJECT_DIR

ROWS = re.findall(
    r"^\| `([\w-]+(?: \.\.\.)?)` \| (.*) \|$",
    (PROJECT_DIR / "docs" / "json.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
LISTED = {command: set(re.findall(r"`(\w+)`", words)) for command, words in ROWS}


def keys_of(content: object) -> set[str]:
    return set(content) if isinstance(content, dict) else set()


def test_every_command_that_prints_json_is_listed() -> None:
    parser = build_parser(COMMANDS)
    (commands,) = [action.choices for action in parser._actions if isinstance(action.choices, dict)]
    printing = {name for name, sub in commands.items() if "--json" in sub.format_help()}
    assert printing == {name.removesuffix(" ...") for name in LISTED}


@pytest.mark.parametrize(
    "words",
    [
        ["scan", "{films}"],
        ["audit", "{films}"],
        ["split", "{films}", "--out", "{out}"],
        pytest.param(["evaluate", "--run", "small_cnn"], marks=pytest.mark.long),
        ["mistakes", "--run", "small_cnn", "--run", "resnet50"],
        ["compare", "small_cnn", "resnet50"],
        pytest.param(["shortcuts", "--run", "small_cnn"], marks=pytest.mark.long),
        pytest.param(["card", "--run", "small_cnn", "--out", "{out}"], marks=pytest.mark.long),
        ["queue"],
    ],
    ids=lambda words: words[0],
)
def test_every_key_that_is_printed_is_listed(
    words: list[str], films_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"films": str(films_dir), "out": str(tmp_path / "split.csv")}
    assert main([*(word.format(**places) for word in words), "--json"]) == 0
    printed = keys_of(json.loads(capsys.readouterr().out))
    assert printed
    assert printed <= LISTED[words[0]]


def test_the_keys_of_estimate_are_listed() -> None:
    assert {field.name for field in fields(Estimate)} == LISTED["estimate"]


@pytest.mark.long
def test_the_keys_of_predict_and_its_files_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "--run", "small_cnn", "--json", "no such file.png"]) == 2
    (answer,) = json.loads(capsys.readouterr().out)
    assert set(answer) <= LISTED["predict"]


@pytest.mark.long
def test_the_keys_of_explain_are_listed(
    films_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = next(films_dir.rglob("*.png"))
    words = ["explain", "--run", "small_cnn", "--out", str(tmp_path / "map.png"), str(film)]
    assert main([*words, "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == LISTED["explain"]
