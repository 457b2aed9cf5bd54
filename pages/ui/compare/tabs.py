"""The tabs of the Compare page: one question each, drawn when it is opened."""

from collections.abc import Callable, Iterator
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.compare.by_fact import by_fact_tab
from pages.ui.compare.cell_films import cell_films
from pages.ui.compare.charts import FEW_FILMS, bars_of, calibration, whiskers
from pages.ui.compare.confusion import READ_IT, show_confusion
from pages.ui.compare.cost import cost_tab
from pages.ui.compare.curves import curves_tab
from pages.ui.compare.disagreement import disagreement_tab
from pages.ui.compare.explanation_table import explanation_table
from pages.ui.compare.layer_chart import layer_hint, layer_panel
from pages.ui.compare.learning import learning_tab
from pages.ui.compare.mistakes_tab import shared_mistakes_tab
from pages.ui.compare.probabilities import calibration_table, sets, thresholds
from pages.ui.compare.run_table import (
    METRICS,
    all_classes,
    class_scores,
    pair_scores,
    within_frame,
)
from pages.ui.compare.told_apart import told_apart_panel
from pages.ui.compare.within_source import within_a_source_tab
from pages.ui.shared import session
from pages.ui.shared.cache import films_tested
from pages.ui.shared.figures import Shown, show_chart, show_table, shown_rows
from pages.ui.shared.kept import keep
from pages.ui.shared.words import films, interval, plain
from xray_core.data.labels import label_title
from xray_core.evaluation.reliability import reliability_of
from xray_core.evaluation.scores import LEAST_OF_A_SOURCE
from xray_core.reports.deck.measured import calibration_curves
from xray_core.runs.store import Run

Draw = Callable[[tuple[Run, ...], dict[str, str]], None]


def comparison_tabs(runs: tuple[Run, ...], names: dict[str, str], by: str) -> None:
    """All tabs; each is drawn when it is opened.

    Args:
        runs: to compare.
        names: run id -> display name.
        by: score that decides.
    """
    drawn: dict[str, Draw] = {
        "Scores": partial(_scores, by=by),
        "Told apart": partial(told_apart_panel, by=by),
        **_TABS,
        "Cost": partial(cost_tab, by=by),
        "Maps": _maps,
    }
    tabs = st.tabs(list(drawn), key=keep(session.COMPARE_TABS), on_change="rerun")
    for tab, (name, draw) in zip(tabs, drawn.items(), strict=True):
        with tab:
            if not tab.open:
                continue
            if name in _OF_SEVERAL and len(runs) < 2:
                st.info("Choose a second model.", icon=":material/info:")
            else:
                draw(runs, names)


def _scores(runs: tuple[Run, ...], names: dict[str, str], *, by: str) -> None:
    """The score that decides."""
    title = METRICS[by]
    scores = {run.id: {title: run.scores()[by]} for run in runs}
    alt = "; ".join(f"{names[run.id]}: {interval(run.scores()[by])}" for run in runs)
    shown = Shown(f"{title} on test films", runs, partial(bars_of, scores, runs, title))
    show_chart(whiskers(scores, names, title), shown, key="compare_chart", alt=alt)


def _per_class(runs: tuple[Run, ...], names: dict[str, str]) -> None:
    for name, title, question in (
        (
            "sensitivity",
            "Sensitivity",
            "Of the films with this label, what share is predicted as such?",
        ),
        ("specificity", "Specificity", "Of the other films, what share is not predicted as such?"),
    ):
        st.subheader(title, anchor=False)
        st.caption(question)
        scores = {
            run.id: {
                label_title(label): class_scores(run, name).get(label)
                for label in all_classes(runs)
            }
            for run in runs
        }
        show_chart(
            whiskers(scores, names, title),
            Shown(
                f"{title} of each class",
                runs,
                partial(bars_of, scores, runs, title),
                lines=(question,),
            ),
            key=f"compare_{name}",
            alt=f"{title} of each class for each model, with 95 % intervals",
        )


def _confusions(runs: tuple[Run, ...], names: dict[str, str]) -> None:
    st.caption(READ_IT)
    for run, place in zip(runs, _pairs(), strict=False):
        with place:
            st.markdown(f"**{plain(names[run.id])}** · {films(run.scores()['n'])}")
            show_confusion(run, f"confusion_{run.id}")
            cell_films(run, names[run.id])


def _calibration(runs: tuple[Run, ...], names: dict[str, str]) -> None:
    st.caption(
        "Are the probabilities calibrated? Of the films predicted with a probability of 0.80, 80 % "
        "should be correct. On the dotted line they are; below it the probabilities are too high. "
        f"Larger marks stand for more test films; marks for fewer than {FEW_FILMS} films are left "
        "out. A model that is well calibrated here may give probabilities that are too high on "
        "films from another hospital."
    )
    tables = {run.id: reliability_of(films_tested(run), run.classes) for run in runs}
    show_chart(
        calibration(tables, names),
        Shown("Are the probabilities calibrated?", runs, partial(calibration_curves, runs)),
        key="compare_calibration",
        alt="Share of correct films by probability, a line for each model",
    )
    calibration_table(runs, names)


def _one_against_one(runs: tuple[Run, ...], names: dict[str, str]) -> None:
    st.caption(
        "For the test films of two classes: how often does the correct one of the two get the "
        "higher probability? Bacterial versus viral is the hard question; COVID-19 versus a "
        "childhood pneumonia may be answered by age alone."
    )
    scores = {run.id: pair_scores(run, "accuracy") for run in runs}
    if not any(scores.values()):
        st.caption(
            "These models were scored by an older version without this comparison: train them "
            "again."
        )
        return
    show_chart(
        whiskers(scores, names, "Accuracy"),
        Shown("Accuracy on every two classes", runs, partial(bars_of, scores, runs, "Accuracy")),
        key="compare_pairs",
        alt="Accuracy on every two classes for each model, with 95 % intervals",
    )
    within = within_frame(runs)
    if within.empty:
        return
    st.markdown("**Within one source**")
    st.caption(
        "Films of one collection, where hospital and age cannot give the class away. Specificity: "
        "share of the films of the first class called so at the threshold that finds 90 % of the "
        f"second. Sources with at least {LEAST_OF_A_SOURCE} test films of both classes are listed."
    )
    show_table(
        within,
        shown_rows("Two classes within one source", runs, within),
        key="compare_within",
        alt="AUC of two classes within one source, by model",
    )


def _maps(runs: tuple[Run, ...], names: dict[str, str]) -> None:
    unmeasured = layer_panel(runs, names)
    explanation_table(runs, names)
    layer_hint(unmeasured, names)


def _pairs() -> Iterator[DeltaGenerator]:
    """Columns in rows of two, which a narrow screen stacks in the same order."""
    while True:
        yield from st.columns(2, gap="medium")


_TABS: dict[str, Draw] = {
    "Within a source": within_a_source_tab,
    "Per class": _per_class,
    "Class pairs": _one_against_one,
    "Confusion": _confusions,
    "ROC, precision": curves_tab,
    "Calibration": _calibration,
    "Thresholds": thresholds,
    "Sets": sets,
    "Per group": by_fact_tab,
    "Learning": learning_tab,
    "Shared mistakes": shared_mistakes_tab,
    "Disagreement": disagreement_tab,
}
_OF_SEVERAL = ("Told apart", "Shared mistakes", "Disagreement", "Cost")
"""Tabs that have nothing to say of one model."""
