import pytest

from xray_core.benchmarks import settings
from xray_core.benchmarks.settings import bench_settings, training_speed
from xray_core.errors import TrainingError


def test_every_choice_is_measured_against_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    speeds = iter([10.0, 5.0, 20.0])
    monkeypatch.setattr(settings, "_in_own_process", lambda name, options: next(speeds))
    monkeypatch.setattr(settings, "CHOICES", {"default": {}, "slow": {}, "fast": {}})
    rows = bench_settings(None, ["small_cnn"])
    assert [(row["choice"], row["ratio_to_default"]) for row in rows] == [
        ("default", 1.0),
        ("slow", 0.5),
        ("fast", 2.0),
    ]


@pytest.mark.slow
@pytest.mark.long
def test_a_speed_comes_from_a_process_of_its_own() -> None:
    options = {"precision": "float32", "batch_size": 2, "threads": 1}
    assert settings._in_own_process("small_cnn", options) > 0


def test_a_process_that_fails_is_named() -> None:
    with pytest.raises(TrainingError, match="without a result") as caught:
        settings._in_own_process("small_cnn", {"wings": 2})
    assert "wings" in caught.value.where


def test_a_step_has_a_speed() -> None:
    assert training_speed("small_cnn", precision="float32", batch_size=2) > 0
