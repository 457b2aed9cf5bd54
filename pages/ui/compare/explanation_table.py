"""How far the heatmaps of each model by each method can be trusted, as a table."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.shared.figures import Shown, rows_line, show_table, table_block
from pages.ui.shared.notices import empty_state, errors_shown
from pages.ui.shared.words import count, films, plain
from xray_core.evaluation.intervals import words_for
from xray_core.quality.pairs import Pair
from xray_core.quality.report import read_report
from xray_core.quality.thresholds import MEASURES, Measure
from xray_core.runs.store import Run

SIGNS = {"good": "✓", "doubtful": "?", "poor": "✕"}
"""A sign for each word, so that a column can be read at a glance without colour."""


def explanation_table(runs: tuple[Run, ...], names: dict[str, str]) -> None:
    """The table of all reports of these runs, or how to make one.

    Args:
        runs: to compare.
        names: run id -> display name.
    """
    st.subheader("How far can their heatmaps be trusted?", anchor=False)
    rows: list[tuple[Run, dict[str, Any]]] = []
    for run in runs:
        with errors_shown():
            rows += [(run, row) for row in read_report(run)]
    if not rows:
        empty_state(
            "A row for each model and method will appear here",
            "Their heatmaps have not been measured yet. Run this command; DATA is a folder of "
            "films.",
        )
        st.code(report_command(runs), language=None, wrap_lines=True)
        return
    if len({row.get("manifest") for _, row in rows}) > 1:
        st.warning(
            "**These heatmaps were measured on different films: compare with care.**",
            icon=":material/warning:",
        )
    frame = explanation_frame(rows, names)
    columns = ("Model", "Method", "Poor", "Doubtful", "Films")
    shown = Shown(
        "How far maps can be trusted",
        runs,
        partial(table_block, frame, columns),
        "explanations/report.json of each run.",
        ("Measures that are poor or doubtful, of each model and method.", *rows_line(frame)),
    )
    show_table(
        frame,
        shown,
        key="compare_trust",
        column_config={
            name: st.column_config.TextColumn(pinned=True) for name in ("Model", "Method")
        }
        | {
            measure.title: st.column_config.TextColumn(help=f"{measure.asks} {measure.source}")
            for measure in MEASURES.values()
        },
        alt="Measures of the heatmaps of each model by each method, with 95 % intervals",
    )
    missing = [run for run in runs if not any(run is other for other, _ in rows)]
    st.caption(
        "Fewest poor measures first. In brackets: 95 % interval by patient. ✓ good, "
        "? doubtful, ✕ poor; hover over a column title for its thresholds and source."
    )
    if missing:
        st.caption("Not measured yet: " + plain(", ".join(names[run.id] for run in missing)) + ".")
        st.code(report_command(tuple(missing)), language=None, wrap_lines=True)


def explanation_frame(
    rows: list[tuple[Run, dict[str, Any]]], names: dict[str, str]
) -> pd.DataFrame:
    """One row per model, method and set of films, those with the fewest poor measures first.

    Args:
        rows: pairs of a run and a row of its report.
        names: run id -> display name.
    """
    found = []
    for run, row in sorted(rows, key=_rank):
        words = _words(row)
        found.append(
            {
                "Model": names[run.id],
                "Method": Pair.of(row).title,
                "Poor": count(words.count("poor")),
                "Doubtful": count(words.count("doubtful")),
                **{
                    measure.title: _cell(measure, row["measures"].get(measure.name))
                    for measure in MEASURES.values()
                },
                "Films": f"{films(row['films'])} of {row['data']}",
                "Flat maps": count(row.get("flat", 0)),
                "Seen in training": "not known" if row.get("seen") is None else films(row["seen"]),
            }
        )
    return pd.DataFrame(found)


def report_command(runs: tuple[Run, ...]) -> str:
    """The command that measures these runs."""
    words = " ".join(f"--run {run.id}" for run in runs)
    return f"python -m xray_core explain-report {words} --data DATA"


def _words(row: dict[str, Any]) -> list[str]:
    return [entry["word"] for entry in row["measures"].values() if "word" in entry]


def _rank(item: tuple[Run, dict[str, Any]]) -> tuple[int, int, float]:
    words = _words(item[1])
    gain = item[1]["measures"].get("insertion_gain", {}).get("value", 0.0)
    return words.count("poor"), words.count("doubtful"), -gain


def _cell(measure: Measure, entry: dict[str, Any] | None) -> str:
    """`✓ good +0.12 (+0.05 to +0.19)`; `–` for what could not be measured."""
    if entry is None:
        return "–"
    word = entry["word"]
    number = words_for(entry, measure.number, dash=" to ", reason=False)
    return f"{SIGNS.get(word, '')} {word} {number}"
