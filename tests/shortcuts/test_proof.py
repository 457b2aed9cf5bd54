"""The lab on models worked out by hand: one looks at a mark, the other into the lungs."""

from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from xray_core.data.records import Manifest
from xray_core.data.scan import scan
from xray_core.runs.register import register_model
from xray_core.runs.store import Run
from xray_core.shortcuts.lab import find_shortcuts
from xray_core.shortcuts.verdict import LEANS, QUIET

SIDE = 64
N_FILMS = 80
CORNER, LUNG = (2, 2), (30, 18)
"""Where a bright square begins that films of COVID-19 have."""

pytestmark = pytest.mark.usefixtures("settings")


def looking_at(place: tuple[int, int], folder: Path) -> Run:
    """A model that calls a film COVID-19 where those 8 x 8 pixels are bright."""
    row, column = place
    film = keras.Input((SIDE, SIDE, 1))
    cut = ((row, SIDE - row - 8), (column, SIDE - column - 8))
    seen = keras.layers.Cropping2D(cut)(film)
    seen = keras.layers.Conv2D(1, 1, activation="relu", name="seen")(seen)
    pooled = keras.layers.GlobalAveragePooling2D()(seen)
    network = keras.Model(film, keras.layers.Dense(2, activation="softmax", name="said")(pooled))
    network.get_layer("seen").set_weights([np.ones((1, 1, 1, 1)), np.zeros(1)])
    network.get_layer("said").set_weights([np.array([[-10.0, 10.0]]), np.array([7.0, -7.0])])
    path = folder / "by hand.keras"
    network.save(path)
    return register_model(path, "By hand", ("normal", "covid"), folder / "models", scale=1)[0]


def films_with(place: tuple[int, int], folder: Path) -> Manifest:
    """Noise with two lungs; every second film is of COVID-19 and has a bright square there."""
    draws = np.random.default_rng(0)
    lungs = np.zeros((SIDE, SIDE), np.uint8)
    lungs[14:50, 14:29] = lungs[14:50, 35:50] = 255
    folder.mkdir()
    Image.fromarray(lungs).save(folder / "lungs.png")
    lines = ["path,label,patient,source,lung mask"]
    for number in range(N_FILMS):
        film = draws.integers(60, 140, (SIDE, SIDE)).astype(np.uint8)
        if number % 2:
            film[place[0] : place[0] + 8, place[1] : place[1] + 8] = 250
        Image.fromarray(film).save(folder / f"{number}.png")
        label = "covid" if number % 2 else "normal"
        lines.append(f"{number}.png,{label},p{number},ward,lungs.png")
    (folder / "index.csv").write_text("\n".join(lines) + "\n")
    return scan(folder / "index.csv")


def test_a_model_that_reads_a_mark_is_caught(tmp_path: Path) -> None:
    report = find_shortcuts(looking_at(CORNER, tmp_path), films_with(CORNER, tmp_path / "films"))
    found = " ".join(report.verdict.findings)
    assert report.verdict.word == LEANS
    assert "Lungs blacked out: COVID-19 is still told from the rest (AUC 1.000" in found
    assert "Border alone: COVID-19" in found
    assert "Corners and marks hidden: balanced accuracy 0.500" in found


def test_a_model_that_looks_into_the_lungs_is_left_alone(tmp_path: Path) -> None:
    report = find_shortcuts(looking_at(LUNG, tmp_path), films_with(LUNG, tmp_path / "films"))
    assert report.verdict.word == QUIET, report.verdict.findings
    by_name = {row["change"]: row for row in report.changes}
    assert by_name["lungs_alone"]["balanced_accuracy"]["value"] == 1.0
    assert by_name["without_lungs"]["balanced_accuracy"]["value"] == 0.5
