"""Decoded films of visitors, kept within a budget of bytes: of one session, and of all together.

A film is kept as large as the viewer and the networks need it. When the budget is used up, the
least recently viewed films are dropped; they are decoded again from the file when they are needed.
Everything a session kept ends with the session.
"""

import itertools
import threading
import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xray_core.data.decoding.images import Film
from xray_core.errors import ImageReadError, XrayError
from xray_core.settings import get_settings

if TYPE_CHECKING:
    from pages.ui.film.strip import StripItem
    from xray_core.data.film_facts import FilmFacts
    from xray_core.data.same_patient import Visit


@dataclass
class _Entry:
    film: Film | XrayError
    seen: int

    @property
    def n_bytes(self) -> int:
        return 0 if isinstance(self.film, XrayError) else self.film.pixels.nbytes


@dataclass
class Arrival:
    """What was not kept of the files that came last.

    Attributes:
        n_refused: files for which there was no room.
        errors: why films of archives, or a whole archive, could not be read.
        left_out: what of each archive is no film, in words.
    """

    n_refused: int = 0
    errors: list[ImageReadError] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


class KeptFilms:
    """The decoded films of one session, and what goes with them.

    Attributes:
        file_bytes: of the files that the session holds.
        strip: small films, for the strip of all films.
        visits: id of a file -> patient and day of its film.
        facts: id of a file -> what its tags say.
    """

    def __init__(self) -> None:
        self.file_bytes = 0
        self.strip: dict[Hashable, StripItem] = {}
        self.visits: dict[str, Visit] = {}
        self.facts: dict[str, FilmFacts] = {}
        self._films: dict[Hashable, _Entry] = {}
        with _lock:
            _sessions.add(self)

    def film(self, key: Hashable, decode: Callable[[], Film]) -> Film | XrayError:
        """The film of a file, or why it has none; decoded now unless it is kept.

        Args:
            key: of the file.
            decode: reads it, no larger than it is kept; may raise `XrayError`.
        """
        with _lock:
            entry = self._films.get(key)
            if entry is not None:
                entry.seen = next(_clock)
                return entry.film
        with _decoding:
            film = _decoded(decode)
        with _lock:
            self._films[key] = _Entry(film, next(_clock))
            _make_room(self)
        return film

    def has_room(self, n_bytes: int) -> bool:
        """Whether the session may hold that many more bytes of files."""
        settings = get_settings()
        with _lock:
            of_all = sum(session.file_bytes for session in _sessions)
        return (
            self.file_bytes + n_bytes <= settings.session_bytes
            and of_all + n_bytes <= settings.sessions_bytes
        )

    @property
    def n_bytes(self) -> int:
        """Bytes of all decoded films."""
        return sum(entry.n_bytes for entry in self._films.values())

    def forget(self) -> None:
        """Forget all films and what goes with them, not the files."""
        with _lock:
            self._films.clear()
            self.strip.clear()
            self.visits.clear()
            self.facts.clear()


_sessions: "weakref.WeakSet[KeptFilms]" = weakref.WeakSet()
_lock = threading.RLock()
_clock = itertools.count()
_decoding = threading.BoundedSemaphore(2)  # films decoded at a time, over all visitors


def _decoded(decode: Callable[[], Film]) -> Film | XrayError:
    try:
        return decode()
    except XrayError as error:
        return error.with_traceback(None)  # a traceback would keep the file and half a film alive


def _make_room(newest: KeptFilms) -> None:
    """Drop the least recently viewed films until both budgets hold; the newest always stays."""
    settings = get_settings()
    for sessions, limit in (
        ([newest], settings.session_bytes),
        (list(_sessions), settings.sessions_bytes),
    ):
        entries = sorted(
            (entry.seen, number, key)
            for number, session in enumerate(sessions)
            for key, entry in session._films.items()
        )
        total = sum(session.n_bytes for session in sessions)
        for _, number, key in entries[:-1]:
            if total <= limit:
                break
            total -= sessions[number]._films.pop(key).n_bytes
