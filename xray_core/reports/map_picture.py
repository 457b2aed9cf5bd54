"""One picture of a film and its maps, the same wherever one is written.

Panes lettered A, B, C: the film, then every map over it with a contour. Under each map what it is
of, with a colour bar, its scale and its unit; at the foot one line with film, run, version and day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from string import ascii_uppercase

import numpy as np
from PIL import Image, ImageDraw, ImageOps
from skimage.measure import find_contours

from xray_core import __version__
from xray_core.arrays import Float32Array
from xray_core.data.decoding.images import to_uint8
from xray_core.data.labels import label_title
from xray_core.errors import ExplainError
from xray_core.evaluation.probability import probability_text
from xray_core.explain.attribution import Attribution
from xray_core.explain.overlay import (
    MIN_SHOWN_PROBABILITY,
    blue_orange,
    display_scale,
    inferno,
    overlay,
)
from xray_core.explain.shown import map_title
from xray_core.reports.annotations import draw_annotations
from xray_core.reports.deck.themes import THEMES, Theme
from xray_core.reports.lettering import fitting, letters
from xray_core.reports.research import RESEARCH_ONLY
from xray_core.viewer.annotation import Annotation

PANE_PX = 800
CONTOUR = 0.5
"""Share of a map's strongest place along which its contour is drawn."""

DPI = 300
RAW = "NPY"
_KINDS = {".png": "PNG", ".tif": "TIFF", ".tiff": "TIFF", ".npy": RAW}
MARGIN_PX, GAP_PX, LINE_PX, BAR_PX = 24, 24, 44, 26
_NAME, _SMALL = 34, 26
_WARNING = {"light": "8A5300", "dark": "E0A63A"}


@dataclass(frozen=True)
class MapPane:
    """A map beside the film.

    Attributes:
        attribution: raw map.
        model: what its model is called; "" where the caption names it.
        method: what the map is called; "" for its method and layer.
    """

    attribution: Attribution
    model: str = ""
    method: str = ""

    @property
    def name(self) -> str:
        """Class, probability and model."""
        item = self.attribution
        against = f" against {label_title(item.versus)}" if item.versus else ""
        said = f"{label_title(item.label)}{against} {probability_text(item.probability)}"
        return f"{said}, {self.model}" if self.model else said

    @property
    def title(self) -> str:
        """Method and layer."""
        return self.method or map_title(self.attribution.method, self.attribution.layer)


def map_kind(path: Path) -> str:
    """What a file of a map holds by its ending: `PNG`, `TIFF`, or `RAW` for the map itself.

    Raises:
        ExplainError: it is another; lists those that exist.
    """
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise ExplainError(
            f"Maps are written as {', '.join(_KINDS)}.", where=path.name, fix="Change the ending."
        )
    return kind


def caption_of(*facts: str) -> str:
    """The line at the foot: what is known of film and run, then version, day and purpose."""
    today = datetime.now(UTC).date().isoformat()
    return " · ".join([*filter(None, facts), f"ThoraxLens {__version__}", today, RESEARCH_ONLY])


def map_picture(
    film: Float32Array,
    panes: Sequence[MapPane],
    caption: str,
    *,
    theme: str = "dark",
    opacity: float = 0.6,
    warning: str = "",
    drawn: Sequence[Annotation] = (),
) -> Image.Image:
    """The picture, 1,600 px wide or more with one map.

    Args:
        film: float32 (height, width) in [0, 1].
        panes: maps of it, one or more.
        caption: at the foot, as `caption_of` gives it.
        theme: `light` or `dark`.
        opacity: of the strongest evidence, 0 to 1.
        warning: what was done to the film, above the caption; "" for nothing.
        drawn: on the film by hand, shown on every pane.
    """
    colours = THEMES[theme]
    pictures = film_panes(film, [pane.attribution for pane in panes], opacity=opacity)
    for picture in pictures:
        draw_annotations(picture, drawn)
    height = PANE_PX + 5 * LINE_PX + BAR_PX + (LINE_PX if warning else 0)
    width = len(pictures) * (PANE_PX + GAP_PX) - GAP_PX
    sheet = Sheet(width, height, colours)
    names = ["A  Film"]
    names += [f"{ascii_uppercase[n]}  {pane.name}" for n, pane in enumerate(panes, 1)]
    size = min(fitting(name, PANE_PX, _NAME, bold=True) for name in names)
    for place, (picture, name) in enumerate(zip(pictures, names, strict=True)):
        x = place * (PANE_PX + GAP_PX)
        sheet.pane(picture, x)
        sheet.write(name, (x, PANE_PX + 8), size, bold=True)
    _contour_key(sheet, PANE_PX + 2 * LINE_PX)
    for place, pane in enumerate(panes, 1):
        _legend(sheet, pane, place * (PANE_PX + GAP_PX), PANE_PX + LINE_PX)
    foot = height - LINE_PX
    if warning:
        amber = _WARNING[theme]
        sheet.write(warning, (0, foot - LINE_PX), fitting(warning, width, _SMALL), amber)
    sheet.write(caption, (0, foot), fitting(caption, width, _SMALL), colours.muted)
    return ImageOps.expand(sheet.image, MARGIN_PX, f"#{colours.back}")


def picture_bytes(picture: Image.Image, kind: str = "PNG") -> bytes:
    """A picture as a file of 300 dpi: `PNG`, or `TIFF` without loss."""
    buffer = BytesIO()
    more = {"compression": "tiff_lzw"} if kind == "TIFF" else {}
    picture.save(buffer, kind, dpi=(DPI, DPI), **more)
    return buffer.getvalue()


