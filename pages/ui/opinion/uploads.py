"""Films that a visitor uploads. They are kept in the session's memory and nowhere else.

Streamlit empties its uploader when the page is left: the files are taken out of it as they arrive,
and kept, listed and removed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import NamedTuple

import numpy as np
import streamlit as st
from PIL import Image

from pages.ui.film.strip import StripItem, film_strip, thumbnail_url
from pages.ui.shared import session
from pages.ui.shared.kept_films import MAX_PIXELS, KeptFilms
from pages.ui.shared.words import count
from xray_core.data.decoding.images import (
    Film,
    content_id,
    decode_image,
    encode_png,
    to_uint8,
)
from xray_core.errors import XrayError
from xray_core.explain.demo import draw_film
from xray_core.settings import get_settings

DEMO_FILE = "synthetic-film.png"
THUMBNAIL_PX = 128
EXPORT_PIXELS = 16_000_000
LISTED_OPEN = 3
"""Up to this many files, their list is open at first."""
SCROLLED_FROM = 8
LIST_PX = 340
"""Lists longer than that scroll at a fixed height, so that the film stays near."""

NamedFile = tuple[str, bytes]


class Upload(NamedTuple):
    """A file of the session; its id is that of its film, worked out once as the file comes."""

    name: str
    data: bytes
    id: str


@dataclass(frozen=True)
class WorklistItem:
    """One uploaded file: its film at the size of `KeptFilms`, or why it has none."""

    name: str
    film: Film | XrayError
    data: bytes

    def full_size(self) -> Film:
        """The film in the size of its file, up to `EXPORT_PIXELS`, decoded again."""
        return decode_image(self.data, self.name, max_pixels=EXPORT_PIXELS)

    @property
    def stem(self) -> str:
        """The name without suffix, for downloads."""
        return PurePath(self.name).stem or "film"

    @property
    def synthetic(self) -> bool:
        """Whether it is the demo film."""
        return self.name == DEMO_FILE


def kept_files() -> tuple[Upload, ...]:
    """The session's files, in the order in which they arrived."""
    return session.OPINION_FILES.get()


def keep_files(files: Sequence[NamedFile]) -> None:
    """Add files to those of the session and show the first of them; none is kept twice.

    The demo film is removed once your own films are added. Files for which there is no room are
    refused, and `file_list` says so.
    """
    before = tuple(file for file in kept_files() if file.name != DEMO_FILE)
    there = {(file.name, file.id) for file in before}
    new: list[Upload] = []
    refused: list[Upload] = []
    kept = _kept()
    kept.file_bytes = sum(len(file.data) for file in before)
    for file in (Upload(name, data, content_id(data)) for name, data in files):
        if (file.name, file.id) in there:
            continue
        there.add((file.name, file.id))
        fits = kept.has_room(len(file.data))
        (new if fits else refused).append(file)
        kept.file_bytes += len(file.data) * fits
    session.OPINION_FILES.put(before + tuple(new))
    session.OPINION_REFUSED.put(len(refused))
    session.OPINION_BATCH.put(session.OPINION_BATCH.get() + 1)
    if new:
        session.OPINION_PLACE.put(len(before))


def file_list() -> None:
    """The session's files, each with a button that removes it, and one that removes all."""
    files = kept_files()
    refused = session.OPINION_REFUSED.get()
    if refused:
        limit = get_settings().session_bytes / 2**20
        st.warning(
            f"No room for {count(refused)} more file{'s' * (refused != 1)}: a session "
            f"holds at most {limit:,.0f} MB. Remove some, or raise XRAY_SESSION_MEGABYTES.",
            icon=":material/memory:",
        )
    with st.expander(  # the title stays the same: another one would fold the list
        "Files in the memory of this session",
        icon=":material/memory:",
        expanded=len(files) <= LISTED_OPEN,
    ):
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
    session.OPINION_REFUSED.take()
    kept = _kept()
    kept.forget()
    kept.file_bytes = sum(len(file.data) for file in kept_files())


def _kept() -> KeptFilms:
    return session.OPINION_FILMS.hold()


class Worklist:
    """The uploaded files and which of them is shown."""

    def __init__(self, files: Sequence[Upload]) -> None:
        self._files = tuple(files)

    @property
    def _place(self) -> int:
        return min(session.OPINION_PLACE.get(), len(self._files) - 1)

    @property
    def position(self) -> tuple[int, int] | None:
        """Place and number of films; None when there is only one."""
        return (self._place + 1, len(self._files)) if len(self._files) > 1 else None

    def go(self, place: int) -> None:
        """Go to the film at a place, from 0."""
        session.OPINION_PLACE.put(min(max(place, 0), len(self._files) - 1))

    def pick(self) -> WorklistItem:
        """Show the strip where there are several films; returns the one that is shown."""
        if len(self._files) > 1:
            items = list(map(_strip_item, self._files))
            picked = film_strip(items, chosen=self._place, key="opinion_strip")
            if picked is not None and picked != self._place:
                session.OPINION_PLACE.put(picked)
                st.rerun()
        file = self._files[self._place]
        return WorklistItem(file.name, _film(file), file.data)


def demo_upload() -> NamedFile:
    """A synthetic film, as a visitor would upload it."""
    return DEMO_FILE, encode_png(draw_film(0).image)


def _film(file: Upload) -> Film | XrayError:
    return _kept().film(
        (file.name, file.id),
        lambda: decode_image(file.data, file.name, max_pixels=MAX_PIXELS),
    )


def _strip_item(file: Upload) -> StripItem:
    """The small film of a file, kept because every rerun needs those of all files."""
    strip, key = _kept().strip, (file.name, file.id)
    if key not in strip:
        strip[key] = _draw_strip_item(file.name, _film(file))
    return strip[key]


def _draw_strip_item(name: str, film: Film | XrayError) -> StripItem:
    if isinstance(film, XrayError):
        black = np.zeros((THUMBNAIL_PX, THUMBNAIL_PX), np.uint8)
        return StripItem(thumbnail_url(black), name, "cannot be read", "#E5534B")
    picture = Image.fromarray(to_uint8(film.pixels))
    picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    return StripItem(thumbnail_url(np.asarray(picture)), name)
