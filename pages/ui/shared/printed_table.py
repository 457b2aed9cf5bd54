"""A table on paper: whole, where that on the screen shows only what is in view."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.shared.words import count

MOST_ROWS = 100
MOST_COLUMNS = 12
"""That have room on a sheet; a wider table is printed in parts, one below the other."""


def printed_table(frame: pd.DataFrame, looks: Mapping[str, Any]) -> None:
    """The same table for print alone: all its columns, and the first rows of a long one.

    Args:
        frame: as it is shown.
        looks: arguments of `st.dataframe`.
    """
    st.html(table_html(frame, looks))


def table_html(frame: pd.DataFrame, looks: Mapping[str, Any]) -> str:
    """What it prints."""
    config = looks.get("column_config", {})
    names = list(looks.get("column_order") or frame.columns)
    titles = {name: title for name, title in config.items() if isinstance(title, str)}
    pinned = [
        name for name in names if isinstance(look := config.get(name), dict) and look.get("pinned")
    ]
    rows = frame.head(MOST_ROWS).astype(str).rename(columns=titles)
    tables = "".join(
        rows[[titles.get(name, name) for name in part]].to_html(index=False, border=0)
        for part in _parts(names, pinned or names[:1])
    )
    left = len(frame) - MOST_ROWS
    more = f"<p>The first {MOST_ROWS} of {count(len(frame))} rows.</p>" if left > 0 else ""
    return f'<div class="printed-table">{tables}{more}</div>'


def _parts(names: list[str], first: list[str]) -> Iterator[list[str]]:
    """The columns of every part, each with those that say what a row is of."""
    if len(names) <= MOST_COLUMNS:
        yield names
        return
    others = [name for name in names if name not in first]
    room = MOST_COLUMNS - len(first)
    for start in range(0, len(others), room):
        yield [*first, *others[start : start + room]]
