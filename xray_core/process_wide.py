"""Settings of other libraries that hold for the whole process, in force only while needed."""

import threading
from collections.abc import Callable
from types import TracebackType


class WhileNeeded:
    """A process-wide setting as a context: `with SETTING: ...`.

    Several threads may be inside at once: the first one that enters puts the setting, the last one
    that leaves takes it back, so that none of them takes it from another.

    Args:
        put: puts the setting and returns a function that takes it back.
    """

    def __init__(self, put: Callable[[], Callable[[], object]]) -> None:
        self._put = put
        self._lock = threading.Lock()
        self._inside = 0
        self._take_back: Callable[[], object] = lambda: None

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._take_back = self._put()
            self._inside += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._take_back()
