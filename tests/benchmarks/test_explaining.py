import pytest

from xray_core.benchmarks.explaining import bench_explain
from xray_core.benchmarks.timing import Row
from xray_core.explain.methods import METHODS

WITHOUT_THEIRS = {
    "hires_cam",
    "ablation_cam",
    "gradient_x_input",
    "integrated_gradients",
    "guided_backprop",
    "occlusion",
    "rise",
}


def check(row: Row) -> None:
    method = METHODS[row["method"]]
    assert row["milliseconds"] > 0
    assert row["forward_ratio"] == pytest.approx(
        row["milliseconds"] / row["forward_milliseconds"], rel=0.05
    )
    assert row["classes"] == (4 if method.cost == "pass" else 1)
    assert (row["tf_keras_vis_ratio"] is None) == (method.name in WITHOUT_THEIRS)
    batched = method.name in ("smooth_grad", "integrated_gradients")
    assert (row["batched_ratio"] is not None) == batched
    if method.name == "grad_cam":
        assert row["tf_keras_vis_ratio"] > 1  # it gives one class in more time than ours gives all


@pytest.mark.slow
def test_every_method_is_measured() -> None:
    rows = bench_explain(None, ["small_cnn"])
    assert [row["method"] for row in rows] == list(METHODS)
    for row in rows:
        check(row)


@pytest.mark.slow
def test_the_chosen_networks_and_methods_are_measured() -> None:
    networks, methods = ("small_cnn", "efficientnetv2b0"), ("grad_cam", "saliency")
    rows = bench_explain(None, networks, methods)
    assert [(row["network"], row["method"]) for row in rows] == [
        (network, method) for network in networks for method in methods
    ]
    for row in rows:
        check(row)
