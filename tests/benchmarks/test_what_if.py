"""That a region is filled on the large film, and the network asked about what is left."""

from typing import Any

import pytest

from xray_core.benchmarks import what_if
from xray_core.benchmarks.what_if import bench_what_if
from xray_core.classifier import Classifier
from xray_core.explain.fillings import fill_regions


@pytest.mark.usefixtures("plain_networks")
def test_the_whole_question_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    filled, asked = [], []

    def spy_fill(film: Any, regions: Any) -> Any:
        changed = fill_regions(film, regions)
        filled.append((film.shape, bool((changed != film).any())))
        return changed

    explain_batch = Classifier.explain_batch

    def spy_explain(model: Classifier, films: Any) -> Any:
        probabilities, maps = explain_batch(model, films)
        asked.append((films.shape, probabilities.shape, maps.shape[:2]))
        return probabilities, maps

    monkeypatch.setattr(what_if, "fill_regions", spy_fill)
    monkeypatch.setattr(Classifier, "explain_batch", spy_explain)
    (row,) = bench_what_if(None, ["small_cnn"])
    assert filled == [((96, 96), True)] * 2  # to warm up and on the clock
    assert asked == [((1, 160, 160, 1), (1, 4), (1, 4))] * 3  # and once before
    assert (row["network"], row["image_size_px"], row["film_px"]) == ("small_cnn", 160, 96)
    assert row["milliseconds"] > 0
    assert row["forward_ratio"] == pytest.approx(
        row["milliseconds"] / row["forward_milliseconds"], rel=0.1, abs=0.01
    )
