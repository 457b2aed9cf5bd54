import json
from pathlib import Path

import numpy as np
import pytest

from xray_core.data.records import Manifest
from xray_core.errors import TrainingError
from xray_core.lungs.finder import WEIGHTS, likelihoods
from xray_core.lungs.pairs import dice, read_pairs
from xray_core.lungs.training import overlap_loss, train_lungs
from xray_core.lungs.unet import build_lung_unet
from xray_core.networks.registry import load_weights


@pytest.mark.slow
@pytest.mark.long
def test_a_short_training_finds_lungs_and_the_scores_are_those_of_the_weights(
    films: Manifest, tmp_path: Path
) -> None:
    reported: list[tuple[int, int]] = []
    scores = train_lungs(
        films, tmp_path / "net", epochs=6, progress=lambda done, of: reported.append((done, of))
    )
    assert reported[-1] == (12, 12)
    assert scores == json.loads((tmp_path / "net" / "scores.json").read_text())
    assert scores["dice"]["low"] <= scores["dice"]["value"] <= scores["dice"]["high"]
    assert (tmp_path / "net" / WEIGHTS).stat().st_size < 3e6
    model = build_lung_unet()
    load_weights(model, tmp_path / "net" / WEIGHTS)
    _, test = read_pairs(films)
    found = dice(likelihoods(model, test.films) > 0.5, test.lungs)
    assert np.mean(found) == pytest.approx(scores["dice"]["value"], abs=0.02)
    assert np.mean(found) > 0.3


def test_no_epoch_is_refused(films: Manifest, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="nothing to train"):
        train_lungs(films, tmp_path, epochs=0)


def test_the_loss_of_a_perfect_and_of_an_empty_answer() -> None:
    true = np.zeros((2, 4, 4, 1), np.float32)
    true[:, :2] = 1
    sure = np.where(true > 0, 20.0, -20.0).astype(np.float32)
    good, bad = np.asarray(overlap_loss(true, np.stack([sure[0], -sure[0]])))
    assert good == pytest.approx(0, abs=1e-3)
    assert bad == pytest.approx(20 + 1 - 1 / 17, abs=1e-2)  # nothing shared, areas 8 + 8
