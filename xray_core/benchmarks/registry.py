"""How fast it is, as ratios measured within one run: `python -m xray_core bench`."""

from collections.abc import Callable

from xray_core.benchmarks.data import bench_data
from xray_core.benchmarks.explaining import bench_explain
from xray_core.benchmarks.settings import bench_settings
from xray_core.benchmarks.timing import Row
from xray_core.benchmarks.training import bench_train

BENCHMARKS: dict[str, Callable[..., list[Row]]] = {
    "data": bench_data,
    "train": bench_train,
    "settings": bench_settings,
    "explain": bench_explain,
}
