"""That the films are explained, and that what is kept shows."""

from typing import Any

import numpy as np
import pytest

from xray_core.benchmarks.memory import WATCHED, bench_memory
from xray_core.classifier import Classifier


@pytest.fixture
def films(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """Method and mean of every film that was explained."""
    seen: list[tuple[str, float]] = []

    explain_batch = Classifier.explain_batch

    def explain(model: Classifier, film: Any, method: str, *, columns: Any) -> Any:
        seen.append((method, float(film.mean())))
        return explain_batch(model, film, method, columns=columns)

    monkeypatch.setattr(Classifier, "explain_batch", explain)
    return seen


@pytest.mark.usefixtures("plain_networks")
@pytest.mark.long
def test_memory_is_watched_for_every_method(films: list[tuple[str, float]]) -> None:
    rows = bench_memory(None, ["small_cnn"])
    assert [row["method"] for row in rows] == list(WATCHED)
    assert [method for method, _ in films] == [name for name in WATCHED for _ in range(6)]
    assert len({mean for _, mean in films}) == 6  # another film each time
    for row in rows:
        assert (row["network"], row["maps"], row["image_size_px"]) == ("small_cnn", 4, 64)
        assert row["resident_megabytes"] > 0
        assert np.isfinite(row["growth_megabytes"])


@pytest.mark.usefixtures("plain_networks")
def test_what_is_kept_after_the_warm_up_is_growth(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = []

    def explain(*_: Any, **__: Any) -> None:
        kept.append(np.ones(10_000_000 // 8))

    def held() -> int:  # of these alone: what other tests gave back comes and goes
        return sum(array.nbytes for array in kept)

    monkeypatch.setattr(Classifier, "explain_batch", explain)
    monkeypatch.setattr("xray_core.benchmarks.memory.resident_bytes", held)
    (row,) = bench_memory(None, ["small_cnn"], ["grad_cam"])
    assert row["growth_megabytes"] == pytest.approx(40, abs=8)
