"""Films that one model explains in the background, for all sessions that look at them."""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from weakref import WeakValueDictionary

import streamlit as st

from pages.ui.shared.cache import KEYS, classifier_of
from xray_core.classifier import Classifier
from xray_core.data.records import Manifest
from xray_core.explain.explained import ExplainedFilms
from xray_core.explain.kept_films import chunks_of, joined_films, kept_path, read_kept, write_kept
from xray_core.runs.store import Run

LOOK_SECONDS = 1.0
"""How often a page looks whether more films are there."""

GIVE_WAY_SECONDS = 0.5
"""How long all films wait for the one that is looked at."""

_one_at_a_time = threading.Lock()
_whole: WeakValueDictionary[tuple[str, int, str], ExplainedFilms] = WeakValueDictionary()
"""Run, its state and films -> all of them explained, by the method that was looked at last; as long
as a filling keeps them."""


class Filling:
    """The films of a manifest, explained in order; what is kept on disk is there at once.

    Attributes:
        total: number of films.
        error: why it ended before all films were explained; None otherwise.
        stopped: whether a visitor ended it.
    """

    def __init__(
        self, run: Run, model: Classifier, films: Manifest, method: str | None, layer: str | None
    ) -> None:
        self.total = len(films.records)
        self.error: Exception | None = None
        self._run, self._model = run, model
        self._method, self._layer = model.chosen(method, layer)
        self._waiting = list(chunks_of(films))
        self._first = self._waiting[0]
        self._found = threading.Condition()
        self._parts: list[ExplainedFilms] = []
        self.stopped = False
        self._thread: threading.Thread | None = None
        self._read()

    @property
    def explained(self) -> ExplainedFilms:
        """The films that are there, the first of the manifest.

        Raises:
            ValueError: none is there yet.
        """
        with self._found:
            if not self._parts:
                raise ValueError("No film has been explained yet.")
            if len(self._parts) > 1:
                self._parts = [joined_films(self._parts)]
            return self._parts[0]

    @property
    def n_done(self) -> int:
        """How many films are there."""
        with self._found:
            return sum(len(part.film_ids) for part in self._parts)

    @property
    def at_work(self) -> bool:
        """Whether films are being explained."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, after: float = 0.0) -> None:
        """Explain the films that are missing in the background, after so many seconds."""
        with self._found:
            if self.at_work or not self._waiting:
                return
            self.stopped, self.error = False, None
            self._thread = threading.Thread(target=self._work, args=(after,), daemon=True)
            self._thread.start()

    def go_on(self, after: float = 0.0) -> None:
        """Start, unless it was stopped, or ended by an error after its first films."""
        if not self.n_done or not (self.stopped or self.error):
            self.start(after)

    def stop(self) -> None:
        """End after the films that are being explained now."""
        self.stopped = True

    def wait(self) -> None:
        """Until the first films are there.

        Raises:
            XrayError: they could not be explained; any other exception likewise.
        """
        with self._found:
            self._found.wait_for(lambda: self._parts or self.error or not self.at_work)
        if self.error and not self._parts:
            raise self.error

    def _read(self) -> None:
        while self._waiting:
            films = self._waiting[0]
            path = kept_path(self._run, films, self._method, self._layer)
            part = read_kept(path, self._model.classes, films, self._method, self._layer)
            if part is None:
                return
            self._parts.append(part)
            self._waiting.pop(0)

    def _work(self, after: float) -> None:
        try:
            time.sleep(after)
            while self._waiting and not self.stopped:
                films = self._waiting[0]
                part = self._explained_now(films, self._method, self._layer)
                with self._found:
                    self._parts.append(part)
                    self._waiting.pop(0)
                    self._found.notify_all()
        except Exception as error:  # the page that waits for it says what happened
            self.error = error
        finally:
            with self._found:
                self._found.notify_all()
        if not self._waiting:
            with suppress(Exception):  # a page that needs it says what happened
                self._look_ahead()

    def _look_ahead(self) -> None:
        """Have the first films by the map that the model shows of itself: its first takes long."""
        own = self._model.chosen(None, None)
        if not kept_path(self._run, self._first, *own).is_file():
            self._explained_now(self._first, *own)

    def _explained_now(self, films: Manifest, method: str, layer: str) -> ExplainedFilms:
        with _one_at_a_time:
            part = self._model.explain_films(films, method, layer=layer or None)
        with suppress(OSError):  # no room: the films are explained again another time
            write_kept(kept_path(self._run, films, method, layer), part)
        return part


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs=KEYS)
def filling_of(run: Run, films: Manifest, method: str | None, layer: str | None) -> Filling:
    """Of a model, films and kind of map: one for all sessions."""
    return Filling(run, classifier_of(run), films, method, layer)


def first_films(fillings: Sequence[Filling]) -> int:
    """Have films explained by all models; returns how many all of them have, one or more.

    One that was stopped, or that ended by an error after its first films, resumes only when asked.

    Raises:
        XrayError: a model can explain none of them.
    """
    for filling in fillings:
        filling.go_on()
    for filling in fillings:
        filling.wait()
    return min(filling.n_done for filling in fillings)


def films_at_hand(
    runs: Sequence[Run], fillings: Sequence[Filling], films: Manifest
) -> tuple[list[ExplainedFilms | None], dict[str, ExplainedFilms | None]]:
    """What can be shown of each model, at once where the first one has explained all films before.

    Answers are the same by whatever method they were explained, so that all films stay in the list
    while their maps by another method, or the films of a model that was added, come in.

    Returns:
        Of each model its films, None while one that was added has none; and of the runs whose
        maps by the method of their filling are not all there, by their ids, those that are.

    Raises:
        XrayError: a model can explain none of them.
    """
    keys = [(run.id, run.changed, films.hash) for run in runs]
    for key, filling in zip(keys, fillings, strict=True):
        if filling.n_done == filling.total:
            _whole[key] = filling.explained
    found = [_whole.get(key) for key in keys]
    if found[0] is None:
        first_films(fillings)
        return [filling.explained for filling in fillings], {}
    for filling in fillings:
        filling.go_on(GIVE_WAY_SECONDS)
    return found, {
        run.id: filling.explained if filling.n_done else None
        for run, filling in zip(runs, fillings, strict=True)
        if filling.n_done < filling.total
    }


def filling_line(fillings: Sequence[Filling], shown: int, *, listed: bool = False) -> None:
    """How many films are there, with a button that stops or resumes it; nothing once all are shown.

    Args:
        fillings: of the models that are shown.
        shown: films on the page, which is run again as soon as there are twice as many, or all.
        listed: whether all films are in the list already: then it is run again when all are there.
    """
    total = fillings[0].total
    if shown == total:
        return

    @st.fragment(run_every=LOOK_SECONDS if any(item.at_work for item in fillings) else None)
    def line() -> None:
        done = min(filling.n_done for filling in fillings)
        busy = any(filling.at_work for filling in fillings)
        enough = done >= 2 * shown and not listed
        if done > shown and (done == total or enough or not busy):
            st.rerun()
        st.progress(done / total, f"{done} of {total} films")
        act, words = ("stop", "Stop") if busy else ("start", "Resume")
        st.button(
            words, key=f"explain_{act}", type="tertiary", on_click=_each, args=(fillings, act)
        )

    line()


def _each(fillings: Sequence[Filling], act: str) -> None:
    for filling in fillings:
        getattr(filling, act)()
