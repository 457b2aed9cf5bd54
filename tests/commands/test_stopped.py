"""Commands that take long: Ctrl-C ends them with status 130, and nothing that was done is lost."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xray_core.arrays import UInt8Array
from xray_core.audit import local_features
from xray_core.cli import main
from xray_core.data.decoding.images import to_uint8
from xray_core.data.phantom import make_phantom
from xray_core.runs.store import Run

Capture = pytest.CaptureFixture[str]


def stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    ("words", "work"),
    [
        ("audit FILMS", "xray_core.audit.audit.audit"),
        ("shortcuts --run RUN --data FILMS", "xray_core.shortcuts.lab.find_shortcuts"),
        ("compare RUN RUN --data FILMS", "xray_core.evaluation.same_films.unseen_by_all"),
        (
            "crossvalidate --data FILMS --network small_cnn",
            "xray_core.training.crossvalidate.crossvalidate",
        ),
    ],
)
def test_a_stopped_command_says_so_in_one_word(
    words: str,
    work: str,
    films_dir: Path,
    tiny_run: Run,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(work, stop)
    known = {"FILMS": str(films_dir), "RUN": str(tiny_run.path)}
    assert main([known.get(word, word) for word in words.split()]) == 130
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[-1] == "interrupted"


@pytest.mark.usefixtures("settings")
def test_an_audit_that_was_stopped_does_not_look_at_its_films_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(3):
        film = to_uint8(make_phantom("normal", seed, size_px=160).image)
        (tmp_path / "set/normal").mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.ascontiguousarray(film)).save(tmp_path / f"set/normal/{seed}.png")
    looked: list[UInt8Array] = []
    find: Callable[[UInt8Array], object] = local_features.find_places

    def counted(film: UInt8Array) -> object:
        looked.append(film)
        return find(film)

    monkeypatch.setattr(local_features, "find_places", counted)
    with monkeypatch.context() as patch:
        patch.setattr("xray_core.audit.twins.find_candidates", stop)
        assert main(["audit", str(tmp_path / "set")]) == 130
    assert main(["audit", str(tmp_path / "set")]) == 0
    assert len(looked) == 3
