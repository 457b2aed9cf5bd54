from xray_core.arguments import build_parser
from xray_core.benchmarks.registry import BENCHMARKS
from xray_core.cli import COMMANDS


def test_every_benchmark_can_be_named() -> None:
    names = [
        "data",
        "audit",
        "train",
        "settings",
        "explain",
        "maps",
        "memory",
        "opinion",
        "gate",
        "what-if",
        "lungs",
        "fuzz",
        "visitors",
        "app",
    ]
    assert list(BENCHMARKS) == names
    for name in names:
        assert build_parser(COMMANDS).parse_args(["bench", name]).what == name
