"""Scores of several runs as tables and curves, and whether they may be compared at all."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.compare.within_source import SAME_SOURCE, same_source_words
from pages.ui.shared.cache import films_tested, scope_known
from pages.ui.shared.figures import Shown, show_table, table_block
from pages.ui.shared.pickers import run_titles
from pages.ui.shared.theme import RUN_LETTERS
from pages.ui.shared.words import count, duration, films, interval, met_words
from xray_core.data.labels import label_title, order_labels
from xray_core.evaluation.mistakes import SharedMistakes, shared_mistakes
from xray_core.evaluation.probability import probability_text
from xray_core.evaluation.same_films import on_same_films
from xray_core.runs.store import Run
from xray_core.wording import join

METRICS = {
    "macro_f1": "Macro-F1",
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "auc_macro": "Mean AUC",
}


def short_names(runs: tuple[Run, ...]) -> dict[str, str]:
    """Run id -> letter, network and start, short enough for a legend: `A · Xception, ImageNet`."""
    return {
        run.id: f"{letter} · {run.title}, {run.initialisation}"
        for letter, run in zip(RUN_LETTERS, runs, strict=False)
    }


def own_films_said(runs: tuple[Run, ...], names: dict[str, str]) -> dict[str, str]:
    """Names for models whose test films differ: no axis is shared without a word."""
    return {run.id: f"{names[run.id]}, on {films(run.scores()['n'])} of its own" for run in runs}


def score_frame(runs: tuple[Run, ...]) -> pd.DataFrame:
    """One row per run: scores with intervals as text, films tested, and how it was trained."""
    titles = run_titles(runs)
    any_denied = any("without_denied" in run.scores() for run in runs)
    return pd.DataFrame(
        [
            {
                " ": letter,
                "Model": titles[run.id],
                **{title: interval(run.scores()[name]) for name, title in METRICS.items()},
                SAME_SOURCE: same_source_words(run.scores()),
                **_without_denied(run, any_denied),
                "Has met": _met(run),
                "Test films": count(run.scores()["n"]),
                "Patients": count(run.scores()["n_patients"]),
                "Initial weights": run.initialisation,
                "Trained on": join(list(run.config.datasets))
                or ("not known here" if run.is_own else ""),
                "Film size": f"{run.image_size_px} px",
                "Training time": duration(60 * run.scores()["minutes"])
                if "minutes" in run.scores()
                else "–",
            }
            for letter, run in zip(RUN_LETTERS, runs, strict=False)
        ]
    )


def _without_denied(run: Run, wanted: bool) -> dict[str, str]:
    """The accuracy without test films whose reading denies their label, for `score_frame`."""
    if not wanted:
        return {}
    without = run.scores().get("without_denied")
    words = f"{interval(without['accuracy'])}, {films(without['n'])}" if without else "–"
    return {"Accuracy without denied labels": words}


def _met(run: Run) -> str:
    scope = scope_known(run)
    return met_words(scope.met if scope else None)


def within_frame(runs: tuple[Run, ...]) -> pd.DataFrame:
    """One row per model, pair of classes and source that has enough films of both."""
    titles = run_titles(runs)
    return pd.DataFrame(
        [
            {
                "Model": titles[run.id],
                "Classes": " or ".join(map(label_title, pair["classes"])),
                "Source": source or "not stated",
                "AUC within the source": interval(part["auc"]),
                "Specificity at 90 % sensitivity": interval(part["specificity_at_90"]),
                "Test films": count(part["n"]),
            }
            for run in runs
            for pair in run.scores().get("pairs", ())
            for source, part in pair.get("within_source", {}).items()
        ]
    )


def numbers_frame(runs: tuple[Run, ...]) -> pd.DataFrame:
    """The same as plain numbers, for other programs: one row per run, score, class and source."""
    rows = []
    for run in runs:
        parts = {"all films": run.scores()} | run.scores()["per_source"]
        for source, scores in parts.items():
            named = [("", name, scores[name]) for name in METRICS]
            named += [
                (label, name, score)
                for label, part in scores["per_class"].items()
                for name, score in part.items()
            ]
            rows += [
                {
                    "run": run.id,
                    "network": run.network,
                    "source": source,
                    "class": label,
                    "score": name,
                }
                | score
                for label, name, score in named
            ]
    return pd.DataFrame(rows)


def class_scores(run: Run, name: str) -> dict[str, dict[str, Any]]:
    """One score of every class of a run."""
    return {label: part[name] for label, part in run.scores()["per_class"].items()}


def pair_scores(run: Run, name: str) -> dict[str, dict[str, Any]]:
    """One score for every pair of classes; empty for a run of an older version."""
    return {
        " or ".join(map(label_title, pair["classes"])): pair[name]
        for pair in run.scores().get("pairs", ())
    }


def all_classes(runs: tuple[Run, ...]) -> tuple[str, ...]:
    """Classes of any of the runs, in display order."""
    return order_labels({label for run in runs for label in run.classes})


def same_test_films(runs: tuple[Run, ...]) -> bool:
    """Whether all runs were tested on the same films with the same labels."""
    return on_same_films(map(films_tested, runs))


def mistakes_of(runs: tuple[Run, ...]) -> SharedMistakes:
    """The test films that all of them get wrong."""
    return shared_mistakes([films_tested(run) for run in runs])


def mistakes_frame(found: SharedMistakes) -> pd.DataFrame:
    """One row per film that all models get wrong, for display."""
    table = found.films
    return pd.DataFrame(
        {
            "Label": table["label"].map(label_title),
            "All predict": table["answer"].map(
                lambda answer: label_title(answer) if answer else "–"
            ),
            "Probability": table["probability"].map(probability_text),
            "Source": table["source"].replace("", "not stated"),
            "Film": table["id"],
        }
    )


def show_score_table(runs: tuple[Run, ...]) -> None:
    """The table, numbers to the right, and its files."""
    frame = score_frame(runs)
    right = (*METRICS.values(), "Test films", "Patients", "Film size", "Training time")
    columns = ("Model", *METRICS.values(), "Test films")
    show_table(
        frame,
        Shown("Scores with 95 % intervals", runs, partial(table_block, frame, columns)),
        key="compare_scores",
        alt="Scores of each model with 95 % intervals",
        numbers=partial(numbers_frame, runs),
        column_config={
            " ": st.column_config.TextColumn(pinned=True, width=40),
            "Model": st.column_config.TextColumn(width="large"),
        }
        | {name: st.column_config.TextColumn(alignment="right") for name in right},
    )
    st.caption(
        "Test films only. In brackets: 95 % interval by patient; the CSV has all scores with n, "
        "also by class and by source." + _missing(runs)
    )


def _missing(runs: tuple[Run, ...]) -> str:
    """Why some scores have no interval; nothing where all have one."""
    reasons = {run.scores()[name].get("why") for run in runs for name in METRICS} - {None}
    return f" No interval: {'; '.join(sorted(reasons))}." if reasons else ""
