"""What a slide holds, before anybody draws it: text, charts, tables and pictures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xray_core.arrays import UInt8Array
from xray_core.explain.attribution import Attribution
from xray_core.viewer.annotation import Annotation

Score = Mapping[str, Any]

MAX_FILM_PX = 1024
"""Longest side of a film in a deck."""


@dataclass(frozen=True)
class Bars:
    """Scores in groups, with their intervals.

    Attributes:
        axis: what the bars measure.
        groups: names below the bars.
        series: name of a model -> its score in every group; None where it has none.
        span: lowest and highest value of the axis; 0 is in it.
    """

    axis: str
    groups: tuple[str, ...]
    series: Mapping[str, tuple[Score | None, ...]]
    span: tuple[float, float] = (0.0, 1.0)

    @property
    def signed(self) -> bool:
        """Whether bars hang down as well."""
        return self.span[0] < 0

    @property
    def ticks(self) -> tuple[float, ...]:
        """Values that the axis names."""
        low, high = self.span
        steps = 4 if self.signed else 5
        return tuple(low + (high - low) * place / steps for place in range(steps + 1))

    def said(self, value: float) -> str:
        """A value as it stands at its bar."""
        return f"{value:+.3f}" if self.signed else f"{value:.2f}"


@dataclass(frozen=True)
class Curves:
    """Lines in the unit square, with its diagonal.

    Attributes:
        x_axis, y_axis: what the two axes measure.
        series: name of a model -> points (x, y) in [0, 1].
        markers: whether each point is marked.
    """

    x_axis: str
    y_axis: str
    series: Mapping[str, tuple[tuple[float, float], ...]]
    markers: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of words below a header.

    Attributes:
        header: of the columns.
        rows: as many cells as the header has.
        shades: share of full colour of each cell, row by row; empty without colour.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shades: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Picture:
    """A JPEG picture, 1,600 px wide or more.

    Attributes:
        data: the file.
        width_px, height_px: its size.
        alt: what it shows, for those who cannot see it.
    """

    data: bytes
    width_px: int
    height_px: int
    alt: str


@dataclass(frozen=True)
class ModelMaps:
    """What one model says of a film.

    Attributes:
        name: of the model, as on all slides.
        run: its id.
        attributions: maps of one class or more, that of its answer among them.
        chosen: the class whose map is shown; "" for its answer.
    """

    name: str
    run: str
    attributions: tuple[Attribution, ...]
    chosen: str = ""

    @property
    def answer(self) -> Attribution:
        """The map of the class with the highest probability."""
        return max(self.attributions, key=lambda item: item.probability)

    @property
    def shown(self) -> Attribution:
        """The map of the class that was chosen; of the answer where there is none of that class."""
        chosen = (item for item in self.attributions if item.label == self.chosen)
        return next(chosen, self.answer)


@dataclass(frozen=True)
class Measure:
    """What a pixel of a film is.

    Attributes:
        block: pixels of the film's file on its side.
        spacing_mm: (row, column) distances of the file's pixels; None where it states none.
        spacing_from: which tag says so; "" without a spacing.
    """

    block: float = 1
    spacing_mm: tuple[float, float] | None = None
    spacing_from: str = ""


@dataclass(frozen=True)
class FilmMaps:
    """A film and what every model says of it.

    Attributes:
        film: uint8 (height, width), its longest side at most `MAX_FILM_PX`.
        caption: name, data set and label of the film, in a few words.
        synthetic: whether it was drawn, and shows nobody.
        models: one or more.
        label: of the data set; "" where it has none.
        drawn: on the film by hand.
        measure: what its pixels are.
    """

    film: UInt8Array
    caption: str
    synthetic: bool
    models: tuple[ModelMaps, ...]
    label: str = ""
    drawn: tuple[Annotation, ...] = ()
    measure: Measure = field(default_factory=Measure)


Drawable = Bars | Curves | Table | Picture
Block = Drawable | FilmMaps


@dataclass(frozen=True)
class Slide:
    """One slide.

    Attributes:
        title: the message, one line or two.
        notes: for the speaker, with where every figure comes from.
        lines: sentences, each a paragraph.
        blocks: charts, tables, pictures or films, side by side.
        footer: at its foot; "" for that of the deck.
    """

    title: str
    notes: str
    lines: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = field(default=())
    footer: str = ""


@dataclass(frozen=True)
class Deck:
    """All slides, and what stands at the foot of each.

    Attributes:
        slides: in order.
        footer: runs with the hashes of their weights, of slides that have no footer of their own.
    """

    slides: tuple[Slide, ...]
    footer: str