def film_panes(
    film: Float32Array,
    maps: Sequence[Attribution],
    side_px: int = PANE_PX,
    *,
    opacity: float = 0.6,
) -> list[Image.Image]:
    """The film alone, and under each map with its contour.

    Args:
        film: float32 (height, width) in [0, 1].
        maps: of it.
        side_px: longer side of the pictures.
        opacity: of the strongest evidence.
    """
    scale = side_px / max(film.shape)
    size = (max(1, round(film.shape[1] * scale)), max(1, round(film.shape[0] * scale)))
    resized = Image.fromarray(film).resize(size, Image.Resampling.BICUBIC)
    large = np.clip(np.asarray(resized, np.float32), 0, 1)
    panes = [Image.fromarray(to_uint8(large)).convert("RGB")]
    for attribution in maps:
        pane = Image.fromarray(overlay(large, attribution, opacity))
        _draw_contour(pane, display_scale(attribution))
        panes.append(pane)
    return panes


class Sheet:
    """A picture in the colours of a theme, written on in DejaVu Sans.

    Args:
        width, height: in pixels.
        colours: of the theme.
    """

    def __init__(self, width: int, height: int, colours: Theme) -> None:
        self.image = Image.new("RGB", (width, height), f"#{colours.back}")
        self.colours = colours
        self._draw = ImageDraw.Draw(self.image)

    def pane(self, picture: Image.Image, x: int) -> None:
        """A picture in the middle of a black square at the top."""
        self._draw.rectangle((x, 0, x + PANE_PX - 1, PANE_PX - 1), fill="#000000")
        corner = (x + (PANE_PX - picture.width) // 2, (PANE_PX - picture.height) // 2)
        self.image.paste(picture, corner)

    def write(
        self,
        words: str,
        at: tuple[int, int],
        size: int,
        colour: str = "",
        *,
        bold: bool = False,
        anchor: str = "la",
    ) -> None:
        """Words on one line; `anchor` is Pillow's."""
        fill = f"#{colour or self.colours.text}"
        self._draw.text(at, words, fill=fill, font=letters(size, bold=bold), anchor=anchor)

    def bar(self, x: int, y: int, width: int, *, signed: bool = False) -> None:
        """The colours of a map, from nothing to the strongest."""
        table = blue_orange() if signed else inferno()
        ramp = Image.fromarray(np.repeat(table[None], BAR_PX, axis=0))
        self.image.paste(ramp.resize((width, BAR_PX)), (x, y))

    def line(self, x: int, y: int, width: int) -> None:
        """A piece of a contour on black, for its key."""
        self._draw.rectangle((x, y, x + width, y + BAR_PX), fill="#000000")
        middle = y + BAR_PX // 2
        self._draw.line((x + 6, middle, x + width - 6, middle), fill="#FFFFFF", width=3)


def _contour_key(sheet: Sheet, y: int) -> None:
    sheet.line(0, y, 90)
    words = f"{CONTOUR:.2f} of a map's strongest place"
    sheet.write(words, (106, y - 4), fitting(words, PANE_PX - 106, _SMALL), sheet.colours.muted)


def _legend(sheet: Sheet, pane: MapPane, x: int, y: int) -> None:
    """What a map is called, and its colours with scale and unit, or why none is shown."""
    item, muted = pane.attribution, sheet.colours.muted
    sheet.write(pane.title, (x, y + 8), fitting(pane.title, PANE_PX, _SMALL), muted)
    y += LINE_PX
    if why := _not_shown(item):
        sheet.write(why, (x, y + 4), fitting(why, PANE_PX, _SMALL), muted)
        return
    sheet.bar(x, y, PANE_PX, signed=item.signed)
    y += BAR_PX + 8
    ticks = list(_ticks(item))
    size = fitting("   ".join(words for words, *_ in ticks), PANE_PX, _SMALL)
    for words, at, anchor in ticks:
        sheet.write(words, (x + round(at * PANE_PX), y), size, anchor=anchor)


def _ticks(item: Attribution) -> Iterator[tuple[str, float, str]]:
    """What stands below the bar: full colour is the strongest place at a probability of 1."""
    peak = f"{float(np.abs(item.values).max()) / item.probability:.3g}"
    if not item.signed:
        yield "0", 0, "la"
        yield f"{peak} {item.unit}, scaled by probability", 1, "ra"
        return
    other = label_title(item.versus) if item.versus else "against"
    yield f"-{peak}, {other}", 0, "la"
    yield "0", 0.5, "ma"
    yield f"{peak} {item.unit}, {label_title(item.label)}", 1, "ra"


def _not_shown(item: Attribution) -> str:
    if item.is_flat:
        return "Nothing speaks for the class anywhere."
    if item.probability < MIN_SHOWN_PROBABILITY:
        return "Probability too low to show where."
    return ""


def _draw_contour(pane: Image.Image, scaled: Float32Array) -> None:
    """Along half of the strongest place, of a signed map on both sides."""
    peak = float(np.abs(scaled).max())
    if peak <= 0:
        return
    large = Image.fromarray(scaled).resize(pane.size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(pane)
    for line in find_contours(np.abs(np.asarray(large)), CONTOUR * peak):
        draw.line([(float(x), float(y)) for y, x in line], fill="#FFFFFF", width=3)
