"""A fit of two steps: what it writes, that it repeats itself, and what its batches hold."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xray_core.cli import main
from xray_core.errors import TrainingError
from xray_core.opinion.gate import batches, fitting, material, thresholds
from xray_core.opinion.gate.batches import FIRST_TURN, FIRST_YES, Material, draw_batch
from xray_core.opinion.gate.fitting import SCORES, fit_gate
from xray_core.opinion.gate.material import frontal_films
from xray_core.opinion.gate.network import SHOWS, WEIGHTS, look


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "list_runs", tuple)  # their films are none of these
    monkeypatch.setattr(batches, "BATCH", 12)
    monkeypatch.setattr(fitting, "MOST_CUT", 4)
    monkeypatch.setattr(thresholds, "MOST_FILMS", 3)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    rows = ["path,kind"]
    for number in range(100, 106):
        greys = np.random.default_rng(number).integers(0, 255, (64, 64), np.uint8)
        Image.fromarray(greys).save(tmp_path / f"hand{number}.png")
        rows.append(f"hand{number}.png,limb")
    (tmp_path / "index.csv").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


@pytest.mark.long
def test_the_command_writes_a_gate_that_answers_and_says_what_it_was_fitted_on(
    films_dir: Path, index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "gate"
    words = ["gate-fit", "--data", str(films_dir), "--others", str(index), "--out", str(out)]
    assert main([*words, "--steps", "2", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((out / SCORES).read_text(encoding="utf-8"))
    assert printed["n_train"] + printed["n_val"] < 48
    assert printed["n_others"]["limb"] >= 1
    assert {row["rule"] for row in printed["thresholds"]} == {
        *("frontal", "turned", "inverted", "mirrored", "photographed", "cut"),
    }
    (seen,) = look(np.zeros((1, 96, 96), np.uint8), out)
    assert sum(seen.shows.values()) == pytest.approx(1)


@pytest.mark.long
def test_the_same_seed_gives_the_same_gate(films_dir: Path, tmp_path: Path) -> None:
    for name in "ab":
        fit_gate(frontal_films([films_dir]), (), tmp_path / name, steps=2, seed=3)
    one, other = (np.load(tmp_path / name / WEIGHTS) for name in "ab")
    assert all(np.array_equal(one[key], other[key]) for key in one.files)


def test_a_fit_that_is_interrupted_leaves_the_earlier_gate(
    films_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fitting, "_train", interrupted)
    (tmp_path / WEIGHTS).write_bytes(b"earlier")
    with pytest.raises(KeyboardInterrupt):
        fit_gate(frontal_films([films_dir]), (), tmp_path, steps=2)
    assert (tmp_path / WEIGHTS).read_bytes() == b"earlier"
    with pytest.raises(TrainingError):
        fit_gate(frontal_films([films_dir]), (), tmp_path, steps=0)


def test_a_batch_is_half_films_and_no_question_is_asked_of_other_pictures() -> None:
    films = np.random.default_rng(0).integers(0, 255, (6, 128, 128), np.uint8)
    lungs = np.zeros_like(films)
    lungs[:, 30:90, 20:100] = 1
    drawn_from = Material(films, lungs, {"limb": [films[0]], "picture": [films[1]]})
    pictures, truth, counts = draw_batch(drawn_from, np.random.default_rng(1))
    assert pictures.shape == (12, 96, 96)
    assert truth[:6, SHOWS.index("frontal")].all()
    assert not truth[6:, SHOWS.index("frontal")].any()
    assert (truth[:6, FIRST_TURN:FIRST_YES].sum(axis=1) == 1).all()
    assert not counts[6:, 1:].any()
    _, same, _ = draw_batch(drawn_from, np.random.default_rng(1))
    assert np.array_equal(truth, same)
