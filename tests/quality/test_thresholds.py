import pytest

from xray_core.quality.thresholds import MEASURES
from xray_core.settings import PROJECT_DIR


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_says_what_it_asks_and_whose_thresholds_it_has(name: str) -> None:
    measure = MEASURES[name]
    assert measure.name == name
    assert measure.asks.startswith("How ")
    assert measure.asks.endswith(".")
    assert any(year in measure.source for year in map(str, range(2010, 2023)))
    assert (measure.good < measure.poor) == measure.less_is_better


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_stands_in_the_documentation_with_its_thresholds(name: str) -> None:
    measure = MEASURES[name]
    pages = (PROJECT_DIR / "docs" / "explaining.md").read_text(encoding="utf-8")
    table = pages[pages.index("| measure |") :]
    row = next(line for line in table.splitlines() if line.startswith(f"| `{name}`"))
    sign = "<=" if measure.less_is_better else ">="
    times = " x chance" if measure.by_chance else ""
    assert f"| {sign} {measure.good:g}{times} |" in row
    against = ">" if measure.less_is_better else "<"
    assert f"| {against} {measure.poor:g}{times} |" in row


@pytest.mark.parametrize(
    ("name", "value", "chance", "word"),
    [
        ("repeatability", 0.75, 1, "good"),
        ("repeatability", 0.74, 1, "doubtful"),
        ("repeatability", 0.49, 1, "poor"),
        ("deletion_gain", 0.0, 1, "doubtful"),
        ("deletion_gain", -0.004, 1, "doubtful"),
        ("deletion_gain", -0.01, 1, "poor"),
        ("randomisation", -0.2, 1, "good"),
        ("randomisation", 0.05, 1, "doubtful"),
        ("randomisation", 0.11, 1, "poor"),
        ("lungs", 0.5, 0.3, "good"),
        ("lungs", 0.4, 0.3, "doubtful"),
        ("lungs", 0.2, 0.3, "poor"),
        ("corners", 0.1, 0.16, "good"),
        ("corners", 0.3, 0.16, "doubtful"),
        ("corners", 0.33, 0.16, "poor"),
        ("below", 0.2, 0.2, "good"),
        ("below", 0.31, 0.2, "poor"),
        ("border", 0.4, 0.3, "doubtful"),
    ],
)
def test_words_change_at_the_thresholds(name: str, value: float, chance: float, word: str) -> None:
    assert MEASURES[name].word(value, chance) == word


def test_numbers_are_written_as_people_read_them() -> None:
    assert MEASURES["corners"].number(0.123, 0.16) == "12 % (even map: 16 %)"
    assert MEASURES["hit_rate"].number(0.5) == "50 %"
    assert MEASURES["repeatability"].number(0.8765) == "0.88"
    assert MEASURES["deletion_gain"].number(-0.031) == "-0.03"
    assert MEASURES["deletion_gain"].number(-0.004) == "+0.00"
