"""What the Explain page shows in its strip: films with predictions, filtered and sorted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui.shared import session
from pages.ui.shared.cache import seen_films
from pages.ui.shared.words import plain
from xray_core.arrays import Float32Array
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest, film_code
from xray_core.explain.explained import ExplainedFilms
from xray_core.opinion.doubt import spread_of
from xray_core.runs.store import Run

OUTCOMES = ("All films", "Correct", "Wrong", "Models disagree", "All models wrong")
TRUST = ("All maps", "Good", "Doubtful")
ORDERS = ("As listed", "Models apart", "Most probable", "Least probable", "Least inside the lungs")


@dataclass(frozen=True)
class Filter:
    """What the visitor wants to see.

    Attributes:
        labels: classes of the data set, "" for films without label; none means all.
        outcome: one of `OUTCOMES`.
        order: one of `ORDERS`.
        trust: one of `TRUST`.
        lowest, highest: bounds of the likeliest class's probability.
        search: words that stand in the patient, the file name or the source; "" for all films.
    """

    labels: tuple[str, ...] = ()
    outcome: str = OUTCOMES[0]
    order: str = ORDERS[0]
    trust: str = TRUST[0]
    lowest: float = 0.0
    highest: float = 1.0
    search: str = ""

    @property
    def judges(self) -> bool:
        """Whether maps have to be judged for it."""
        return self.trust != TRUST[0] or self.order == ORDERS[4]


def film_table(
    manifest: Manifest, runs: tuple[Run, ...], explained: list[ExplainedFilms]
) -> pd.DataFrame:
    """One row per film that all models explained: its facts, answers, and how far they are apart.

    No model is right or wrong on a film of a class that it does not have, or without label.
    """
    n = min(len(films.film_ids) for films in explained)
    records = manifest.records[:n]
    first = explained[0].probabilities[:n]
    answers = np.stack(
        [
            np.asarray(run.classes)[films.probabilities[:n].argmax(axis=1)]
            for run, films in zip(runs, explained, strict=True)
        ]
    )
    labels = np.array([record.label for record in records])
    seen = seen_films(runs[0]).among(manifest.records)
    return pd.DataFrame(
        {
            "id": [record.id for record in records],
            "code": [film_code(record) for record in records],
            "label": labels,
            "path": [record.path for record in records],
            "patient": [record.patient for record in records],
            "source": [record.source for record in records],
            "seen": [record.id in seen for record in records],
            "answers": list(answers.T),
            "apart": _spreads(runs, [films.probabilities[:n] for films in explained]),
            "words": [
                f"{record.patient} {record.path} {record.source}".casefold() for record in records
            ],
            "answer": answers[0],
            "probability": first.max(axis=1),
            "disagree": (answers != answers[0]).any(axis=0),
            "known": np.isin(labels, runs[0].classes),
            "all_wrong": (answers != labels).all(axis=0)
            & np.all([np.isin(labels, run.classes) for run in runs], axis=0),
        }
    )


def _spreads(runs: Sequence[Run], answers: Sequence[Float32Array]) -> list[float]:
    """How far models are apart on each film, over the classes of any of them."""
    classes = {label for run in runs for label in run.classes}
    none = dict.fromkeys(classes, 0.0)
    return [
        spread_of(
            [
                none | dict(zip(run.classes, map(float, row), strict=True))
                for run, row in zip(runs, rows, strict=True)
            ]
        )
        for rows in zip(*answers, strict=True)
    ]


def apply_filter(table: pd.DataFrame, wanted: Filter) -> pd.DataFrame:
    """The rows that the visitor wants, in the order wanted; the index keeps the row numbers.

    Where `wanted.judges`, the table has columns `word` and `inside`, as of `judged_answers`.
    """
    keep = table["probability"].between(wanted.lowest, wanted.highest)
    for word in wanted.search.casefold().split():
        keep &= table["words"].str.contains(word, regex=False)
    if wanted.labels:
        keep &= table["label"].isin(wanted.labels)
    right = table["answer"] == table["label"]
    if wanted.outcome == "Correct":
        keep &= right
    elif wanted.outcome == "Wrong":
        keep &= ~right & table["known"]
    elif wanted.outcome == "Models disagree":
        keep &= table["disagree"]
    elif wanted.outcome == "All models wrong":
        keep &= table["all_wrong"]
    if wanted.trust != TRUST[0]:
        good = ("good",) if wanted.trust == "Good" else ("doubtful", "poor")
        keep &= table["word"].isin(good)
    rows = table[keep]
    if wanted.order not in _ORDER:
        return rows
    column, ascending = _ORDER[wanted.order]
    return rows.sort_values(column, ascending=ascending, kind="stable")


_ORDER = {
    ORDERS[1]: ("apart", False),
    ORDERS[2]: ("probability", False),
    ORDERS[3]: ("probability", True),
    ORDERS[4]: ("inside", True),
}


def filter_bar(labels: tuple[str, ...], n_runs: int) -> Filter:
    """The controls above the strip."""
    with st.container(horizontal=True):
        search = st.text_input(
            "Search",
            placeholder="Patient, file or source",
            key="explain_search",
            persist_state="session",
            width=330,
        )
        chosen = st.multiselect(
            "Classes",
            labels,
            format_func=label_title,
            placeholder="All",
            key="explain_labels",
            persist_state="session",
            bind="query-params",
            width=330,
            wrap=True,
        )
        outcomes = OUTCOMES if n_runs > 1 else OUTCOMES[:3]
        outcome = st.selectbox(
            "Outcome",
            outcomes,
            key=f"explain_outcome_{len(outcomes)}",
            persist_state="session",
            bind="query-params",
            width=157,
        )
        trust = st.selectbox(
            "Maps",
            TRUST,
            key="explain_trust",
            persist_state="session",
            bind="query-params",
            width=157,
            help="Judged from the map alone: how much of it lies inside the lungs and in the "
            "corners. A map that is not shown counts as neither.",
        )
        order = st.selectbox(
            "Order",
            ORDERS,
            key="explain_order",
            persist_state="session",
            bind="query-params",
            width=157,
            help="Models apart: the greatest total variation distance between the probabilities "
            "of two models comes first.",
        )
        lowest, highest = st.slider(
            "Probability of the predicted class",
            0.0,
            1.0,
            (0.0, 1.0),
            0.05,
            key="explain_probability",
            persist_state="session",
            width=330,
        )
    return Filter(tuple(chosen), outcome, order, trust, lowest, highest, search.strip())


def filter_chips(wanted: Filter) -> None:
    """What is filtered, while the drawer is closed; nothing where all films are shown."""
    words = [f"“{wanted.search}”"] if wanted.search else []
    words += [label_title(label) for label in wanted.labels]
    words += [wanted.outcome] if wanted.outcome != OUTCOMES[0] else []
    words += [f"{wanted.trust} maps"] if wanted.trust != TRUST[0] else []
    words += [wanted.order] if wanted.order != ORDERS[0] else []
    if (wanted.lowest, wanted.highest) != (0.0, 1.0):
        words.append(f"Probability {wanted.lowest:.2f} to {wanted.highest:.2f}")
    if words:
        st.markdown(" ".join(f":gray-badge[{plain(word)}]" for word in words))


def first_place(rows: pd.DataFrame) -> int:
    """The place of the film that the visitor looks at; else of the first answered correctly."""
    at = np.flatnonzero((rows["code"] == session.EXPLAIN_FILM.get()).to_numpy())
    if len(at):
        return int(at[0])
    return int((rows["answer"] == rows["label"]).to_numpy().argmax())
