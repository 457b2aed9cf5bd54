from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xray_core.classifier import open_model
from xray_core.data.decoding.images import resize_image
from xray_core.errors import NetworkError, RunNotFoundError
from xray_core.evaluation.predict import predict_film
from xray_core.networks.registry import build_network
from xray_core.runs.loading import load_model
from xray_core.runs.store import Run, open_run

CLASSES = ("normal", "viral", "covid")


def test_a_run_opens_by_folder_by_id_and_as_itself(tiny_run: Run) -> None:
    film = np.random.default_rng(1).random((70, 70), np.float32)
    answers = [
        open_model(ref, models_dir=tiny_run.path.parent).predict(film)
        for ref in (tiny_run, tiny_run.path, tiny_run.id)
    ]
    small = resize_image(film, tiny_run.image_size_px)
    expected = predict_film(load_model(tiny_run), small).tolist()
    for answer in answers:
        assert list(answer.values()) == pytest.approx(expected, abs=1e-6)
    with pytest.raises(RunNotFoundError):
        open_model("no-such-run", models_dir=tiny_run.path.parent)


def test_a_shipped_model_says_how_it_was_calibrated() -> None:
    model = open_model("small_cnn")
    assert model.calibration == open_run("small_cnn").calibration()
    assert model.calibration is not None
    assert model.source == "small_cnn"


def test_a_keras_file_opens_with_its_classes(tmp_path: Path) -> None:
    network: Any = build_network("small_cnn", 3, 64)
    path = tmp_path / "mine.keras"
    network.save(path)
    film = np.random.default_rng(2).random((64, 64), np.float32)
    opened = open_model(path, classes=CLASSES)
    assert (opened.title, opened.image_size_px) == ("mine", 64)
    expected = predict_film(network, film).tolist()
    assert list(opened.predict(film).values()) == pytest.approx(expected, abs=1e-5)
    with pytest.raises(NetworkError, match="what its outputs mean"):
        open_model(path)
