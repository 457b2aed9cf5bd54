"""What models answer without the lungs, and what else they read off films."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.compare.charts import Scores, bars_of, whiskers
from pages.ui.patterns.source import KEPT, model_names
from pages.ui.shared import session
from pages.ui.shared.cache import record_lungs, thumbnails
from pages.ui.shared.figures import Shown, rows_line, show_chart, show_table, table_block
from pages.ui.shared.folded import folded
from pages.ui.shared.manifests import manifest_of
from pages.ui.shared.notices import errors_shown
from pages.ui.shared.progress import progress_bar
from pages.ui.shared.words import count, films, interval, met_words, plain
from xray_core.audit.probes import PROBED
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest
from xray_core.evaluation.intervals import Score, words_for
from xray_core.reports.research import RESEARCH_ONLY
from xray_core.runs.store import Run
from xray_core.shortcuts.changes import CHANGES, Surroundings, as_large_as, mean_greys
from xray_core.shortcuts.lab import ShortcutReport, find_shortcuts
from xray_core.shortcuts.verdict import LEANS, OPEN

Reports = Mapping[str, ShortcutReport]


def shortcut_panel(runs: Sequence[Run], where: str) -> None:
    """A button, the lab while it works, and what it found of each model.

    Args:
        runs: chosen models.
        where: name of the data set whose films are changed; `KEPT` for stored predictions alone.
    """
    st.subheader("Shortcuts", anchor=False)
    st.caption(
        "Films with parts taken away: what a model still answers without the lungs, it did not see "
        f"in them. {RESEARCH_ONLY}"
    )
    kept = session.SHORTCUTS.hold()
    if where == KEPT:
        st.caption("Choose a data set above to change its films.")
        return
    wanted = [run for run in runs if (run.id, where) not in kept]
    if wanted and st.button(
        "Look for shortcuts",
        icon=":material/science:",
        help="Takes minutes for thousands of films. Stopped or repeated, it resumes where it was.",
    ):
        with errors_shown():
            manifest = manifest_of(where)
            for run in wanted:
                kept[run.id, where] = _run(run, manifest)
            st.rerun()
    names = model_names(runs)
    found = {run.id: kept[run.id, where] for run in runs if (run.id, where) in kept}
    if found:
        _changed_films(where)
        _show(found, names, [run for run in runs if run.id in found])


def _run(run: Run, manifest: Manifest) -> ShortcutReport:
    step = ""

    def words(done: int, total: int) -> str:
        return f"{plain(run.title)}, {step}: {count(done)} of {films(total)}"

    with progress_bar(words, f"{plain(run.title)}: reading films") as show:

        def progress(name: str, done: int, total: int) -> None:
            nonlocal step
            step = name
            show(done, total)

        return find_shortcuts(run, manifest, progress)


def _show(found: Reports, names: Mapping[str, str], runs: Sequence[Run]) -> None:
    for run_id, report in found.items():
        line = f"**{plain(names[run_id])}.** {report.verdict.words}"
        if report.verdict.word == LEANS:
            st.warning(
                "\n".join([line, "", *(f"- {plain(item)}" for item in report.verdict.findings)]),
                icon=":material/warning:",
            )
        else:
            doubt = report.verdict.word == OPEN or report.verdict.hints
            icon = ":material/help:" if doubt else ":material/check:"
            st.info(
                "\n".join([line, "", *(f"- {plain(item)}" for item in report.verdict.hints)]),
                icon=icon,
            )
    first = next(iter(found.values()))
    st.caption(f"{first.verdict.rule} {films(first.n)} of {count(first.n_patients)} patients.")
    if any(report.changes for report in found.values()):
        scores = change_scores(found)
        shown = Shown(
            "What is left of the scores when parts of films are taken away",
            runs,
            partial(bars_of, scores, runs, "Balanced accuracy on changed films"),
            first.verdict.rule,
        )
        show_chart(
            changes_chart(found, names),
            shown,
            key="patterns_shortcuts",
            alt="; ".join(
                f"{names[run_id]}, {row['title']}: {interval(row['balanced_accuracy'])}"
                for run_id, report in found.items()
                for row in report.changes
            ),
        )
    with folded("All figures", "patterns_figures_fold") as is_open:
        if is_open:
            for key, title, frame in (
                ("changes", "Scores of changed films, by model", change_frame(found, names)),
                ("probes", "What can be read off features", probe_frame(found, names)),
                ("groups", "Share right by class, age and source", group_frame(found, names)),
                ("within", "Within one source, and over all", within_frame(found, names)),
            ):
                block = partial(table_block, frame) if len(frame) else None
                shown = Shown(title, runs, block, lines=rows_line(frame))
                show_table(frame, shown, key=f"patterns_shortcut_{key}", alt=title)
            for run_id, report in found.items():
                st.caption(f"{plain(names[run_id])} met in training: {met_words(report.met)}.")
            lines = {line for report in found.values() for line in report.not_evaluated}
            for line in sorted(lines):
                st.caption(f"Not evaluated: {plain(line)}")


def changes_chart(found: Reports, names: Mapping[str, str]) -> go.Figure:
    """Balanced accuracy under each change, a dot per model with its interval."""
    return whiskers(change_scores(found), names, "Balanced accuracy on changed films")


def change_scores(found: Reports) -> Scores:
    """Balanced accuracy of each run under each change, after that on films as they are."""
    return {
        run_id: _unchanged(report)
        | {row["title"]: row["balanced_accuracy"] for row in report.changes}
        for run_id, report in found.items()
    }


def _unchanged(report: ShortcutReport) -> dict[str, Score]:
    """The score that changes are measured from, where a change was made to all films."""
    for row in report.changes:
        if row["n"] == report.n:
            value = row["balanced_accuracy"]["value"] - row["difference"]["value"]
            plain_score = {"value": round(value, 4), "low": None, "high": None, "n": row["n"]}
            return {"As they are": plain_score}
    return {}


def change_frame(found: Reports, names: Mapping[str, str]) -> pd.DataFrame:
    """One row per model and change, for display."""
    return pd.DataFrame(
        [
            {
                "Model": names[run_id],
                "Films": row["title"],
                "Balanced accuracy": interval(row["balanced_accuracy"]),
                "Change": _signed(row["difference"]),
                "Same answer": interval(row["kept"]),
                "Shift of the label": _signed(row["shift"]),
                **{f"AUC {label_title(name)}": interval(area) for name, area in row["auc"].items()},
                "n": count(row["n"]),
            }
            for run_id, report in found.items()
            for row in report.changes
        ]
    )


def _signed(score: Score) -> str:
    """`-0.49 (-0.55 to -0.43)`: a dash between signs would be hard to read."""
    return words_for(score, "{:+.2f}".format, dash=" to ", nothing="–", reason=False)


def probe_frame(found: Reports, names: Mapping[str, str]) -> pd.DataFrame:
    """What a linear model reads off the features of each model, for display."""
    return pd.DataFrame(
        [
            {
                "Model": names[run_id],
                "Read off its features": PROBED[row["fact"]],
                "Balanced accuracy": interval(row),
                "Guessing": f"{row['chance']:.2f}",
                "Among films of": "all" if row["within"] == "all" else label_title(row["within"]),
                "n": count(row["n"]),
            }
            for run_id, report in found.items()
            for row in report.probes
        ]
    )


def group_frame(found: Reports, names: Mapping[str, str]) -> pd.DataFrame:
    """Share of films called by their class, per class, age group and source, for display."""
    return pd.DataFrame(
        [
            {
                "Model": names[run_id],
                "Class": label_title(row["class"]),
                "Patients": row["age_group"] or "not stated",
                "Source": row["source"] or "not stated",
                "Called so": f"{row['right']:.2f} ({row['low']:.2f}–{row['high']:.2f})",
                "n": count(row["n"]),
            }
            for run_id, report in found.items()
            for row in report.groups
        ]
    )


def within_frame(found: Reports, names: Mapping[str, str]) -> pd.DataFrame:
    """Each class against normal within one source, beside the same over all, for display."""
    return pd.DataFrame(
        [
            {
                "Model": names[run_id],
                "Normal or": label_title(row["class"]),
                "Source": row["source"] or "not stated",
                "AUC within it": interval(row["auc"]),
                "AUC over all sources": interval(row["plain"]),
                "n": count(row["n"]),
            }
            for run_id, report in found.items()
            for row in report.within_source
        ]
    )


def _changed_films(where: str) -> None:
    """One film as it is and changed in every way, so that the words can be seen."""
    manifest = manifest_of(where).usable
    small = np.asarray(thumbnails(manifest, 160)[:1])
    mask = record_lungs(manifest, manifest.records[0].id)
    around = Surroundings(None if mask is None else as_large_as(small[0], mask), mean_greys(small))
    drawn = [small[0]] + [
        change.apply(small[0], around)
        for change in CHANGES.values()
        if around.lungs is not None or not change.needs_lungs
    ]
    titles = ["As it is"] + [
        change.title
        for change in CHANGES.values()
        if around.lungs is not None or not change.needs_lungs
    ]
    st.image(drawn, caption=titles, width=150)
