"""How fast it is, as ratios within one run, and what it takes: `python -m xray_core bench`."""

from collections.abc import Callable

from xray_core.benchmarks.data import bench_data
from xray_core.benchmarks.explaining import bench_explain
from xray_core.benchmarks.lungs import bench_lungs
from xray_core.benchmarks.maps import bench_maps
from xray_core.benchmarks.memory import bench_memory
from xray_core.benchmarks.settings import bench_settings
from xray_core.benchmarks.timing import Row
from xray_core.benchmarks.training import bench_train
from xray_core.benchmarks.what_if import bench_what_if

BENCHMARKS: dict[str, Callable[..., list[Row]]] = {
    "data": bench_data,
    "train": bench_train,
    "settings": bench_settings,
    "explain": bench_explain,
    "maps": bench_maps,
    "memory": bench_memory,
    "what-if": bench_what_if,
    "lungs": bench_lungs,
}
