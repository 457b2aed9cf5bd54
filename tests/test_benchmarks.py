from pathlib import Path
from typing import Any

import pytest

from xray_core import benchmarks
from xray_core.benchmarks import BENCHMARKS, bench_data, bench_explain, bench_train
from xray_core.explain.methods import METHODS
from xray_core.networks.registry import NETWORKS


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two steps of four films through one layer: what is measured, not how well."""
    monkeypatch.setattr(benchmarks, "_STEPS", 2)
    monkeypatch.setattr(benchmarks, "_BATCH", 4)
    monkeypatch.setattr(benchmarks, "N_SYNTHETIC", 8)
    monkeypatch.setattr(benchmarks, "EXPLAIN_PX", 64)


def test_every_benchmark_can_be_named() -> None:
    assert list(BENCHMARKS) == ["data", "train", "explain"]


@pytest.fixture
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    def build(name: str, n_classes: int, image_size_px: int) -> Any:
        film = keras.Input((image_size_px, image_size_px, 1))
        pooled = keras.layers.GlobalAveragePooling2D()(film)
        return keras.Model(film, keras.layers.Dense(n_classes)(pooled), name=name)

    monkeypatch.setattr(benchmarks, "build_network", build)


@pytest.mark.usefixtures("_plain")
def test_data_is_measured_from_scan_to_batches(films_dir: Path) -> None:
    rows = {row["what"]: row for row in bench_data(films_dir)}
    assert rows["films"]["value"] == 48
    for what in ("scan with hashes", "rescan", "decode and resize", "input pipeline alone"):
        assert rows[what]["value"] > 0
    assert rows["rescan"]["unit"] == "times faster"


@pytest.mark.usefixtures("_plain")
def test_training_of_every_network_is_measured() -> None:
    rows = bench_train(None)
    assert [row["network"] for row in rows] == list(NETWORKS)
    assert all(row["films_per_second"] > 0 and row["ratio_to_bare_fit"] > 0 for row in rows)


@pytest.mark.slow
def test_every_method_of_every_network_is_measured() -> None:
    rows = bench_explain()
    assert [(row["network"], row["method"]) for row in rows] == [
        (network, method) for network in NETWORKS for method in METHODS
    ]
    for row in rows:
        assert row["milliseconds"] > 0
        assert row["forward_ratio"] == pytest.approx(
            row["milliseconds"] / row["forward_milliseconds"], rel=0.05
        )
        assert row["tf_keras_vis_ratio"] > 1  # it gives one class in more time than ours gives all
