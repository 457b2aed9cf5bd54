import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pages.ui.explain import filling
from pages.ui.explain.filling import Filling, films_at_hand, first_films
from xray_core.data.records import Manifest
from xray_core.errors import ImageReadError
from xray_core.explain.explained import collect_films
from xray_core.runs.store import Run, open_run
from xray_core.settings import Settings


class OneChunkModel:
    """Explains the first films and can read no others."""

    def __init__(self, classes: tuple[str, ...]) -> None:
        self.classes, self.asked = classes, 0

    def chosen(self, *_: object) -> tuple[str, str]:
        return "grad_cam", "last"

    def explain_films(self, films: Manifest, *_: object, **__: object) -> Any:
        self.asked += 1
        if self.asked > 1:
            raise ImageReadError("The file is missing.")
        n, k = len(films.records), len(self.classes)
        answers, maps = np.full((n, k), 1 / k), np.ones((n, k, 2, 2), np.float16)
        return collect_films(self.classes, films, answers, maps, method="grad_cam", layer="last")


@pytest.mark.usefixtures("settings")
def test_one_that_ended_by_an_error_keeps_its_films_and_goes_on_only_when_asked(
    tiny_run: Run, films: Manifest, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    model: Any = OneChunkModel(tiny_run.classes)
    item = Filling(tiny_run, model, films, None, None)
    assert first_films([item]) == 4
    item._thread.join(10)  # type: ignore[union-attr]
    assert isinstance(item.error, ImageReadError)
    assert first_films([item]) == len(item.explained.film_ids) == 4
    assert isinstance(item.error, ImageReadError), "a visit of the page asks for nothing"
    assert model.asked == 2
    item.start()
    item._thread.join(10)  # type: ignore[union-attr]
    assert model.asked == 3
    again = Filling(tiny_run, model, films, None, None)
    assert again.n_done == 4, "what was found is on disk"


class WaitingModel(OneChunkModel):
    """Explains films by the named method when it may."""

    def __init__(self, classes: tuple[str, ...]) -> None:
        super().__init__(classes)
        self.may = threading.Event()

    def chosen(self, *asked: object) -> tuple[str, str]:
        return str(asked[0] or "grad_cam"), "last"

    def explain_films(self, films: Manifest, *asked: object, **__: object) -> Any:
        self.may.wait(10)
        self.asked = 0
        return super().explain_films(films)


@pytest.mark.usefixtures("settings")
def test_all_films_stay_while_their_maps_by_another_method_come_in(
    tiny_run: Run, films: Manifest, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "GIVE_WAY_SECONDS", 0)
    model: Any = WaitingModel(tiny_run.classes)
    model.may.set()
    first = Filling(tiny_run, model, films, None, None)
    while first.n_done < first.total:
        (shown,), waiting = films_at_hand([tiny_run], [first], films)
        assert shown is not None
    assert films_at_hand([tiny_run], [first], films) == ([first.explained], {})

    model.may.clear()
    other = Filling(tiny_run, model, films, "layer_cam", None)
    shown_films, waiting = films_at_hand([tiny_run], [other], films)
    assert shown_films == [first.explained], "nobody waits for the first films"
    assert waiting == {tiny_run.id: None}
    assert other.at_work
    model.may.set()
    other._thread.join(10)  # type: ignore[union-attr]
    assert films_at_hand([tiny_run], [other], films) == ([other.explained], {})


@pytest.mark.usefixtures("settings")
def test_the_first_films_by_the_own_map_of_a_model_are_ready_before_they_are_wanted(
    tiny_run: Run, films: Manifest
) -> None:
    model: Any = WaitingModel(tiny_run.classes)
    model.may.set()
    looked_at = Filling(tiny_run, model, films, "layer_cam", None)
    looked_at.start()
    looked_at._thread.join(10)  # type: ignore[union-attr]
    assert looked_at.n_done == looked_at.total
    own = Filling(tiny_run, model, films, None, None)
    assert 0 < own.n_done < own.total


@pytest.mark.usefixtures("settings")
def test_a_model_that_is_added_has_no_films_yet(
    tiny_run: Run, films: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model: Any = WaitingModel(tiny_run.classes)
    model.may.set()
    first = Filling(tiny_run, model, films, None, None)
    while first.n_done < first.total:
        films_at_hand([tiny_run], [first], films)
    added = open_run(shutil.copytree(tiny_run.path, tmp_path / "added"))
    later = Filling(added, model, films, "hires_cam", None)
    found, waiting = films_at_hand([tiny_run, added], [first, later], films)
    assert found == [first.explained, None]
    assert waiting == {"added": None}
    later.stop()
