import pytest

from pages.ui.shared.words import THIN_SPACE, count, duration, films, interval, size


def test_counts_have_thin_spaces() -> None:
    assert count(9677) == f"9{THIN_SPACE}677"
    assert count(12) == "12"
    assert [films(1), films(2)] == ["1 film", "2 films"]


def test_scores_have_their_interval() -> None:
    assert interval({"value": 0.826, "low": 0.8, "high": 0.864, "n": 3}) == "0.83 (0.80–0.86)"
    assert interval({"value": None, "low": None, "high": None, "n": 0}) == "–"
    assert interval(None) == "–"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (89, "89 s"), (90, "2 min"), (3600, "60 min"), (12_000, "3 h 20 min")],
)
def test_durations_have_one_unit_or_two(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_sizes() -> None:
    assert [size(0), size(820_000_000), size(2_460_000_000)] == [
        "size not stated",
        "820 MB",
        "2.5 GB",
    ]
