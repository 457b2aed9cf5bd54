import numpy as np
import pytest
import streamlit as st

from pages.ui.shared import session_films
from pages.ui.shared.cache import classifier_of
from pages.ui.shared.session_films import attribution_of
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
    first = attribution_of(tiny_run, FILM, "covid", "grad_cam")
    expected = classifier_of(tiny_run).explain(FILM)["covid"]
    np.testing.assert_allclose(first.evidence, expected.evidence, rtol=1e-5, atol=1e-7)
    assert first.probability == pytest.approx(expected.probability)
    assert attribution_of(tiny_run, FILM, "covid", "grad_cam") is first
    attribution_of(tiny_run, FILM, "viral", "grad_cam")
    attribution_of(tiny_run, FILM, "normal", "grad_cam")
    assert attribution_of(tiny_run, FILM, "covid", "grad_cam") is not first
