import pytest

from xray_core.benchmarks.explaining import bench_explain
from xray_core.explain.methods import METHODS


@pytest.mark.slow
def test_every_method_of_the_chosen_networks_is_measured() -> None:
    networks = ("small_cnn", "efficientnetv2b0")
    rows = bench_explain(None, networks)
    assert [(row["network"], row["method"]) for row in rows] == [
        (network, method) for network in networks for method in METHODS
    ]
    for row in rows:
        assert row["milliseconds"] > 0
        assert row["forward_ratio"] == pytest.approx(
            row["milliseconds"] / row["forward_milliseconds"], rel=0.05
        )
        assert row["tf_keras_vis_ratio"] > 1  # it gives one class in more time than ours gives all
