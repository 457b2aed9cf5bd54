"""What is folded away until a visitor wants it."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def folded(
    title: str, key: str, *, is_open: bool = False, icon: str | None = None
) -> Iterator[bool]:
    """An expander whose content is made while it is open.

    Args:
        title: what is in it.
        key: unique on the page.
        is_open: whether it is at first.
        icon: before the title.

    Yields:
        Whether it is open.
    """
    box = st.expander(title, key=key, on_change="rerun", expanded=is_open, icon=icon)
    with box:
        yield bool(box.open)
