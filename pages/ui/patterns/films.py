"""What stands out in words, and the films that a model finds most and least typical."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui.film.strip import StripItem, film_strip
from pages.ui.patterns.cache import findings_of, once
from pages.ui.patterns.maps import AtHand, Choice, small_films
from pages.ui.shared.basket import basket_button
from pages.ui.shared.figures import Shown, table_files, words_slide
from pages.ui.shared.film_dialog import film_dialog
from pages.ui.shared.words import plain
from xray_core.arrays import UInt8Array
from xray_core.data.labels import label_title
from xray_core.evaluation.probability import probability_text
from xray_core.explain.overlay import overlay
from xray_core.patterns.model import ModelPatterns
from xray_core.patterns.typical import rank_films
from xray_core.runs.store import Run
from xray_core.viewer.classes import class_colour
from xray_core.viewer.layers import thumbnail_url

SHOWN_FINDINGS = 6
N_FILMS = 6
_SMALL_PX = 96


def show_findings(models: tuple[ModelPatterns, ...], runs: Sequence[Run]) -> None:
    """All sentences; those after the first few are folded."""
    found = findings_of(models)
    if not found:
        st.markdown(
            "Nothing crosses a threshold: corners, lungs, zones, sources and agreement were "
            "checked. That does not show that the models are sound."
        )
        return
    signs = {True: ":orange[:material/warning:]", False: ":material/info:"}
    lines = [f"- {signs[item.warns]} {plain(item.words)}" for item in found]
    st.markdown("\n".join(lines[:SHOWN_FINDINGS]))
    if len(lines) > SHOWN_FINDINGS:
        with st.expander(f"{len(lines) - SHOWN_FINDINGS} more"):
            st.markdown("\n".join(lines[SHOWN_FINDINGS:]))
    words = tuple(item.words for item in found[:SHOWN_FINDINGS])
    basket_button(partial(words_slide, "What stands out", words, runs), "patterns_findings")


def typical_films(
    models: Sequence[ModelPatterns],
    label: str,
    choice: Choice,
    at_hand: AtHand,
    runs: Sequence[Run],
) -> None:
    """The most and the least typical films of a class according to one model."""
    able = [model for model in models if label in model.stored.classes]
    model = able[0]
    if len(able) > 1:
        names = [model.name for model in able]
        chosen = st.segmented_control(
            "According to",
            names,
            default=names[0],
            required=True,
            format_func=plain,
            key=f"patterns_typical_{'_'.join(names)}",
            persist_state="session",
        )
        model = able[names.index(str(chosen))]
    rows = model.rows(label, choice.outcome, choice.source)
    ranked = once(
        model,
        ("ranked", label, choice),
        lambda: rank_films(model.stored, rows, label, aligned=choice.aligned),
    )
    known = ranked[np.isfinite(ranked["typical"])]
    if known.empty:
        st.caption("None of these films has any evidence for the class.")
        return
    strongest = known.sort_values("energy", ascending=False, kind="stable")
    for title, note, part in (
        ("Most typical", "maps most similar to the mean map (correlation)", known.head(N_FILMS)),
        ("Least typical", "maps least similar to it", known.iloc[::-1].head(N_FILMS)),
        ("Most evidence", "the strongest maps, whatever their shape", strongest.head(N_FILMS)),
    ):
        st.markdown(f"**{title}**: {note}")
        _strip(model, label, part, at_hand, f"{title}_{model.name}_{label}_{hash(choice)}")
    title = f"Films of {label_title(label)} by how typical {model.name} finds them"
    table_files(
        lambda: ranked.drop(columns="row"),
        Shown(title, runs),
        key="patterns_ranking",
        title="Ranking",
    )


def _strip(model: ModelPatterns, label: str, part: pd.DataFrame, at_hand: AtHand, key: str) -> None:
    def make() -> list[StripItem]:
        pixels = small_films(at_hand, list(model.stored.film_ids))
        return [
            _item(model, label, int(row), f"similarity {typical:.2f}", pixels)
            for row, typical in zip(part["row"], part["typical"], strict=True)
        ]

    here = tuple(film_id in at_hand for film_id in part["id"])
    items = once(model, ("strip", label, key, tuple(part["id"]), here), make)
    picked = film_strip(items, chosen=-1, key=key, grid=True)
    if picked is not None:
        film_id = str(part["id"].iloc[picked])
        if film_id in at_hand:
            film_dialog(*at_hand[film_id])


def _item(
    model: ModelPatterns, label: str, row: int, note: str, pixels: dict[str, UInt8Array]
) -> StripItem:
    stored, film_id = model.stored, model.stored.film_ids[row]
    black = np.zeros((_SMALL_PX, _SMALL_PX), np.uint8)
    film = pixels.get(film_id, black).astype(np.float32) / np.float32(255)
    facts = model.films.iloc[row]
    answer = str(facts["answer"])
    probability = float(stored.probabilities[row, stored.classes.index(answer)])
    # the strength of a map is not the point here: each is drawn to its own maximum
    picture = overlay(film, replace(stored.attribution(row, label), probability=1.0))
    return StripItem(
        image=thumbnail_url(picture),
        title=f"{label_title(answer).removesuffix(' pneumonia')} {probability_text(probability)}",
        note=note,
        colour=class_colour(answer),
        mark="right" if answer == label else "wrong",
    )
