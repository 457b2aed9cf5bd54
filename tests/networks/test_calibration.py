from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from xray_core.evaluation.predict import softmax
from xray_core.networks.calibration import Calibration, fit_calibration
from xray_core.networks.registry import build_network


def drawn(n: int, factor: float, shifts: tuple[float, ...]) -> tuple[Any, Any]:
    """Probabilities of a model that is off by a factor and shifts, and labels as they fall."""
    rng = np.random.default_rng(4)
    logits = rng.normal(0, 2, (n, 3))
    honest = softmax(factor * logits + np.array(shifts))
    labels = (honest.cumsum(axis=1) < rng.uniform(size=(n, 1))).sum(axis=1).clip(0, 2)
    return softmax(logits), labels


def test_what_a_model_is_off_by_is_found() -> None:
    found = fit_calibration(*drawn(20_000, 0.5, (0.8, 0.0, -0.8)))
    assert found.factor == pytest.approx(0.5, abs=0.03)
    assert found.shifts == pytest.approx((0.8, 0.0, -0.8), abs=0.08)
    assert found.n == 20_000


def test_a_model_that_keeps_its_word_is_left_alone() -> None:
    found = fit_calibration(*drawn(20_000, 1.0, (0.0, 0.0, 0.0)))
    assert found.factor == pytest.approx(1, abs=0.03)
    assert found.shifts == pytest.approx((0, 0, 0), abs=0.06)


def test_a_handful_of_films_changes_little() -> None:
    sure_and_wrong = np.full((2, 3), (0.998, 0.001, 0.001))
    found = fit_calibration(sure_and_wrong, np.array([1, 1]))
    assert 0.2 < found.factor < 1
    assert found.shifts[0] < found.shifts[2] < found.shifts[1] < 2


def test_a_certain_answer_is_no_trouble() -> None:
    found = fit_calibration(np.eye(3), np.array([0, 1, 1]))
    assert np.isfinite((found.factor, *found.shifts)).all()


def test_the_head_answers_as_it_was_fitted() -> None:
    from xray_core.networks.compiled import compile_forward

    model = build_network("small_cnn", 3, 32)
    films = np.random.default_rng(0).uniform(size=(4, 32, 32, 1)).astype(np.float32)
    before = compile_forward(model)(films)[0]
    Calibration(2.0, (1.0, 0.0, -1.0), 9).put_into(model)
    after = compile_forward(model)(films)[0]
    np.testing.assert_allclose(after, 2 * before + [1, 0, -1], rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="2 shifts for 3 classes"):
        Calibration(2.0, (1.0, -1.0), 9).put_into(model)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"factor": 0, "shifts": [0, 0], "n": 5},
        {"factor": 1, "shifts": [0, "x"], "n": 5},
        {"factor": float("nan"), "shifts": [0, 0], "n": 5},
        {"factor": 1, "shifts": 3, "n": 5},
    ],
)
def test_a_damaged_file_is_no_calibration(content: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Calibration.read(content)


def test_what_was_written_is_read() -> None:
    calibration = Calibration(1.25, (0.5, -0.5), 7)
    assert Calibration.read(asdict(calibration) | {"shifts": [0.5, -0.5]}) == calibration


def test_what_a_calibration_did_can_be_undone() -> None:
    raw, _ = drawn(50, 1.0, (0.0, 0.0, 0.0))
    calibration = Calibration(1.4, (0.3, -0.1, -0.2), 50)
    calibrated = softmax(calibration.factor * np.log(raw) + np.array(calibration.shifts))
    assert calibration.undo(calibrated) == pytest.approx(raw, abs=1e-5)
