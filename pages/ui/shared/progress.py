"""A progress bar with an end, the same on every page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def progress_bar(
    words: Callable[[int, int], str], first: str = ""
) -> Iterator[Callable[[int, int], None]]:
    """A bar that follows a task and is gone when the task ends, also by an error.

    Args:
        words: what stands at the bar, from the amount done and the total (0 where it is not known).
        first: what stands there before anything is done; "" shows no bar until then.

    Yields:
        Takes the amount done and the total, as the `progress` arguments of `xray_core` are called.
    """
    bar = st.progress(0.0, first) if first else st.empty()

    def show(done: int, total: int) -> None:
        bar.progress(min(1.0, done / total) if total else 0.0, words(done, total))

    try:
        yield show
    finally:
        bar.empty()
