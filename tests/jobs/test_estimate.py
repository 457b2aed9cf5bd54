"""Estimates: the sum worked out by hand, and a measurement that is one."""

import pytest

from xray_core.jobs import estimate as estimating
from xray_core.jobs.estimate import Speed, estimate, measure_speed, split_counts
from xray_core.training.config import TrainingConfig

SPEED = Speed(training=10, forward=50, start_seconds=20, memory_bytes=3_000_000_000)


def test_counts_are_those_of_the_usual_split() -> None:
    assert split_counts(1000) == (700, 150, 150)
    assert split_counts(1000, n_test=320) == (560, 120, 320)
    assert split_counts(0) == (0, 0, 0)


def test_random_start_learns_from_every_film_in_every_epoch() -> None:
    config = TrainingConfig("small_cnn", epochs=3)
    needed = estimate(config, 700, 150, 150, SPEED)
    reading, epochs, testing = 1000 / 60, 3 * (700 / 10 + 150 / 50), 300 / 50
    assert needed.seconds == pytest.approx(2 * (4 * 20 + reading + epochs + 2 * testing))
    assert needed.least_seconds == pytest.approx(20 + epochs + testing)
    assert (needed.memory_bytes, needed.films_per_second) == (3_750_000_000, 10)


def test_head_alone_looks_at_every_film_once() -> None:
    config = TrainingConfig("xception", head_epochs=20, epochs=0)
    needed = estimate(config, 700, 150, 150, SPEED)
    reading, features, head, testing = 1000 / 60, 1000 / 50, 20 * 0.5, 300 / 50
    everything = 4 * 20 + reading + features + head + 2 * testing
    assert needed.seconds == pytest.approx(2 * everything)
    fewest = min(20, config.patience + 1) * 0.5
    assert needed.least_seconds == pytest.approx(20 + features + fewest + testing)
    assert needed.films_per_second == 50


def test_a_training_that_stops_early_is_within_the_range() -> None:
    config = TrainingConfig("small_cnn", epochs=30, patience=4)
    needed = estimate(config, 700, 150, 150, SPEED)
    assert needed.least_seconds == pytest.approx(20 + 5 * (700 / 10 + 150 / 50) + 300 / 50)
    assert needed.seconds > 30 * (700 / 10 + 150 / 50)


def test_steps_are_measured_with_the_optimiser_of_the_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from xray_core.training import phases

    class CompiledError(Exception):
        """Ends the measurement where its first step would begin."""

    def seen(model: object, config: TrainingConfig, ema_momentum: float = 0.0) -> None:
        raise CompiledError(config, ema_momentum)

    monkeypatch.setattr(estimating, "_a_second", lambda step: 10.0)
    monkeypatch.setattr(phases, "compile_network", seen)
    config = TrainingConfig("small_cnn", image_size_px=32, batch_size=2, ema_momentum=0.9)
    with pytest.raises(CompiledError) as found:
        measure_speed(config)
    assert found.value.args == (config, 0.9)


@pytest.mark.slow
@pytest.mark.long
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
