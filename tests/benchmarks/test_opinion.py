"""That promises are measured per class and source, and each step is timed."""

import pytest

from xray_core.benchmarks import opinion
from xray_core.benchmarks.opinion import bench_opinion


@pytest.mark.long
def test_promises_and_steps_of_a_shipped_model_are_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opinion, "ROUNDS", 1)
    monkeypatch.setattr(opinion, "FILM_PX", 128)
    rows = bench_opinion(networks=("small_cnn",))
    covered = {
        (row["age_group"], row["class"], row["source"]): row for row in rows if "coverage" in row
    }
    assert covered["adult", "covid", "siim"]["n"] == 82
    assert {label for age, label, _ in covered if age == "child"} == {
        "normal",
        "bacterial",
        "viral",
    }
    steps = [row["step"] for row in rows if "step" in row]
    assert steps == [
        "Reading the file",
        "Checking the film",
        "Small CNN",
        "Taking the models together",
        "Upload to answer",
    ]
