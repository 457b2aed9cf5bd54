"""Reader mode: the reader says what they see before the models show, then both stand together."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import streamlit as st

from pages.ui.film.panel import short_titles
from pages.ui.film.viewer import Facts, Others, film_viewer
from pages.ui.film.viewer.regions import marked_place
from pages.ui.opinion.answers import kept_opinion
from pages.ui.opinion.films import OpinionFilm, is_read, opinion_film
from pages.ui.opinion.uploads import Upload
from pages.ui.shared import session
from pages.ui.shared.words import films, plain
from xray_core.arrays import BoolArray
from xray_core.data.decoding.images import Film
from xray_core.explain.zones import zone_title
from xray_core.lungs.zones import ZONES, divide_lungs
from xray_core.opinion.opinion import Opinion
from xray_core.opinion.reader import CHOICES, Choice, Commitment, choice_of, count_reader
from xray_core.runs.store import Run


def commitment_of(item: OpinionFilm) -> Commitment | None:
    """What the reader said of the film before the models were shown."""
    return session.OPINION_COMMITMENTS.get().get(item.id)


def ask_first(item: OpinionFilm, film: Film, facts: Facts) -> None:
    """The film alone, where a click marks a place, and the reader's choice under it."""
    key = session.viewer_on("opinion_reader").name
    asked = replace(facts, asks_place=True)
    film_viewer(film, [], asked, key=key, others=Others(full=item.full_size))
    place = marked_place(key, film)
    st.markdown("**What do you see, before the models show?**")
    chosen = st.segmented_control(
        "What do you see?",
        list(CHOICES),
        format_func=lambda name: CHOICES[cast(Choice, name)],
        key=f"opinion_commit_{item.id}",
        persist_state="session",
        label_visibility="collapsed",
    )
    where = place_words(place, facts.lungs)
    st.caption(f"Place: {where}." if place else "A click on the film marks the place.")
    if st.button(
        "Show the models", type="primary", key="opinion_commit_show", disabled=chosen is None
    ):
        commitment = Commitment(item.id, cast(Choice, chosen), place)
        session.OPINION_COMMITMENTS.hold()[item.id] = commitment
        st.rerun()


def both_panel(item: OpinionFilm, opinion: Opinion, lungs: BoolArray | None) -> None:
    """The reader and the models side by side, and whether the reader changes their mind."""
    said = session.OPINION_COMMITMENTS.get()[item.id]
    where = f", {place_words(said.place, lungs)}" if said.place else ""
    together = CHOICES[choice_of(opinion.conformal_set or ())]
    st.markdown(f"**You:** {CHOICES[said.before]}{where}  \n**Models:** {together}")
    after = st.segmented_control(
        "And now?",
        list(CHOICES),
        default=said.after,
        format_func=lambda name: CHOICES[cast(Choice, name)],
        key=f"opinion_after_{item.id}",
        persist_state="session",
    )
    if after != said.after:
        changed = replace(said, after=after)
        session.OPINION_COMMITMENTS.hold()[item.id] = changed


def counts_panel(files: Sequence[Upload], runs: Sequence[Run]) -> None:
    """Agreement and changes of mind over the films so far, of this session alone."""
    said = session.OPINION_COMMITMENTS.get()
    titles = short_titles(runs)
    answers: dict[str, dict[str, Choice]] = {titles[run.id]: {} for run in runs}
    together: dict[str, Choice] = {}
    for file in files:
        opinion = kept_opinion(opinion_film(file), runs) if is_read(file) else None
        if file.id not in said or opinion is None or not opinion.answered:
            continue
        together[file.id] = choice_of(opinion.conformal_set or ())
        for run, answer in zip(runs, opinion.models, strict=True):
            answers[titles[run.id]][file.id] = choice_of(answer.conformal_set or ())
    if not together:
        return
    counts = count_reader([said[film_id] for film_id in together], answers, together)
    lines = [
        f"{plain(title)}: you agree on {item.agreed} of {films(item.n)} on which both are sure"
        for title, item in counts.models.items()
        if item.n
    ]
    if not lines:
        lines.append("No film yet on which you and a model are both sure.")
    if counts.n_after:
        lines.append(
            f"Changes of mind: {counts.changed} of {films(counts.n_after)} with a second "
            f"assessment, {counts.towards} of them towards the models"
        )
    st.markdown(f"**Reader mode, {films(counts.n)}**")
    st.caption("  \n".join(lines))


def place_words(place: tuple[float, float] | None, lungs: BoolArray | None) -> str:
    """The zone of the patient's lungs at a place, or where it lies beside them."""
    if place is None:
        return "not marked"
    zones = divide_lungs(lungs) if lungs is not None else None
    if zones is None:
        side = "right" if place[0] < 0.5 else "left"
        return f"on the patient's {side}"
    row, column = (
        min(int(share * size), size - 1)
        for share, size in zip((place[1], place[0]), zones.shape, strict=True)
    )
    zone = int(zones[row, column])
    return zone_title(ZONES[zone - 1]) if zone else "outside the lungs"
