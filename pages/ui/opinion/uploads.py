"""Films that a visitor uploads. They are kept in the session's memory and nowhere else.

Streamlit empties its uploader when the page is left: the files are taken out of it as they arrive,
those of a ZIP archive one by one, and kept, listed and removed here.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import streamlit as st

from pages.ui.shared import session, visit
from pages.ui.shared.arrivals import NamedFile
from pages.ui.shared.kept_films import Arrival, KeptFilms
from xray_core.data.archives import films_of_upload
from xray_core.data.decoding.images import content_id, encode_png
from xray_core.errors import ImageReadError
from xray_core.explain.demo import draw_film

DEMO_FILE = "synthetic-film.png"
SCROLLED_FROM = 8
LIST_PX = 340
"""Lists longer than that scroll at a fixed height, so that the film stays near."""


class Upload(NamedTuple):
    """A file of the session; its id is that of its film, worked out once as the file comes."""

    name: str
    data: bytes
    id: str


def kept_files() -> tuple[Upload, ...]:
    """The session's files, in the order in which they arrived."""
    return session.OPINION_FILES.get()


def keep_files(files: Sequence[NamedFile]) -> None:
    """Add files, or the films in ZIP archives, to those of the session; none is kept twice.

    The first of them is shown. The demo film is removed once your own films are added. Files for
    which there is no room are refused, and `arrival_notes` says so, and what else was not kept.
    """
    before = tuple(file for file in kept_files() if file.name != DEMO_FILE)
    there = {(file.name, file.id) for file in before}
    new: list[Upload] = []
    arrival = Arrival()
    kept = kept_films()
    kept.file_bytes = sum(len(file.data) for file in before)
    for file in _films_of(files, arrival):
        if (file.name, file.id) in there:
            continue
        there.add((file.name, file.id))
        if kept.has_room(len(file.data)):
            new.append(file)
            kept.file_bytes += len(file.data)
        else:
            arrival.n_refused += 1
    session.OPINION_FILES.put(before + tuple(new))
    session.OPINION_ARRIVAL.put(arrival)
    session.OPINION_BATCH.put(session.OPINION_BATCH.get() + 1)
    if new:
        session.OPINION_PLACE.put(len(before))


def _films_of(files: Sequence[NamedFile], arrival: Arrival) -> Iterator[Upload]:
    """The files, and the films of archives among them as they are read."""
    for name, data in files:
        films = films_of_upload(name, data)
        for film_name, content in films:
            if isinstance(content, ImageReadError):
                arrival.errors.append(content)
            else:
                yield Upload(film_name, content, content_id(content))
        if left_out := films.left_out_words():
            arrival.left_out.append(f"{films.name}: {left_out}")


def file_list() -> None:
    """The session's files, each with a button that removes it, and one that removes all."""
    files = kept_files()
    st.caption(":material/memory: Files in the memory of this session")
    with st.container():
        if len(files) > 1:
            st.button("Remove all", icon=":material/delete:", on_click=_remove_all)
        with st.container(
            height=LIST_PX if len(files) > SCROLLED_FROM else "content", border=False
        ):
            for place, file in enumerate(files):
                _file_row(place, file.name)


def _file_row(place: int, name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(name, width="stretch")
        st.button(
            "Remove",
            key=f"opinion_remove_{place}",
            icon=":material/close:",
            type="tertiary",
            on_click=_remove,
            args=(place,),
        )


def _remove(place: int) -> None:
    files = kept_files()
    session.OPINION_FILES.put(files[:place] + files[place + 1 :])
    if place < (shown := session.OPINION_PLACE.get()):
        session.OPINION_PLACE.put(shown - 1)
    _forget_films()


def _remove_all() -> None:
    session.OPINION_FILES.take()
    session.OPINION_PLACE.take()
    _forget_films()


def _forget_films() -> None:
    """Nothing that was decoded, found or said of a removed file is kept."""
    session.OPINION_ARRIVAL.take()
    left = {file.id for file in kept_files()}
    for said in (
        session.OPINION_WORDS,
        session.OPINION_COMMITMENTS,
        session.OPINION_STEPS,
        session.OPINION_AGES,
        session.OPINION_WINDOWS,
    ):
        for file_id in said.get().keys() - left:
            said.get().pop(file_id)
    session.OPINION_ANYWAY.hold().intersection_update(left)
    session.OPINION_GATES.take()
    session.OPINION_ANSWERS.take()
    visit.FOUND.take()
    viewer = session.viewer_on("opinion").name
    session.changed_in(viewer).take()
    session.moved_in(viewer).take()
    kept = kept_films()
    kept.forget()
    kept.file_bytes = sum(len(file.data) for file in kept_files())


def kept_films() -> KeptFilms:
    """The decoded films of the session."""
    return session.OPINION_FILMS.hold()


def demo_upload() -> NamedFile:
    """A synthetic film, as a visitor would upload it."""
    return DEMO_FILE, encode_png(draw_film(0).image)
