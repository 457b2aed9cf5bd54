"""Films that a visitor brings. They live in the session's memory and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

import numpy as np
import streamlit as st
from PIL import Image

from pages.ui.strip import StripItem, film_strip, thumbnail_url
from xray_core.data.images import Film, decode_image, encode_png
from xray_core.errors import XrayError
from xray_core.explain.demo import draw_film

DEMO_FILE = "synthetic-film.png"
THUMBNAIL_PX = 128


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


class Worklist:
    """The uploaded files and which of them is looked at."""

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        self._items = [WorklistItem(name, _decode(data, name)) for name, data in files]

    @property
    def _place(self) -> int:
        return min(int(st.session_state.get("opinion_place", 0)), len(self._items) - 1)

    @property
    def position(self) -> tuple[int, int] | None:
        """Place and number of films; None when there is only one."""
        return (self._place + 1, len(self._items)) if len(self._items) > 1 else None

    def move(self, step: int) -> None:
        """Go to the next or the previous film."""
        place = min(max(self._place + step, 0), len(self._items) - 1)
        st.session_state["opinion_place"] = place

    def pick(self) -> WorklistItem:
        """Show the strip where there are several films; the one that is looked at."""
        if len(self._items) > 1:
            items = [_strip_item(item) for item in self._items]
            picked = film_strip(items, chosen=self._place, key="opinion_strip")
            if picked is not None and picked != self._place:
                st.session_state["opinion_place"] = picked
                st.rerun()
        return self._items[self._place]


def demo_upload() -> tuple[str, bytes]:
    """A synthetic film, as a visitor would upload it."""
    return DEMO_FILE, encode_png(draw_film(0).image)


def _decode(data: bytes, name: str) -> Film | XrayError:
    """Decoded once a session: a rerun finds it again by name and size."""
    kept: dict[tuple[str, int, int], Film | XrayError]
    kept = st.session_state.setdefault("opinion_films", {})
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
