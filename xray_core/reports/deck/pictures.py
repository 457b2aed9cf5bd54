"""Pictures for slides: one film under all models, and mean maps of all classes; one style."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from string import ascii_uppercase

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from skimage.measure import find_contours

from xray_core.arrays import Float32Array
from xray_core.data.decoding.images import to_uint8
from xray_core.data.labels import label_title, order_labels
from xray_core.evaluation.probability import probability_text
from xray_core.explain.attribution import Attribution
from xray_core.explain.explained import ExplainedFilms
from xray_core.explain.overlay import display_scale, inferno, overlay
from xray_core.patterns.films import choose_rows, film_table
from xray_core.patterns.means import MeanMap, boxes_of, mean_map
from xray_core.patterns.picture import UNIT, mean_lungs, mean_picture, top_of
from xray_core.reports.deck.content import FilmMaps, Picture

Mean = Mapping[str, tuple[MeanMap | None, Float32Array]]
PANE_PX = 800
CONTOUR = 0.5
"""Share of a map's strongest place along which its contour is drawn."""

_MEAN_PX = 480
_LINE_PX, _GAP_PX, _BAR_PX = 64, 16, 28
_BACK, _TEXT, _MUTED = "#000000", "#E6EAF0", "#8B95A3"


def film_picture(shown: FilmMaps) -> Picture:
    """A film, and beside it the map of every model for its own answer, or the class chosen."""
    maps = [(model.name, model.shown) for model in shown.models]
    film = shown.film.astype(np.float32) / np.float32(255)
    panes = film_panes(film, [attribution for _, attribution in maps])
    words = ["Film"] + [
        f"{name}: {label_title(item.label)} {probability_text(item.probability)}"
        for name, item in maps
    ]
    columns = len(panes)
    width = columns * PANE_PX + (columns - 1) * _GAP_PX
    sheet = Image.new("RGB", (width, PANE_PX + 3 * _LINE_PX + _BAR_PX), _BACK)
    for place, (pane, line) in enumerate(zip(panes, words, strict=True)):
        x = place * (PANE_PX + _GAP_PX)
        corner = (x + (PANE_PX - pane.width) // 2, (PANE_PX - pane.height) // 2)
        sheet.paste(pane, corner)
        _write(sheet, (x, PANE_PX + 6), f"{ascii_uppercase[place]}  {line}", PANE_PX)
    key = f"white line: {CONTOUR:.2f} of the map's strongest place"
    _legend(sheet, PANE_PX + _LINE_PX + 8, "strongest place of a map, at probability 1", key)
    return _picture(sheet, f"A film and {columns - 1} maps. {'; '.join(words[1:])}")


def film_panes(
    film: Float32Array, maps: Sequence[Attribution], side_px: int = PANE_PX
) -> list[Image.Image]:
    """The film alone, and under each map with its contour.

    Args:
        film: float32 (height, width) in [0, 1].
        maps: of it.
        side_px: longer side of the pictures.
    """
    scale = side_px / max(film.shape)
    size = (max(1, round(film.shape[1] * scale)), max(1, round(film.shape[0] * scale)))
    resized = Image.fromarray(film).resize(size, Image.Resampling.BICUBIC)
    large = np.clip(np.asarray(resized, np.float32), 0, 1)
    panes = [Image.fromarray(to_uint8(large)).convert("RGB")]
    for attribution in maps:
        pane = Image.fromarray(overlay(large, attribution))
        _draw_contour(pane, display_scale(attribution))
        panes.append(pane)
    return panes


def mean_maps(grid: Mapping[str, Mean], behind: str = "mean lungs") -> Picture | None:
    """Mean maps of all classes: models in rows, classes in columns, on one scale.

    Args:
        grid: name of a model -> class -> its mean map, None without evidence, and what lies behind.
        behind: what that is, in words.

    Returns:
        None without any model.
    """
    if not grid:
        return None
    labels = order_labels({label for row in grid.values() for label in row})
    top = top_of([mean for row in grid.values() for mean, _ in row.values()])
    step = _MEAN_PX + _GAP_PX
    width = max(1600, (len(labels) + 1) * step)
    height = len(grid) * (step + _LINE_PX) + 2 * _LINE_PX + _BAR_PX
    sheet = Image.new("RGB", (width, height), _BACK)
    longest = max((f"{label_title(label)}, n = 8,888" for label in labels), key=len)
    y = 0
    for letter, (name, row) in zip(ascii_uppercase, grid.items(), strict=False):
        words = textwrap.wrap(f"{letter}  {name}", 20)
        for place, line in enumerate(words):
            _write(sheet, (0, y + place * _LINE_PX), line, _MEAN_PX)
        for column, label in enumerate(labels, 1):
            if label not in row:
                continue
            mean, back = row[label]
            picture = Image.fromarray(mean_picture(back, mean, top))
            sheet.paste(picture.resize((_MEAN_PX, _MEAN_PX)), (column * step, y))
            words_below = f"{label_title(label)}, n = {mean.n if mean else 0:,}"
            _write(sheet, (column * step, y + _MEAN_PX + 2), words_below, _MEAN_PX, longest)
        y += step + _LINE_PX
    _legend(sheet, y + 8, f"{top:.1f} {UNIT}", f"grey: {behind}")
    return _picture(sheet, f"Mean maps of {', '.join(grid)} for {', '.join(labels)}")


def means_of(stored: ExplainedFilms) -> Mean:
    """The mean map of every class over the films of that label, behind it their mean lungs."""
    table = film_table(stored)
    found = {}
    for label in stored.classes:
        rows = choose_rows(table, label)
        known = np.array([row for row in rows if stored.lungs[row].any()], np.intp)
        back = mean_lungs(stored.lungs[known], boxes_of(stored, known))
        found[label] = (mean_map(stored, rows, label), back)
    return found


def _draw_contour(pane: Image.Image, scaled: Float32Array) -> None:
    peak = float(scaled.max())
    if peak <= 0:
        return
    large = Image.fromarray(scaled).resize(pane.size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(pane)
    for line in find_contours(np.asarray(large), CONTOUR * peak):
        draw.line([(float(x), float(y)) for y, x in line], fill="#FFFFFF", width=3)


def _write(
    sheet: Image.Image, place: tuple[int, int], words: str, room: int, longest: str = ""
) -> None:
    """Words in the largest font in which they, or the longest of their kind, have room."""
    draw = ImageDraw.Draw(sheet)
    draw.text(place, words, fill=_TEXT, font=_font(draw, longest or words, room))


def _font(draw: ImageDraw.ImageDraw, words: str, room: int) -> ImageFont.FreeTypeFont:
    """The largest font in which the words fit."""
    *_, smallest = fonts = list(_fonts())
    fits = (font for font in fonts if draw.textlength(words, font=font) <= room)
    return next(fits, smallest)


def _fonts() -> Iterator[ImageFont.FreeTypeFont]:
    for size in range(52, 11, -2):
        font = ImageFont.load_default(size)
        assert isinstance(font, ImageFont.FreeTypeFont)
        yield font


def _legend(sheet: Image.Image, y: int, end: str, key: str) -> None:
    """A colour bar with its scale, and what else is drawn."""
    width = sheet.width // 2
    ramp = Image.fromarray(np.repeat(inferno()[None], _BAR_PX, axis=0)).resize((width, _BAR_PX))
    sheet.paste(ramp, (0, y))
    draw = ImageDraw.Draw(sheet)
    font = _font(draw, end + key, width)
    draw.text((0, y + _BAR_PX + 4), "0", fill=_TEXT, font=font)
    draw.text((width, y + _BAR_PX + 4), end, fill=_TEXT, font=font, anchor="ra")
    draw.text((width + 2 * _GAP_PX, y), key, fill=_MUTED, font=font)


def _picture(sheet: Image.Image, alt: str) -> Picture:
    buffer = BytesIO()
    sheet.save(buffer, "JPEG", quality=88)
    return Picture(buffer.getvalue(), sheet.width, sheet.height, alt)
