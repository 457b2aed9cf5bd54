"""What a training asks for, and what speaks against it."""

from pages.ui.train.estimate import estimate_words, worries
from xray_core.jobs.estimate import Estimate

GB = 10**9


def test_time_memory_and_speed_in_one_line() -> None:
    assert estimate_words(Estimate(1440, 2_100_000_000, 24.6, 40)) == (
        "Between 40 s and 24 min, 2.1 GB of memory (25 films/s measured here)."
    )
    assert "(0.2 films/s" in estimate_words(Estimate(9000, GB, 0.2))


def test_short_memory_and_hours_are_said() -> None:
    assert worries(Estimate(600, 2 * GB, 5), 8 * GB) == ()
    (memory,) = worries(Estimate(600, 9 * GB, 5), 8 * GB)
    assert "9.0 GB needed, 8.0 GB free" in memory
    (hours,) = worries(Estimate(3 * 3600, 2 * GB, 5), 8 * GB)
    assert hours.startswith("**It takes up to 3 h 0 min.**")
