"""Films that a visitor brings. They live in the session's memory and nowhere else.

Streamlit empties its uploader when the page is left: the files are taken out of it as they come,
and kept, listed and removed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

import numpy as np
import streamlit as st
from PIL import Image

from pages.ui.strip import StripItem, film_strip, thumbnail_url
from pages.ui.words import count
from xray_core.data.images import Film, decode_image, encode_png
from xray_core.errors import XrayError
from xray_core.explain.demo import draw_film

DEMO_FILE = "synthetic-film.png"
THUMBNAIL_PX = 128
LISTED_OPEN = 3
"""Up to so many files their list is open at first."""
_FILES, _FILMS = "opinion_files", "opinion_films"
_BATCH, _PLACE = "opinion_batch", "opinion_place"

NamedFile = tuple[str, bytes]


@dataclass(frozen=True)
class WorklistItem:
    """One uploaded file: its film, or why it has none."""

    name: str
    film: Film | XrayError

    @property
    def stem(self) -> str:
        """The name without suffix, for downloads."""
        return PurePath(self.name).stem or "film"

    @property
    def synthetic(self) -> bool:
        """Whether it is the demo film."""
        return self.name == DEMO_FILE


def uploader_key() -> str:
    """The key of the uploader, another one whenever its files were taken out of it."""
    return f"opinion_uploader_{st.session_state.get(_BATCH, 0)}"


def kept_files() -> tuple[NamedFile, ...]:
    """Names and bytes of the session's files, in the order in which they came."""
    files: tuple[NamedFile, ...] = st.session_state.get(_FILES, ())
    return files


def keep_files(files: Sequence[NamedFile]) -> None:
    """Add files to those of the session and look at the first of them; none is kept twice.

    The demo film goes when films of one's own come.
    """
    before = tuple(file for file in kept_files() if file[0] != DEMO_FILE)
    new = tuple(dict.fromkeys(file for file in files if file not in before))
    st.session_state[_FILES] = before + new
    st.session_state[_BATCH] = st.session_state.get(_BATCH, 0) + 1
    if new:
        st.session_state[_PLACE] = len(before)


def file_list() -> None:
    """The session's files, each with a button that removes it, and one that removes all."""
    files = kept_files()
    with st.expander(
        f"{count(len(files))} file{'s' * (len(files) != 1)} in the memory of this session",
        icon=":material/memory:",
        expanded=len(files) <= LISTED_OPEN,
    ):
        for place, (name, _) in enumerate(files):
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
        if len(files) > 1:
            st.button("Remove all", icon=":material/delete:", on_click=_remove_all)


def _remove(place: int) -> None:
    files = kept_files()
    st.session_state[_FILES] = files[:place] + files[place + 1 :]
    if place < st.session_state.get(_PLACE, 0):
        st.session_state[_PLACE] -= 1
    st.session_state.pop(_FILMS, None)


def _remove_all() -> None:
    for name in (_FILES, _FILMS, _PLACE):
        st.session_state.pop(name, None)


class Worklist:
    """The uploaded files and which of them is looked at."""

    def __init__(self, files: Sequence[NamedFile]) -> None:
        self._items = [WorklistItem(name, _decode(data, name)) for name, data in files]

    @property
    def _place(self) -> int:
        return min(int(st.session_state.get(_PLACE, 0)), len(self._items) - 1)

    @property
    def position(self) -> tuple[int, int] | None:
        """Place and number of films; None when there is only one."""
        return (self._place + 1, len(self._items)) if len(self._items) > 1 else None

    def go(self, place: int) -> None:
        """Go to the film at a place, from 0."""
        st.session_state[_PLACE] = min(max(place, 0), len(self._items) - 1)

    def pick(self) -> WorklistItem:
        """Show the strip where there are several films; the one that is looked at."""
        if len(self._items) > 1:
            items = [_strip_item(item) for item in self._items]
            picked = film_strip(items, chosen=self._place, key="opinion_strip")
            if picked is not None and picked != self._place:
                st.session_state[_PLACE] = picked
                st.rerun()
        return self._items[self._place]


def demo_upload() -> NamedFile:
    """A synthetic film, as a visitor would upload it."""
    return DEMO_FILE, encode_png(draw_film(0).image)


def _decode(data: bytes, name: str) -> Film | XrayError:
    """Decoded once a session: a rerun finds it again by name and size."""
    kept: dict[tuple[str, int, int], Film | XrayError]
    kept = st.session_state.setdefault(_FILMS, {})
    key = (name, len(data), hash(data))
    if key not in kept:
        while len(kept) > 32:
            kept.pop(next(iter(kept)))
        try:
            kept[key] = decode_image(data, name)
        except XrayError as error:
            kept[key] = error
    return kept[key]


def _strip_item(item: WorklistItem) -> StripItem:
    if isinstance(item.film, XrayError):
        black = np.zeros((THUMBNAIL_PX, THUMBNAIL_PX), np.uint8)
        return StripItem(thumbnail_url(black), item.name, "cannot be read", "#E5534B")
    picture = Image.open(BytesIO(encode_png(item.film.pixels)))
    picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    return StripItem(thumbnail_url(np.asarray(picture.convert("L"))), item.name)
