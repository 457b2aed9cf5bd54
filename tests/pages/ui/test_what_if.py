import numpy as np
import pytest

from pages.ui import what_if
from pages.ui.cache import explain_upload
from pages.ui.film_panel import attributions_of
from pages.ui.what_if import ask_again, change_table
from xray_core.data.images import Film
from xray_core.data.phantom import make_phantom
from xray_core.runs.store import Run

BOX = ((0.2, 0.3), (0.8, 0.3), (0.8, 0.9), (0.2, 0.9))
FILM = Film(make_phantom("covid", 5, size_px=128).image)


def test_the_models_are_asked_again_with_the_region_blurred(
    tiny_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(what_if, "drawn_regions", lambda *_: (BOX,))
    edit, after = ask_again([tiny_run], FILM, "viewer", signed=True)
    assert edit is not None
    assert edit.regions == (BOX,)
    assert np.abs(edit.film - FILM.pixels)[60:100, 40:90].max() > 0.02
    np.testing.assert_array_equal(edit.film[:20], FILM.pixels[:20])
    before = attributions_of(tiny_run, *explain_upload(tiny_run, FILM))
    assert [item.label for item in after[tiny_run.id]] == [item.label for item in before]
    changes = [
        new.probability - old.probability
        for new, old in zip(after[tiny_run.id], before, strict=True)
    ]
    assert max(map(abs, changes)) > 1e-6
    assert sum(changes) == pytest.approx(0, abs=1e-5)
    assert [item.probability for item in edit.maps] == [
        item.probability for item in after[tiny_run.id]
    ]
    assert all(item.evidence is not None for item in edit.maps)


def test_without_a_region_nobody_is_asked(tiny_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(what_if, "drawn_regions", lambda *_: ())
    monkeypatch.setattr(what_if, "explain_upload", lambda *_: pytest.fail("asked"))
    assert ask_again([tiny_run], FILM, "viewer") == (None, {})


def test_the_table_shows_both_probabilities_and_the_signed_difference() -> None:
    before = {"normal": 0.10, "viral": 0.301, "covid": 0.60}
    after = {"normal": 0.35, "viral": 0.299, "covid": 0.35}
    assert change_table("Small CNN", before, after).splitlines() == [
        "| Small CNN | before | after | difference |",
        "|---|--:|--:|--:|",
        "| Normal | 0.10 | 0.35 | +0.25 |",
        "| Viral pneumonia | 0.30 | 0.30 | 0.00 |",
        "| COVID-19 | 0.60 | 0.35 | −0.25 |",
    ]
