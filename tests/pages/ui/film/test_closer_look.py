from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import streamlit as st

from pages.ui.film import closer_look
from pages.ui.film.viewer import Doubt, Facts, FilmMap, Others, ViewerState
from xray_core.data.decoding.images import Film
from xray_core.data.phantom import make_phantom
from xray_core.explain.attribution import Attribution
from xray_core.runs.store import Run

PHANTOM = make_phantom("covid", 3, size_px=128)


class ShownError(Exception):
    """Ends the look once the viewer was asked for."""


def shown_maps(run: Run, probabilities: Sequence[float], monkeypatch: Any) -> list[FilmMap]:
    """The maps that the viewer gets: on the lungs alone for each class."""
    return shown(run, probabilities, monkeypatch)[0]


def shown(
    run: Run, probabilities: Sequence[float], monkeypatch: Any
) -> tuple[list[FilmMap], Others]:
    """Those, and what else the viewer gets."""
    found: list[tuple[list[FilmMap], Others]] = []

    def viewer(
        film: object, maps: list[FilmMap], *_: object, others: Others, **_rest: object
    ) -> ViewerState:
        found.append((maps, others))
        raise ShownError

    monkeypatch.setattr(closer_look, "film_viewer", viewer)
    monkeypatch.setattr(st, "fragment", lambda function: function)
    monkeypatch.setattr(closer_look, "unexpected_shown", lambda: lambda function: function)
    lungs = PHANTOM.lungs.astype(np.float32)
    items = [
        Attribution(lungs, "grad_cam", label, probability)
        for label, probability in zip(run.classes, probabilities, strict=True)
    ]
    with pytest.raises(ShownError):
        closer_look.closer_look(
            Film(PHANTOM.image),
            [run],
            {run.id: items},
            Facts("film", lungs=PHANTOM.lungs),
            closer_look.Around(lambda *_: (), lambda _: None, lambda _: None, lambda *_: None),
            "test",
        )
    return found[0]


def test_maps_of_a_model_that_is_not_sure_carry_a_badge(
    tiny_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sure = shown_maps(tiny_run, (0.9, 0.1, 0.0, 0.0), monkeypatch)
    assert [item.doubt for item in sure] == [None] * 4
    unsure = shown_maps(tiny_run, (0.5, 0.45, 0.05, 0.0), monkeypatch)
    words = "The model is not sure: no class reaches 0.75."
    assert unsure[0].doubt == unsure[1].doubt == Doubt("not sure", words)
    assert unsure[2].doubt is None, "a map that is not drawn has no badge either"


def test_other_methods_are_asked_for_the_map_that_is_looked_at(
    tiny_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, list[str]]] = []

    def maps_by(_run: Run, _film: Film, item: Attribution, names: list[str]) -> list[Attribution]:
        asked.append((item.label, names))
        return [replace(item, method=name) for name in names]

    monkeypatch.setattr(closer_look, "maps_by", maps_by)
    assert not shown(tiny_run, (0.9, 0.1, 0.0, 0.0), monkeypatch)[1].methods
    assert not asked, "nothing is made until the layout wants it"
    label = tiny_run.classes[1]
    wanted = ViewerState(label, tiny_run.id, layout="methods")
    monkeypatch.setattr(closer_look, "viewed", lambda *_: wanted)
    others = shown(tiny_run, (0.5, 0.45, 0.05, 0.0), monkeypatch)[1]
    assert asked == [(label, ["grad_cam_plus_plus", "hires_cam", "layer_cam"])]
    assert others.methods is not None
    assert [item.method for item in others.methods] == ["Grad-CAM++", "HiResCAM", "LayerCAM"]
    assert all(item.doubt and item.doubt.mark == "not sure" for item in others.methods)
    assert others.sheet is None, "this page has no list of films"
