"""Charts and tables as every page shows them: with files, and a place in the basket."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.shared.basket import basket_button
from pages.ui.shared.component import component_of
from pages.ui.shared.printed_table import printed_table
from xray_core.reports.deck.content import Block, Slide, Table
from xray_core.reports.deck.names import footer_of, notes_of
from xray_core.reports.tables import TABLES, provenance
from xray_core.runs.store import Run

_MOST_ROWS = 10
_files = component_of(
    "chart_files",
    Path(__file__).with_name("chart_files"),
    '<div class="files"></div>',
)


@dataclass(frozen=True)
class Shown:
    """What a chart or a table shows, for its files and its slide.

    Attributes:
        title: of the slide, and in the names of files.
        runs: the models that it is of.
        block: gives the same for a slide; None where it has no place in the basket.
        notes: for the speaker, where the figures come from.
        lines: above it on the slide.
        made_of: what else it was made of, such as a data set.
    """

    title: str
    runs: Sequence[Run] = ()
    block: Callable[[], Block] | None = None
    notes: str = ""
    lines: tuple[str, ...] = ()
    made_of: str = ""

    @property
    def stem(self) -> str:
        """The name of its files without ending."""
        return f"thoraxlens-{re.sub('[^a-z0-9]+', '-', self.title.lower()).strip('-')}"

    def slide(self) -> Slide:
        """For the basket."""
        assert self.block is not None
        notes = notes_of(self.notes or self.title, self.runs)
        return Slide(self.title, notes, self.lines, (self.block(),), footer_of(self.runs))

    def provenance(self) -> str:
        """The comment in the files of a table."""
        runs = f"Runs: {footer_of(self.runs)}" if self.runs else ""
        return provenance(self.title, ". ".join(filter(None, (self.made_of, runs))))


def show_chart(figure: go.Figure, shown: Shown, *, key: str, alt: str) -> None:
    """A chart with its files, which the browser draws: PNG of twice the size, and SVG.

    Args:
        figure: to draw.
        shown: what it shows.
        key: unique on the page.
        alt: what it shows, for those who cannot see it.
    """
    image = {"format": "png", "scale": 2, "filename": shown.stem}
    config = {"displaylogo": False, "modeBarButtons": [["toImage"]], "toImageButtonOptions": image}
    st.plotly_chart(figure, config=config, key=key, alt=alt)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _files(data={"chart": key, "name": shown.stem}, key=f"{key}_files", width="content")
        if shown.block:
            basket_button(shown.slide, key)


def show_table(
    frame: pd.DataFrame,
    shown: Shown,
    *,
    key: str,
    alt: str,
    numbers: Callable[[], pd.DataFrame] | None = None,
    **looks: Any,
) -> Any:
    """A table with its files: CSV, Markdown and LaTeX, what they are in the first line of each.

    Args:
        frame: to show.
        shown: what it shows.
        key: unique on the page.
        alt: what it shows, for those who cannot see it.
        numbers: gives the same for programs, as CSV; None for the table as it is shown.
        looks: other arguments of `st.dataframe`.

    Returns:
        As `st.dataframe`: what is marked, where rows may be.
    """
    if "on_select" in looks:
        looks["key"] = f"{key}_rows"
    event = st.dataframe(frame, hide_index=True, alt=alt, **looks)
    printed_table(frame, looks)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        table_files(lambda: frame, shown, key=key, numbers=numbers)
        if shown.block:
            basket_button(shown.slide, key)
    return event


def table_files(
    make: Callable[[], pd.DataFrame],
    shown: Shown,
    *,
    key: str,
    title: str = "Download",
    numbers: Callable[[], pd.DataFrame] | None = None,
) -> None:
    """A small button with the files of a table.

    Args:
        make: gives the table when a file is wanted.
        shown: what it shows.
        key: unique on the page.
        title: of the button.
        numbers: gives the same for programs, as CSV; None for the table as it is shown.
    """
    with st.popover(title, icon=":material/download:", type="tertiary"):
        for ending, (name, write) in TABLES.items():
            content = numbers if numbers and ending == "csv" else make
            st.download_button(
                name,
                partial(_written, write, content, shown.provenance()),
                f"{shown.stem}.{ending}",
                "text/plain",
                key=f"{key}_{ending}",
                on_click="ignore",
            )


def _written(
    write: Callable[[pd.DataFrame, str], str], content: Callable[[], pd.DataFrame], comment: str
) -> str:
    return write(content(), comment)


def words_slide(title: str, words: tuple[str, ...], runs: Sequence[Run]) -> Slide:
    """Sentences on a slide."""
    return Slide(title, notes_of("", runs).strip(), words, footer=footer_of(runs))


def table_block(frame: pd.DataFrame, columns: Sequence[str] = ()) -> Table:
    """The head of a table for a slide.

    Args:
        frame: with one row or more.
        columns: the ones that have room on a slide; all where none is named.
    """
    part = frame[list(columns) or list(frame.columns)].head(_MOST_ROWS)
    rows = tuple(tuple(map(str, row)) for row in part.itertuples(index=False))
    return Table(tuple(map(str, part.columns)), rows)


def rows_line(frame: pd.DataFrame) -> tuple[str, ...]:
    """That a slide shows but the head of a table; nothing where it shows all of it."""
    left = len(frame) - _MOST_ROWS
    return (f"The first {_MOST_ROWS} of {len(frame):,} rows.",) if left > 0 else ()


def shown_rows(title: str, runs: Sequence[Run], frame: pd.DataFrame) -> Shown:
    """A table of which a slide shows the head, all columns, and says so where rows are left out."""
    return Shown(title, runs, partial(table_block, frame), lines=rows_line(frame))
