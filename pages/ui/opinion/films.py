"""The films of the uploaded files: read, put right as wished, and what their tags say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import numpy as np
from PIL import Image

from pages.ui.film.strip import StripItem
from pages.ui.opinion.uploads import DEMO_FILE, Upload, kept_films
from pages.ui.shared import session
from xray_core.data.decoding.images import Film, decode_image, to_uint8
from xray_core.data.film_facts import FilmFacts, facts_of
from xray_core.errors import XrayError
from xray_core.opinion.answer import MOST_PIXELS
from xray_core.opinion.gate import invert, turn_upright
from xray_core.viewer.layers import thumbnail_url

THUMBNAIL_PX = 128
EXPORT_PIXELS = 16_000_000
INVERT = 0
"""Among the steps of a film, which are degrees otherwise."""


@dataclass(frozen=True)
class OpinionFilm:
    """One uploaded file: its film at the size of `KeptFilms`, or why it has none.

    Attributes:
        file: as it was uploaded.
        film: with the steps done.
        steps: that put it right, in turn: degrees clockwise, or `INVERT`.
        facts: what the tags of the file say.
        window: key of the window that the reader chose; "" for the first that fits.
    """

    file: Upload
    film: Film | XrayError
    steps: tuple[int, ...] = ()
    facts: FilmFacts = field(default_factory=FilmFacts)
    window: str = ""

    @property
    def id(self) -> str:
        """Of the file, whatever was done to its film."""
        return self.file.id

    @property
    def name(self) -> str:
        """Of the file."""
        return self.file.name

    @property
    def stem(self) -> str:
        """The name without suffix, for downloads."""
        return PurePath(self.name).stem or "film"

    @property
    def synthetic(self) -> bool:
        """Whether it is the demo film."""
        return self.name == DEMO_FILE

    @property
    def turned(self) -> int:
        """Degrees clockwise by which the film lies turned from its file."""
        return sum(self.steps) % 360

    @property
    def spacing_mm(self) -> tuple[float, float] | None:
        """(row, column) distances of the file's pixels as the film lies now; None if not stated."""
        spacing = self.facts.pixel_spacing_mm
        return spacing[::-1] if spacing and self.turned % 180 else spacing

    def full_size(self) -> Film:
        """The film in the size of its file, up to `EXPORT_PIXELS`, decoded again.

        Downloads call this outside the session.
        """
        return _read(self.file, EXPORT_PIXELS, self.steps, self.window)


def opinion_film(file: Upload) -> OpinionFilm:
    """The film and the facts of a file, read now unless they are kept."""
    steps = session.OPINION_STEPS.get().get(file.id, ())
    window = session.OPINION_WINDOWS.get().get(file.id, "")
    film = kept_films().film(_key(file), lambda: _read(file, MOST_PIXELS, steps, window))
    facts = kept_films().facts
    if file.id not in facts:
        facts[file.id] = facts_of(file.data, file.name)
    return OpinionFilm(file, film, steps, facts[file.id], window)


def step(item: OpinionFilm, degrees: int) -> None:
    """Turn the film clockwise by that many degrees, or invert its greys (`INVERT`)."""
    steps = session.OPINION_STEPS.hold()
    steps[item.id] = (*steps.get(item.id, ()), degrees)


def undo_steps(item: OpinionFilm) -> None:
    """Show the film as it was uploaded."""
    session.OPINION_STEPS.hold().pop(item.id, None)


def thumbnail(file: Upload) -> str:
    """The small film of a file as data URL, kept; black where it cannot be read."""
    strip, key = kept_films().strip, _key(file)
    if key not in strip:
        strip[key] = StripItem(_draw(opinion_film(file).film), file.name)
    return strip[key].image


def is_read(file: Upload) -> bool:
    """Whether the small film is there already."""
    return _key(file) in kept_films().strip


def _key(file: Upload) -> tuple[object, ...]:
    steps = session.OPINION_STEPS.get().get(file.id, ())
    return file.name, file.id, steps, session.OPINION_WINDOWS.get().get(file.id, "")


def _read(file: Upload, max_pixels: int, steps: Sequence[int], window: str) -> Film:
    film = decode_image(file.data, file.name, max_pixels=max_pixels, window=window)
    for degrees in steps:
        film = invert(film) if degrees == INVERT else turn_upright(film, degrees)
    return film


def _draw(film: Film | XrayError) -> str:
    if isinstance(film, XrayError):
        return thumbnail_url(np.zeros((THUMBNAIL_PX, THUMBNAIL_PX), np.uint8))
    picture = Image.fromarray(to_uint8(film.pixels))
    picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    return thumbnail_url(np.asarray(picture))
