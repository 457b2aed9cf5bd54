import base64
from io import BytesIO

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from pages.ui.film import strip
from pages.ui.film.strip import Marks, StripItem, film_strip
from xray_core.viewer.layers import thumbnail_url


def test_thumbnail_is_a_small_picture_of_the_same_size() -> None:
    url = thumbnail_url(np.full((40, 60, 3), 200, np.uint8))
    head, data = url.split(",")
    assert head == "data:image/jpeg;base64"
    picture = Image.open(BytesIO(base64.b64decode(data)))
    assert picture.size == (60, 40)
    assert abs(int(np.asarray(picture).mean()) - 200) <= 2


@pytest.mark.parametrize(
    ("sent", "picked"),
    [
        (None, None),
        ({"place": 2, "id": 1}, 2),
        ({"place": 2.0, "id": 1.0}, 2),
        ({"place": 3, "id": 1}, None),
        ({"place": -1, "id": 1}, None),
        ({"place": "1", "id": 1}, None),
        ({"place": 1}, None),
        (1, None),
    ],
)
def test_only_a_film_of_the_strip_can_be_picked(
    monkeypatch: pytest.MonkeyPatch, sent: object, picked: int | None
) -> None:
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(strip, "_component", lambda **_: {"chosen": sent})
    items = [StripItem("data:,", f"film {number}") for number in range(3)]
    assert film_strip(items, chosen=0, key="strip") == picked


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (None, None),
        ({"places": [2, 0], "id": 1}, (0, 2)),
        ({"places": [], "id": 1}, ()),
        ({"places": [9, -1, "x", 1.0], "id": 2.0}, (1,)),
        ({"places": 3, "id": 1}, None),
        ({"places": [1]}, None),
    ],
)
def test_only_films_of_the_strip_can_be_selected(
    monkeypatch: pytest.MonkeyPatch, sent: object, read: tuple[int, ...] | None
) -> None:
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(strip, "_component", lambda **_: {"marked": sent})
    items = [StripItem("data:,", f"film {number}") for number in range(3)]
    heard: list[tuple[int, ...]] = []
    film_strip(items, chosen=0, key="strip", marks=Marks((), False, heard.append))
    assert heard == ([] if read is None else [read])
