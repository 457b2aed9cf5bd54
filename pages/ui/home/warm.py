"""What the first page of a server needs, made ready while the browser still loads its own part."""

import importlib
import threading
from contextlib import suppress

READY = "pages.ui.home.ready"


def warm_up() -> threading.Thread:
    """Load modules in the background."""
    thread = threading.Thread(target=_warm, daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    with suppress(Exception):  # the page that needs it says what is wrong
        importlib.import_module(READY)
