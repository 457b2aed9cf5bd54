"""The lab on networks that were trained: one on films with a mark, one on films without."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xray_core.data.decoding.images import to_uint8
from xray_core.data.phantom import make_phantom
from xray_core.data.records import Manifest
from xray_core.data.scan import scan
from xray_core.data.splits import assign_splits
from xray_core.runs.ids import new_run_id
from xray_core.runs.store import Run
from xray_core.settings import Settings
from xray_core.shortcuts.lab import find_shortcuts
from xray_core.shortcuts.verdict import LEANS, QUIET
from xray_core.training.config import TrainingConfig
from xray_core.training.train import train

FILM_PX = 64
MARK_PX = 9
N_TRAINED, N_ASKED = 240, 80
EPOCHS = 12


def films(folder: Path, n: int, first_seed: int, *, marked: bool) -> Manifest:
    """Films of two classes: told apart by a mark in a corner alone, or by the lungs alone."""
    for number in range(n):
        label = ("normal", "covid")[number % 2]
        drawn = "normal" if marked else label
        film = to_uint8(make_phantom(drawn, first_seed + number, size_px=FILM_PX).image)
        if marked and label == "covid":
            film[2 : 2 + MARK_PX, 2 : 2 + MARK_PX] = 255
        path = folder / label / f"{first_seed + number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.ascontiguousarray(film)).save(path)
    return scan(folder)


def trained(folder: Path, settings: Settings, *, marked: bool) -> tuple[Run, Manifest]:
    """A small CNN, and films that it has not seen."""
    seen = assign_splits(films(folder / "seen", N_TRAINED, 1000, marked=marked), seed=0)
    config = TrainingConfig(
        "small_cnn", epochs=EPOCHS, image_size_px=FILM_PX, batch_size=16, augment=False, seed=1
    )
    run = train(seen, config, settings.models_dir / new_run_id("small_cnn"))
    return run, films(folder / "asked", N_ASKED, 9000, marked=marked)


@pytest.mark.long
def test_a_network_that_learnt_a_mark_is_caught(settings: Settings, tmp_path: Path) -> None:
    report = find_shortcuts(*trained(tmp_path, settings, marked=True))
    assert report.verdict.word == LEANS
    rows = {row["change"]: row for row in report.changes}
    assert rows["border_alone"]["auc"]["covid"]["low"] > 0.9
    assert rows["without_marks"]["balanced_accuracy"]["high"] < 0.7, "with it 1.00"
    assert len(report.verdict.findings) >= 3


@pytest.mark.long
def test_a_network_that_learnt_lungs_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    report = find_shortcuts(*trained(tmp_path, settings, marked=False))
    (right,) = {row["right"] for row in report.groups if row["class"] == "covid"}
    assert right > 0.6, "it learnt something"
    assert report.verdict.word == QUIET
