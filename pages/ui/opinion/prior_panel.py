"""An earlier film of the same patient beside the one that is shown, with both answers."""

from collections.abc import Callable, Sequence

import streamlit as st

from pages.ui.film.pair import PairFilm, film_pair
from pages.ui.opinion.answers import gate_of, opinion_of
from pages.ui.opinion.films import OpinionFilm, opinion_film
from pages.ui.opinion.uploads import Upload, kept_films
from pages.ui.shared.words import count, plain
from xray_core.data.same_patient import Visit, visit_of
from xray_core.errors import XrayError
from xray_core.runs.store import Run
from xray_core.viewer.layers import film_url

NONE = "None"
SAME, OTHER = "same patient by its tags", "another patient by its tags"


def prior_panel(
    item: OpinionFilm,
    files: Sequence[Upload],
    runs: Sequence[Run],
    is_hidden: Callable[[Upload], bool],
) -> None:
    """Ask for the prior film, and show it beside this one.

    Args:
        item: the film that is shown, which was answered or stopped.
        files: all of the session; nothing is drawn where there is only one.
        runs: the models, one or more.
        is_hidden: whether the answer to a film is hidden until the reader has assessed the film.
    """
    others = {file.id: file for file in files if file.id != item.id}
    if isinstance(item.film, XrayError) or not others:
        return
    own = visit(item.file)
    st.subheader("Prior film", anchor=False)
    chosen = st.selectbox(
        "Prior film of this patient",
        [NONE, *others],
        index=_first([visit(file) for file in others.values()], own),
        format_func=lambda key: NONE if key == NONE else _option(others[key], own),
        key=f"opinion_prior_{item.id}",
        persist_state="session",
        width=480,
        help="Films of one patient are found by the tags of DICOM files, which are compared in "
        "memory and kept nowhere. Of pictures you choose.",
    )
    if chosen in others:
        _show(item, opinion_film(others[chosen]), runs, is_hidden)


def visit(file: Upload) -> Visit:
    """Patient and day of a file, read once."""
    known = kept_films().visits
    if file.id not in known:
        known[file.id] = visit_of(file.data)
    return known[file.id]


def days_words(prior: Visit, own: Visit) -> str:
    """How long one film was taken before the other; "" where a day is not stated.

    >>> days_words(Visit(taken=date(2024, 3, 1)), Visit(taken=date(2024, 3, 31)))
    'The prior film was taken 30 days before this one.'
    """
    if prior.taken is None or own.taken is None:
        return ""
    days = (own.taken - prior.taken).days
    if not days:
        return "Both films were taken on the same day."
    when = "before" if days > 0 else "after"
    return (
        f"The prior film was taken {count(abs(days))} day{'s' * (abs(days) != 1)} {when} this one."
    )


def _first(visits: Sequence[Visit], own: Visit) -> int:
    """Place in the list of the latest film of the same patient that is not later; 0 for none."""
    places = [
        (other.taken.toordinal() if other.taken else 0, place)
        for place, other in enumerate(visits, 1)
        if own.is_of(other) and not (own.taken and other.taken and other.taken > own.taken)
    ]
    return max(places)[1] if places else 0


def _option(file: Upload, own: Visit) -> str:
    other = visit(file)
    if own.is_of(other):
        return f"{file.name} ({SAME})"
    return f"{file.name} ({OTHER})" if own.patient and other.patient else file.name


def _show(
    item: OpinionFilm,
    prior: OpinionFilm,
    runs: Sequence[Run],
    is_hidden: Callable[[Upload], bool],
) -> None:
    if isinstance(prior.film, XrayError):
        st.info(plain(prior.film.what))
        return
    own, before = visit(item.file), visit(prior.file)
    if own.patient and before.patient and not own.is_of(before):
        st.warning("The tags of these two files name two patients.", icon=":material/group:")
    both = (("Prior", prior, before), ("This film", item, own))
    film_pair(
        *(
            PairFilm(film_url(film.film.pixels), f"{title}: {film.name}", _day(when))
            for title, film, when in both
            if not isinstance(film.film, XrayError)
        ),
        key="opinion_pair",
    )
    if words := days_words(before, own):
        st.caption(f":material/calendar_month: {words}")
    for column, (_, film, _when) in zip(st.columns(2, gap="medium"), both, strict=True):
        with column:
            if is_hidden(film.file):
                st.caption("Its answer shows once you have assessed this film.")
            else:
                _answer(film, runs)


def _answer(film: OpinionFilm, runs: Sequence[Run]) -> None:
    """The answer to one of the two in short; none for a film that the gate stopped."""
    gate = gate_of(film)
    if gate.overridden:
        st.warning(plain(gate.overridden_words), icon=":material/front_hand:")
    opinion = opinion_of(film, runs)
    st.markdown(f"**{plain(opinion.verdict)}**")
    for reason in opinion.reasons if opinion.answered else ():
        st.caption(f":material/help: {plain(reason)}")


def _day(when: Visit) -> str:
    return when.taken.isoformat() if when.taken else "day not stated"
