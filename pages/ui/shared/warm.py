"""What the first page of a server needs, made ready while the browser still loads its own part."""

import importlib
import threading
from contextlib import suppress

from xray_core.reports.damage import damage
from xray_core.runs.listing import list_runs

LOADED = ("pages.ui.shared.cache", "plotly.graph_objects")


def warm_up() -> threading.Thread:
    """Look through the files of the models and load modules, in the background."""
    thread = threading.Thread(target=_warm, daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    with suppress(Exception):  # the page that needs it says what is wrong
        for run in list_runs():
            damage(run)
    for module in LOADED:
        importlib.import_module(module)
