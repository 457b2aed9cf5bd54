import numpy as np
import pytest
import streamlit as st

from pages.ui.film import what_if
from pages.ui.film.what_if import ask_again, change_table, moved_sentence
from pages.ui.shared.cache import classifier_of
from xray_core.data.decoding.images import Film
from xray_core.data.phantom import make_phantom
from xray_core.explain.fillings import FILLINGS
from xray_core.explain.what_if import Asked
from xray_core.runs.store import Run

BOX = ((0.2, 0.3), (0.8, 0.3), (0.8, 0.9), (0.2, 0.9))
FILM = Film(make_phantom("covid", 5, size_px=128).image)
ASKED = Asked(
    fillings=np.array([[0.5, -0.52], [0.4, -0.58], [0.55, -0.41]], np.float32),
    elsewhere=np.array([[0.02, -0.02], [-0.05, 0.05]], np.float32),
)


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    state: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def test_the_models_are_asked_again_with_the_region_filled(
    tiny_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(what_if, "drawn_regions", lambda *_: (BOX,))
    model = classifier_of(tiny_run)
    fine = tuple(model.explain(FILM, "hires_cam", "stage3_relu2").values())
    changed = ask_again([tiny_run], FILM, "viewer", {tiny_run.id: fine})
    assert changed is not None
    assert changed.regions == (BOX,)
    assert changed.filling == next(iter(FILLINGS))
    assert np.abs(changed.film.pixels - FILM.pixels)[60:100, 40:90].max() > 0.02
    np.testing.assert_array_equal(changed.film.pixels[:20], FILM.pixels[:20])
    before = tuple(model.explain(FILM).values())
    after = changed.attributions[tiny_run.id]
    assert {(item.method, item.layer) for item in after} == {("hires_cam", "stage3_relu2")}
    assert [item.label for item in after] == [item.label for item in before]
    moves = [new.probability - old.probability for new, old in zip(after, before, strict=True)]
    assert max(map(abs, moves)) > 1e-6
    assert sum(moves) == pytest.approx(0, abs=1e-5)
    assert min(item.evidence.min() for item in after) < 0, "the evidence is not cut"


def test_the_same_question_is_asked_once_and_another_filling_anew(
    tiny_run: Run, monkeypatch: pytest.MonkeyPatch, session: dict[str, object]
) -> None:
    monkeypatch.setattr(what_if, "drawn_regions", lambda *_: (BOX,))
    before = {tiny_run.id: tuple(classifier_of(tiny_run).explain(FILM).values())}
    first = ask_again([tiny_run], FILM, "viewer", before)
    assert first is not None
    assert ask_again([tiny_run], FILM, "viewer", before) is first
    session["viewer_filling"] = "mirror"
    second = ask_again([tiny_run], FILM, "viewer", before)
    assert second is not None
    assert second.filling == "mirror"
    assert (second.film.pixels != first.film.pixels).any()


def test_without_a_region_nobody_is_asked(tiny_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(what_if, "drawn_regions", lambda *_: ())
    monkeypatch.setattr(what_if, "classifier_of", lambda *_: pytest.fail("asked"))
    assert ask_again([tiny_run], FILM, "viewer", {}) is None


def test_the_sentence_says_what_was_measured_and_no_more() -> None:
    assert moved_sentence("covid", 0.93, 0.41, ASKED, 1) == (
        "filling the region changed COVID-19 from 0.93 to 0.41 (0.35–0.52 over 3 fillings); the "
        "same shape at 2 other places changed it by −0.02 to +0.05."
    )
    assert moved_sentence("covid", 0.412, 0.408, ASKED, 1).startswith(
        "filling the region left COVID-19 at 0.41 ("
    )
    alone = Asked(ASKED.fillings, np.zeros((0, 2), np.float32))
    assert moved_sentence("covid", 0.93, 0.41, alone, 1).endswith(
        "; there is no room for the same shape elsewhere on the film."
    )


def test_the_table_shows_both_probabilities_and_how_far_other_fillings_and_places_go() -> None:
    before, after = {"normal": 0.004, "covid": 0.93}, {"normal": 0.504, "covid": 0.41}
    assert change_table("Small CNN", before, after, ASKED).splitlines() == [
        "| Small CNN | before | after | all fillings | change elsewhere |",
        "|---|--:|--:|--:|--:|",
        "| Normal | <0.01 | 0.50 | 0.40–0.55 | −0.05 to +0.02 |",
        "| COVID-19 | 0.93 | 0.41 | 0.35–0.52 | −0.02 to +0.05 |",
    ]
