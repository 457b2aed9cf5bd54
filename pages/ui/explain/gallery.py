"""What the Explain page shows in its strip: films with predictions, filtered and sorted."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui.film.strip import StripItem, film_strip, thumbnail_url
from pages.ui.shared import session
from pages.ui.shared.cache import seen_films
from pages.ui.shared.theme import MUTED, class_colour
from pages.ui.shared.words import plain
from xray_core.arrays import UInt8Array
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest
from xray_core.evaluation.probability import probability_text
from xray_core.explain.explained import ExplainedFilms
from xray_core.explain.overlay import overlay
from xray_core.runs.store import Run

PAGE_SIZE = 24
OUTCOMES = ("All films", "Correct", "Wrong", "Models disagree", "All models wrong")
TRUST = ("All maps", "Good", "Doubtful")
ORDERS = ("As listed", "Most probable", "Least probable")


@dataclass(frozen=True)
class Filter:
    """What the visitor wants to see.

    Attributes:
        labels: classes of the data set, "" for films without label; none means all.
        outcome: one of `OUTCOMES`.
        order: one of `ORDERS`.
        trust: one of `TRUST`.
        lowest, highest: bounds of the likeliest class's probability.
    """

    labels: tuple[str, ...] = ()
    outcome: str = OUTCOMES[0]
    order: str = ORDERS[0]
    trust: str = TRUST[0]
    lowest: float = 0.0
    highest: float = 1.0


def film_table(
    manifest: Manifest, runs: tuple[Run, ...], explained: list[ExplainedFilms]
) -> pd.DataFrame:
    """One row per film: its facts, the first model's answer, and how the others' compare.

    No model is right or wrong on a film of a class that it does not have, or without label.
    """
    first = explained[0].probabilities
    answers = np.stack(
        [
            np.asarray(run.classes)[films.probabilities.argmax(axis=1)]
            for run, films in zip(runs, explained, strict=True)
        ]
    )
    labels = np.array([record.label for record in manifest.records])
    seen = seen_films(runs[0]).among(manifest.records)
    return pd.DataFrame(
        {
            "id": [record.id for record in manifest.records],
            "label": labels,
            "path": [record.path for record in manifest.records],
            "patient": [record.patient for record in manifest.records],
            "source": [record.source for record in manifest.records],
            "seen": [record.id in seen for record in manifest.records],
            "answer": answers[0],
            "probability": first.max(axis=1),
            "disagree": (answers != answers[0]).any(axis=0),
            "known": np.isin(labels, runs[0].classes),
            "all_wrong": (answers != labels).all(axis=0)
            & np.all([np.isin(labels, run.classes) for run in runs], axis=0),
        }
    )


def apply_filter(table: pd.DataFrame, wanted: Filter) -> pd.DataFrame:
    """The rows that the visitor wants, in the order wanted; the index keeps the row numbers.

    Where maps are filtered by trust, the table has a column `word` from `answer_words`.
    """
    keep = table["probability"].between(wanted.lowest, wanted.highest)
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
    if wanted.order == ORDERS[0]:
        return rows
    return rows.sort_values("probability", ascending=wanted.order == ORDERS[2], kind="stable")


def filter_bar(labels: tuple[str, ...], n_runs: int) -> Filter:
    """The controls above the strip."""
    with st.container(horizontal=True):
        chosen = st.multiselect(
            "Classes",
            labels,
            format_func=label_title,
            placeholder="All",
            key="explain_labels",
            persist_state="session",
            width=330,
            wrap=True,
        )
        outcomes = OUTCOMES if n_runs > 1 else OUTCOMES[:3]
        outcome = st.selectbox(
            "Outcome",
            outcomes,
            key=f"explain_outcome_{len(outcomes)}",
            persist_state="session",
            width=157,
        )
        trust = st.selectbox(
            "Maps",
            TRUST,
            key="explain_trust",
            persist_state="session",
            width=157,
            help="Judged from the map alone: how much of it lies inside the lungs and in the "
            "corners. A map that is not shown counts as neither.",
        )
        order = st.selectbox(
            "Order", ORDERS, key="explain_order", persist_state="session", width=157
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
    return Filter(tuple(chosen), outcome, order, trust, lowest, highest)


def filter_chips(wanted: Filter) -> None:
    """What is filtered, while the drawer is closed; nothing where all films are shown."""
    words = [label_title(label) for label in wanted.labels]
    words += [wanted.outcome] if wanted.outcome != OUTCOMES[0] else []
    words += [f"{wanted.trust} maps"] if wanted.trust != TRUST[0] else []
    words += [wanted.order] if wanted.order != ORDERS[0] else []
    if (wanted.lowest, wanted.highest) != (0.0, 1.0):
        words.append(f"Probability {wanted.lowest:.2f} to {wanted.highest:.2f}")
    if words:
        st.markdown(" ".join(f":gray-badge[{plain(word)}]" for word in words))


def first_place(rows: pd.DataFrame) -> int:
    """The place that the visitor is at; until one is chosen, the first film answered correctly."""
    if session.EXPLAIN_PLACE.is_kept:
        return min(session.EXPLAIN_PLACE.get(), len(rows) - 1)
    return int((rows["answer"] == rows["label"]).to_numpy().argmax())


def pick_film(
    rows: pd.DataFrame, films: UInt8Array, explained: ExplainedFilms, run: Run, place: int
) -> int | None:
    """Show one page of the strip; returns the place that was just chosen, if any."""
    n_pages = -(-len(rows) // PAGE_SIZE)
    page = place // PAGE_SIZE
    shown = rows.iloc[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    key = f"strip_{run.id}_{page}_{hash(tuple(shown['id']))}"
    kept_key, kept_maps, items = session.EXPLAIN_STRIP.get()
    if kept_key != key or kept_maps is not explained:  # they do not change from film to film
        items = [_item(row, films, explained, run) for row in shown.itertuples()]
        session.EXPLAIN_STRIP.put((key, explained, items))
    picked = film_strip(items, chosen=place % PAGE_SIZE, key=key, column=True)
    if n_pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Previous page", disabled=page == 0, width="stretch"):
                return (page - 1) * PAGE_SIZE
            if st.button("Next page", disabled=page + 1 >= n_pages, width="stretch"):
                return (page + 1) * PAGE_SIZE
            first = page * PAGE_SIZE
            st.caption(f"Films {first + 1} to {first + len(shown)} of {len(rows)}")
    return None if picked is None else page * PAGE_SIZE + picked


def _item(row: object, films: UInt8Array, explained: ExplainedFilms, run: Run) -> StripItem:
    index, label = int(row.Index), str(row.label)  # type: ignore[attr-defined]
    answer, probability = str(row.answer), float(row.probability)  # type: ignore[attr-defined]
    picture = overlay(films[index].astype(np.float32) / 255, explained.attribution(index, answer))
    return StripItem(
        image=thumbnail_url(picture),
        title=_short(label),
        note=f"{_short(answer)} {probability_text(probability)}",
        colour=class_colour(label) if label else MUTED,
        mark="right" if answer == label else "wrong" if label in run.classes else "",
    )


def _short(label: str) -> str:
    """The title without the word that two classes share."""
    return label_title(label).removesuffix(" pneumonia")
