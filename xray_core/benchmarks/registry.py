"""Speed, memory, resistance to damaged files, and the app in a browser: `bench`."""

from collections.abc import Callable

from xray_core.benchmarks.app import bench_app
from xray_core.benchmarks.audit import bench_audit
from xray_core.benchmarks.data import bench_data
from xray_core.benchmarks.explaining import bench_explain
from xray_core.benchmarks.fuzz import FAILURES, bench_fuzz
from xray_core.benchmarks.gate import bench_gate
from xray_core.benchmarks.lungs import bench_lungs
from xray_core.benchmarks.maps import bench_maps
from xray_core.benchmarks.memory import bench_memory
from xray_core.benchmarks.opinion import bench_opinion
from xray_core.benchmarks.settings import bench_settings
from xray_core.benchmarks.timing import Row
from xray_core.benchmarks.training import bench_train
from xray_core.benchmarks.visitors import FAULTS, bench_visitors
from xray_core.benchmarks.what_if import bench_what_if

BENCHMARKS: dict[str, Callable[..., list[Row]]] = {
    "data": bench_data,
    "audit": bench_audit,
    "train": bench_train,
    "settings": bench_settings,
    "explain": bench_explain,
    "maps": bench_maps,
    "memory": bench_memory,
    "opinion": bench_opinion,
    "gate": bench_gate,
    "what-if": bench_what_if,
    "lungs": bench_lungs,
    "fuzz": bench_fuzz,
    "visitors": bench_visitors,
    "app": bench_app,
}
WITHOUT_NETWORKS = frozenset({"fuzz", "audit", "app"})
"""Benchmarks that need no TensorFlow."""


def has_failed(rows: list[Row]) -> bool:
    """Whether a benchmark that judges found anything that must not occur."""
    return any(row.get(name) for row in rows for name in (*FAILURES, *FAULTS))
