import numpy as np
import pytest
import streamlit as st

from pages.ui.shared import session_films
from pages.ui.shared.cache import explain_upload
from pages.ui.shared.session_films import map_of_film
from xray_core.data.decoding.images import Film
from xray_core.data.phantom import make_phantom
from xray_core.runs.store import Run

FILM = Film(make_phantom("covid", 5, size_px=128).image)


def test_a_map_is_computed_once_and_the_oldest_is_forgotten(
    tiny_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", kept)
    monkeypatch.setattr(session_films, "MAX_KEPT", 2)
    first = map_of_film(tiny_run, FILM, "covid", "grad_cam")
    _, maps = explain_upload(tiny_run, FILM)
    np.testing.assert_allclose(first, maps[3], rtol=1e-5)
    assert map_of_film(tiny_run, FILM, "covid", "grad_cam") is first
    map_of_film(tiny_run, FILM, "viral", "grad_cam")
    map_of_film(tiny_run, FILM, "normal", "grad_cam")
    assert map_of_film(tiny_run, FILM, "covid", "grad_cam") is not first
