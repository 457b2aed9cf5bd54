"""How well models tell classes apart within one source: what they know besides the hospital."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from pages.ui.compare.charts import bars_of, whiskers
from pages.ui.shared.figures import Shown, show_chart
from pages.ui.shared.words import count, interval
from xray_core.data.labels import NORMAL, label_title
from xray_core.runs.store import Run

SAME_SOURCE = "Normal or not, within one source (AUC)"
"""Title of the column that stands beside scores over all sources."""

_PANELS = {
    "specificity_at_90": (
        "Share of normal films called normal",
        "at the threshold that finds 90 % of the others",
    ),
    "auc": ("AUC", "a film with the finding above a normal one"),
}


def within_a_source_tab(runs: tuple[Run, ...], names: Mapping[str, str]) -> None:
    """Two small charts, where a source has enough films of normal and of another class.

    Args:
        runs: to compare.
        names: run id -> display name.
    """
    found = {name: {run.id: within_scores(run.scores(), name) for run in runs} for name in _PANELS}
    if not any(found["auc"].values()):
        st.info(
            "No source has enough test films of both normal and another class.",
            icon=":material/info:",
        )
        return
    st.subheader("Normal or not, within one source", anchor=False)
    st.caption(
        "Films of one collection, where hospital and age cannot give the answer away: closer to "
        "what a model does elsewhere than scores over all films."
    )
    places = st.columns(len(_PANELS), gap="large")
    for place, (name, (title, how)) in zip(places, _PANELS.items(), strict=True):
        rows = list(dict.fromkeys(row for part in found[name].values() for row in part))
        axis = title if len(rows) > 1 else f"{title}, {rows[0]}" if rows else title
        with place:
            st.markdown(f"**{title}** · {how}")
            shown = Shown(
                f"{title}, normal or not within one source",
                runs,
                partial(bars_of, found[name], runs, title),
                f"{title} {how}: pairs, within_source, in scores.json of each run.",
                ("Here the source cannot give the answer away.",),
            )
            show_chart(
                whiskers(found[name], names, axis),
                shown,
                key=f"compare_within_{name}",
                alt="; ".join(
                    f"{names[run_id]}, {row}: {interval(score)}"
                    for run_id, part in found[name].items()
                    for row, score in part.items()
                ),
            )


def same_source_words(scores: Mapping[str, Any]) -> str:
    """The AUC of normal against each other class within each source, the lowest first.

    `–` where there is none.

    Args:
        scores: of a run, or of a test elsewhere.
    """
    areas = within_scores(scores, "auc")
    ordered = sorted(areas.items(), key=lambda item: item[1]["value"] or 0.0)
    found = [f"{row}: {interval(score)}" for row, score in ordered]
    return "; ".join(found) or "–"


def within_scores(scores: Mapping[str, Any], name: str) -> dict[str, Mapping[str, Any]]:
    """One score of normal against each other class within each source.

    Args:
        scores: of a run.
        name: `auc` or `specificity_at_90`.

    Returns:
        `COVID-19, siim (186 films)` -> score; none in runs of older versions.
    """
    return {
        f"{label_title(other)}, {source or 'source not stated'} ({count(part['n'])} films)": score
        for pair in scores.get("pairs", ())
        if NORMAL in pair["classes"]
        for other in pair["classes"]
        if other != NORMAL
        for source, part in pair.get("within_source", {}).items()
        if (score := part[name])
    }
