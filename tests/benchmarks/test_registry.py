from xray_core.benchmarks.registry import BENCHMARKS


def test_every_benchmark_can_be_named() -> None:
    assert list(BENCHMARKS) == ["data", "train", "settings", "explain"]
