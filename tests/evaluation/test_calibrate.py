import shutil
from pathlib import Path

import numpy as np
import pytest

from xray_core.data.film_cache import cache_films
from xray_core.data.records import Manifest
from xray_core.errors import RunError
from xray_core.evaluation.calibrate import calibrate
from xray_core.evaluation.predict import predict
from xray_core.runs.export import export_run
from xray_core.runs.loading import load_model
from xray_core.runs.store import CALIBRATION, WEIGHTS, Run, open_run


@pytest.fixture
def run(tiny_run: Run, tmp_path: Path) -> Run:
    return open_run(shutil.copytree(tiny_run.path, tmp_path / "run"))


@pytest.mark.long
def test_a_run_answers_as_its_calibration_says(run: Run, films: Manifest) -> None:
    (run.path / CALIBRATION).unlink()
    held_out = films.split("val")
    pixels = cache_films(held_out, run.image_size_px)
    labels = np.array([run.classes.index(film.label) for film in held_out.records])
    before, changed = predict(load_model(run), pixels), run.changed

    found = calibrate(run, pixels, labels)

    wanted = before**found.factor * np.exp(found.shifts)
    after = predict(load_model(run), pixels)
    np.testing.assert_allclose(after, wanted / wanted.sum(axis=1, keepdims=True), atol=1e-4)
    np.testing.assert_array_equal(predict(load_model(run, calibrated=False), pixels), before)
    assert run.changed > changed, "so that no page keeps the network of before"
    assert calibrate(run, pixels, labels) == found, "a second time changes nothing"


def test_an_exported_run_is_calibrated_once(run: Run, films: Manifest, tmp_path: Path) -> None:
    pixels = cache_films(films.split("test"), run.image_size_px)
    exported = open_run(export_run(run, tmp_path / "exported"))
    ours, theirs = (predict(load_model(item), pixels) for item in (run, exported))
    np.testing.assert_allclose(ours, theirs, atol=2e-3)  # float16
    assert (exported.path / CALIBRATION).read_bytes() == (run.path / CALIBRATION).read_bytes()
    assert (exported.path / WEIGHTS).is_file()


@pytest.mark.parametrize("content", ['{"factor": 1}', '{"factor": 1, "shifts": [0], "n": 3}', "["])
def test_a_damaged_calibration_is_told(run: Run, content: str) -> None:
    (run.path / CALIBRATION).write_text(content, encoding="utf-8")
    with pytest.raises(RunError) as caught:
        load_model(run)
    assert caught.value.fix
