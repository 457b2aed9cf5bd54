import pytest

from xray_core.benchmarks.explaining import AT_INNER_LAYERS, bench_explain
from xray_core.benchmarks.timing import Row
from xray_core.explain.methods import METHODS

INNER = "stage4_relu2"
WITHOUT_THEIRS = {
    *(name for name, method in METHODS.items() if method.fused),
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
    if row["layer"] != INNER:
        assert row["classes"] == (4 if method.cost == "pass" else 1)
    assert (row["tf_keras_vis_ratio"] is None) == (method.name in WITHOUT_THEIRS)
    batched = method.name in ("smooth_grad", "integrated_gradients")
    assert (row["batched_ratio"] is not None) == batched


@pytest.mark.slow
@pytest.mark.long
def test_every_method_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    rows = bench_explain(None, ["small_cnn"])
    assert capsys.readouterr().out == "", "something stands among the answers"
    assert [row["method"] for row in rows if row["layer"] != INNER] == list(METHODS)
    assert [(row["method"], row["classes"]) for row in rows if row["layer"] == INNER] == [
        (method, classes) for method in AT_INNER_LAYERS for classes in (1, 4)
    ]
    for row in rows:
        check(row)


@pytest.mark.slow
@pytest.mark.long
def test_a_run_is_measured_by_its_default_and_by_the_last_layer() -> None:
    fused, first = "layer_cam_product", "stage3_relu2"
    default = f"{first}+stage5_relu2"
    rows = bench_explain(None, runs=["small_cnn"])
    assert [(row["method"], row["layer"], row["classes"]) for row in rows] == [
        *((fused, default, classes) for classes in (1, 4)),
        *((method, first, classes) for method in ("grad_cam", "layer_cam") for classes in (1, 4)),
        ("grad_cam", "stage5_relu2", 4),
    ]
    for row in rows:
        assert row["network"] == "small_cnn"
        assert (row["tf_keras_vis_ratio"] is None) == (row["method"] == fused)


@pytest.mark.slow
@pytest.mark.long
def test_the_chosen_networks_and_methods_are_measured() -> None:
    methods = ("saliency", "grad_cam")
    rows = bench_explain(None, ("small_cnn",), methods)
    assert [(row["network"], row["method"], row["layer"]) for row in rows] == [
        ("small_cnn", "saliency", ""),
        ("small_cnn", "grad_cam", "stage5_relu2"),
        ("small_cnn", "grad_cam", INNER),
        ("small_cnn", "grad_cam", INNER),
    ]
    for row in rows:
        check(row)
