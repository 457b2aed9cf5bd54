"""Estimates: the sum worked out by hand, and a measurement that is one."""

import pytest

from xray_core.training import estimate as estimating
from xray_core.training.config import TrainingConfig
from xray_core.training.estimate import Speed, estimate, measure_speed, split_counts

SPEED = Speed(training=10, forward=50, start_seconds=20, memory_bytes=3_000_000_000)


def test_counts_are_those_of_the_usual_split() -> None:
    assert split_counts(1000) == (700, 150, 150)
    assert split_counts(1000, n_test=320) == (560, 120, 320)
    assert split_counts(0) == (0, 0, 0)


def test_random_start_learns_from_every_film_in_every_epoch() -> None:
    config = TrainingConfig("small_cnn", epochs=3)
    needed = estimate(config, 700, 150, 150, SPEED)
    reading, epochs, testing = 1000 / 60, 3 * (700 / 10 + 150 / 50), 300 / 50
    assert needed.seconds == pytest.approx(20 + reading + epochs + testing)
    assert (needed.memory_bytes, needed.films_per_second) == (3_750_000_000, 10)


def test_head_alone_looks_at_every_film_once() -> None:
    config = TrainingConfig("xception", head_epochs=20, epochs=0)
    needed = estimate(config, 700, 150, 150, SPEED)
    reading, features, head, testing = 1000 / 60, 1000 / 50, 20 * 0.5, 300 / 50
    assert needed.seconds == pytest.approx(20 + reading + features + head + testing)
    assert needed.films_per_second == 50


@pytest.mark.slow
def test_a_real_measurement_takes_seconds_and_tells_where_to_fine_tune_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(estimating, "PROBE_SECONDS", 0.5)
    config = TrainingConfig("xception", image_size_px=96, batch_size=8)
    speed = measure_speed(config)
    assert 0 < speed.training < speed.forward
    assert 2 < speed.start_seconds < 120
    assert 2e8 < speed.memory_bytes < 2e10
    assert speed.blocks[:2] == ("block1", "block2")
