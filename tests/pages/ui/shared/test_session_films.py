import numpy as np
import pytest
import streamlit as st

from pages.ui.film.picked import BY_COST, times_words
from pages.ui.shared import session_films
from pages.ui.shared.cache import classifier_of
from pages.ui.shared.session_films import attribution_of, seconds_of
from xray_core.data.decoding.images import Film
from xray_core.data.phantom import make_phantom
from xray_core.explain.methods import METHODS
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


def test_the_time_of_a_method_is_the_least_that_it_took_here(
    tiny_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "session_state", {})
    clock = iter((0.0, 5.0, 10.0, 10.5, 20.0, 21.0))
    monkeypatch.setattr(session_films, "perf_counter", lambda: next(clock))
    assert times_words([tiny_run]) == ""
    attribution_of(tiny_run, FILM, "covid", "hires_cam")
    assert times_words([tiny_run]).endswith("took: HiResCAM 5.0 s the first time.")
    attribution_of(tiny_run, FILM, "viral", "hires_cam")
    attribution_of(tiny_run, FILM, "normal", "hires_cam")
    assert times_words([tiny_run]).endswith("took: HiResCAM 0.5 s.")
    assert seconds_of([tiny_run], "saliency") == (0.0, False)


def test_methods_of_few_passes_come_first() -> None:
    assert (BY_COST[0], BY_COST[-1], len(BY_COST)) == ("grad_cam", "rise", len(METHODS))
    order = [BY_COST.index(name) for name in ("layer_cam", "saliency", "score_cam", "smooth_grad")]
    assert order == sorted(order)
