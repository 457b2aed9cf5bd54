import base64
import io
from collections.abc import Callable

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from pages.ui.film.viewer.full_size import full_size
from xray_core.data.decoding.images import Film
from xray_core.viewer.layers import FULL_PX, full_url

FILM = Film(np.full((4, 6), 0.5, np.float32))


def never() -> Film:
    raise AssertionError("nothing was asked for")


def test_a_film_is_sent_in_full_size_once_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", kept)
    assert full_size("viewer", FILM, None) == {}
    assert full_size("viewer", FILM, never) == {"full_px": FULL_PX}
    kept["viewer"] = {"detail": "another film"}
    assert full_size("viewer", FILM, never) == {"full_px": FULL_PX}
    kept["viewer"] = {"detail": FILM.id}
    large = Film(np.full((40, 60), 0.5, np.float32))
    sent = full_size("viewer", FILM, lambda: large)
    assert (sent["film"], sent["shown_px"]) == full_url(large.pixels)
    again: Callable[[], Film] = never
    assert full_size("viewer", FILM, again) == sent, "it is made once"


@pytest.mark.parametrize(("limit", "size"), [(FULL_PX, (64, 48)), (32, (32, 24))])
def test_no_side_is_longer_than_the_limit_and_greys_stay(
    monkeypatch: pytest.MonkeyPatch, limit: int, size: tuple[int, int]
) -> None:
    monkeypatch.setattr("xray_core.viewer.layers.FULL_PX", limit)
    film = np.tile(np.linspace(0, 1, 64, dtype=np.float32), (48, 1))
    url, side = full_url(film)
    picture = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    assert (picture.size, side) == (size, max(size))
    if picture.size == (64, 48):
        assert np.abs(np.asarray(picture, float) - 255 * film).max() <= 3
