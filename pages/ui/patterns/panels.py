"""Panels of the Patterns page: where the evidence lies, and how far models agree."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.ui.patterns.cache import agreement_of
from pages.ui.patterns.charts import (
    agreement_chart,
    agreement_words,
    profile_table,
    shown_regions,
    zone_bars,
    zone_chart,
)
from pages.ui.patterns.maps import AtHand, Choice, colour_bar, difference_of
from pages.ui.shared.figures import Shown, show_chart, table_files
from pages.ui.shared.words import plain
from xray_core.data.labels import label_title
from xray_core.patterns.model import ModelPatterns
from xray_core.patterns.picture import UNIT
from xray_core.patterns.places import even_share
from xray_core.runs.store import Run
from xray_core.wording import join

Models = tuple[ModelPatterns, ...]


def places(models: Models, label: str, choice: Choice, runs: Sequence[Run]) -> None:
    """Where the evidence for a class lies, model by model."""
    st.subheader("Where the evidence lies", anchor=False)
    rows = {
        model.name: model.rows(label, choice.outcome, choice.source)
        for model in models
        if label in model.stored.classes
    }
    by_name = {model.name: model for model in models}
    regions = shown_regions(models)
    profiles = {name: by_name[name].profile(label, choice.outcome, choice.source) for name in rows}
    first = next(iter(rows))
    even = {region: even_share(by_name[first].places, rows[first], region) for region in regions}
    corners = ", ".join(
        f"{name} {100 * shares['corners'].value:.0f} % in the corners"
        for name, shares in profiles.items()
        if shares["corners"].n
    )
    shown = Shown(
        f"Where the evidence for {label_title(label)} lies",
        runs,
        partial(zone_bars, profiles, even, regions),
        "Mean share of each film's evidence with 95 % interval, from the maps of the test films.",
        ("Mean share of each film's evidence; sides are the patient's.",),
    )
    show_chart(
        zone_chart(profiles, even, regions),
        shown,
        key="patterns_zones",
        alt=f"Shares of the evidence for {label_title(label)} by region. {corners}",
    )
    st.caption(
        "Mean share of each film's evidence with 95 % interval; the bar marks an even map. "
        + ("Sides are the patient's. " if regions else "")
        + "Maps are coarse: evidence near an edge spills into the next region."
    )
    table_files(
        partial(profile_table, models),
        Shown("Shares of the evidence by region", runs),
        key="patterns_shares",
        title="All shares",
    )


def agreements(
    models: Models, label: str, choice: Choice, at_hand: AtHand, runs: Sequence[Run]
) -> None:
    """How far models agree, and where two of them differ."""
    st.subheader("Agreement between models", anchor=False)
    table = agreement_of(models)
    if table.empty:
        st.caption("Choose two models that have films in common to see how far they agree.")
        return
    shown = Shown(
        "How far the maps of two models agree",
        runs,
        partial(agreement_words, table),
        "Mean correlation of both models' maps of a film, with 95 % interval by film.",
        ("Mean correlation of both models' maps of a film. 1: the same places.",),
    )
    show_chart(
        agreement_chart(table),
        shown,
        key="patterns_agreement",
        alt="; ".join(
            f"{row.first} and {row.second}, {label_title(str(row[3]))}: {row.correlation:.2f}"
            for row in table.itertuples()
        ),
    )
    st.caption(
        "Mean correlation of both models' maps of a film, with 95 % interval. 1: the same places."
    )
    names = [model.name for model in models]
    pair = st.multiselect(
        "Difference between two models",
        names,
        default=names[:2],
        max_selections=2,
        key=f"patterns_pair_{'_'.join(names)}",
        persist_state="session",
        wrap=True,
    )
    if len(pair) < 2:
        return
    first, second = (models[names.index(name)] for name in pair)
    drawn = difference_of(first, second, label, choice, at_hand)
    if drawn is None:
        st.caption(f"One of them has no evidence for {plain(label_title(label))} on these films.")
        return
    picture, top = drawn
    st.image(
        picture,
        width=320,
        alt=f"Difference of the mean maps for {label_title(label)}: {join(pair)}",
    )
    colour_bar(f"more {first.name}, {top:.1f} {UNIT}", f"more {second.name}", signed=True)
