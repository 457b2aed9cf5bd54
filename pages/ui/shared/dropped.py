"""Films that a visitor drops onto the Dataset page: a data set of this visit alone.

They lie in a folder that belongs to the session, in memory where the system has a folder there,
and go with it: when the visitor forgets them, when the session ends, when the server does. No
other visitor, no other page and no cache on disk sees them.
"""

import os
import tempfile
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

from pages.ui.shared.kept_films import Arrival, KeptFilms
from xray_core.data.archives import films_of_upload
from xray_core.data.catalogue import Dataset
from xray_core.errors import ImageReadError

NAME = "dropped-films"
TITLE = "Films you dropped (this visit only)"
_PREFIX = "thoraxlens-dropped-"
_MEMORY = Path("/dev/shm")  # a folder in memory, on Linux


Value = TypeVar("Value")


class DroppedFilms:
    """The films of one session and their folder, which goes with this object.

    Attributes:
        arrival: what was not kept of the files that came last.
        arrays: a folder for what is computed of the films.
    """

    def __init__(self) -> None:
        place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
        self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX, dir=place)
        self._room = KeptFilms()
        self.arrival = Arrival()
        self._known: dict[Hashable, Any] = {}
        self.dataset = Dataset(NAME, Path(self._folder.name) / "films", TITLE, "class_folders")
        self.scans = Path(self._folder.name) / "scans"
        self.arrays = Path(self._folder.name) / "arrays"
        self.dataset.path.mkdir()

    def known(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """What was made of the films under that key; made once, it goes with them."""
        if key not in self._known:
            self._known[key] = make()
        return cast(Value, self._known[key])

    def add(
        self, files: Sequence[tuple[str, bytes]], label: str, progress: Callable[[int, int], None]
    ) -> None:
        """Keep films, or those in ZIP archives with their folders, as far as there is room.

        Args:
            files: name and content of each.
            label: class of films that lie in no folder; "" for none.
            progress: called with (bytes done, bytes in all).
        """
        self.arrival = Arrival()
        done, total = 0, sum(len(data) for _, data in files)
        for name, data in files:
            films = films_of_upload(name, data)
            for film_name, content in films:
                if isinstance(content, ImageReadError):
                    self.arrival.errors.append(content)
                elif self._room.has_room(len(content)):
                    self._room.file_bytes += len(content)
                    folder = label if "/" not in film_name else ""
                    self._write(Path(folder, film_name), content)
                else:
                    self.arrival.n_refused += 1
            if left_out := films.left_out_words():
                self.arrival.left_out.append(f"{films.name}: {left_out}")
            done += len(data)
            progress(done, total)

    def _write(self, name: Path, content: bytes) -> None:
        """A film under its name and folders; a number is added where another has that name."""
        wanted = self.dataset.path / name
        path, number = wanted, 1
        while path.exists():
            number += 1
            path = wanted.with_stem(f"{wanted.stem}-{number}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:  # a folder has the name of a film, or the disk is full
            self.arrival.errors.append(
                ImageReadError(
                    f"The film could not be kept: {error.strerror or type(error).__name__}.",
                    where=str(name),
                    fix="Give it another name, or drop fewer films.",
                )
            )


def is_dropped(path: Path) -> bool:
    """Whether a film belongs to a session alone, so that no cache may keep it."""
    return any(part.startswith(_PREFIX) for part in path.parts)
