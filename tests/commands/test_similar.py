import json
from pathlib import Path

import pytest

from tests.test_json_keys import LISTED
from xray_core.cli import main
from xray_core.opinion.similar_index import read_index
from xray_core.runs.store import Run


@pytest.mark.usefixtures("settings")
def test_films_of_a_run_are_indexed_once_and_kept_apart_from_it(
    tiny_run: Run, films_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["similar-index", "--run", str(tiny_run.path)]
    assert main([*words, "--data", str(films_dir), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) <= LISTED["similar-index"]
    assert printed["films"] == 48
    assert printed["kept"] == "caches of this machine"
    index = read_index(tiny_run)
    assert index is not None
    assert {film.role for film in index.films} == {
        "training film",
        "validation film",
        "test film",
    }
    assert main(words) == 2
    assert "--data, or draw synthetic ones" in capsys.readouterr().err
