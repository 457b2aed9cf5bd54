"""What several commands open: the runs and the films that were named."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xray_core.data.records import Manifest
    from xray_core.runs.store import Run

Arguments = argparse.Namespace


def open_runs(arguments: Arguments) -> "tuple[Run, ...]":
    """The runs that were named, each once."""
    from xray_core.runs.store import open_run

    opened = [open_run(ref, arguments.models_dir) for ref in arguments.run]
    return tuple({run.id: run for run in opened}.values())


def scan_all(arguments: Arguments, progress: Callable[[int, int], None]) -> "Manifest":
    """The films of all data sets that were named with --data."""
    from xray_core.data.records import combine_manifests
    from xray_core.data.scan import scan

    return combine_manifests(
        scan(
            path,
            reader=arguments.reader,
            one_finding=arguments.one_finding,
            progress=progress,
        )
        for path in arguments.data
    )
