"""`mistakes`: what several models get wrong."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.command_line import printed_json
from xray_core.cli import main
from xray_core.runs.store import Run

Capture = pytest.CaptureFixture[str]


def test_mistakes_tells_what_models_get_wrong_at_once(
    run_words: list[str], tiny_run: Run, tmp_path: Path, capsys: Capture
) -> None:
    twin = tmp_path / "twin"
    shutil.copytree(tiny_run.path, twin)
    words = ["mistakes", *run_words, "--run", str(twin)]
    assert main([*words, "--json"]) == 0
    found = printed_json(capsys)
    confusion = np.array(tiny_run.scores()["confusion"])
    n_wrong = int(confusion.sum() - np.trace(confusion))
    assert found["n"] == confusion.sum()
    assert found["wrong"] == {tiny_run.id: n_wrong, "twin": n_wrong}
    assert len(found["films"]) == n_wrong > 0
    assert set(found["films"][0]) == {"id", "label", "source", "answer", "probability"}

    assert main(words) == 0
    assert f"{n_wrong:6}  all are wrong and agree" in capsys.readouterr().out
    assert main(["mistakes", *run_words]) == 2
    assert "two models or more" in capsys.readouterr().err
    assert main(["mistakes", *run_words, "--run", "small_cnn"]) == 2
    assert "not tested on the same films" in capsys.readouterr().err
