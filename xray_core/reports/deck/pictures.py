"""Pictures for slides: one film under all models, and mean maps of all classes."""

import textwrap
from collections.abc import Mapping
from io import BytesIO
from string import ascii_uppercase

import numpy as np
from PIL import Image

from xray_core.arrays import Float32Array
from xray_core.data.labels import label_title, order_labels
from xray_core.explain.explained import ExplainedFilms
from xray_core.patterns.films import choose_rows, film_table
from xray_core.patterns.means import MeanMap, boxes_of, mean_map
from xray_core.patterns.picture import UNIT, mean_lungs, mean_picture, top_of
from xray_core.reports.deck.content import FilmMaps, Picture
from xray_core.reports.deck.themes import THEMES
from xray_core.reports.lettering import fitting
from xray_core.reports.map_picture import (
    BAR_PX,
    GAP_PX,
    MapPane,
    Sheet,
    caption_of,
    map_picture,
)
from xray_core.viewer.annotation import annotation_words

Means = Mapping[str, tuple[MeanMap | None, Float32Array]]
"""Class -> its mean map, None without evidence, and what lies behind it."""

_MEAN_PX, _LINE_PX, _WORDS = 480, 64, 40


def film_picture(shown: FilmMaps, theme: str) -> Picture:
    """A film, and beside it the map of every model for its own answer, or the class chosen."""
    panes = [MapPane(model.shown, model.name) for model in shown.models]
    film = shown.film.astype(np.float32) / np.float32(255)
    caption = caption_of(shown.caption)
    picture = map_picture(film, panes, caption, theme=theme, drawn=shown.drawn)
    names = "; ".join(pane.name for pane in panes)
    said = filter(None, (f"A film and {len(panes)} maps", names, annotation_words(shown.drawn)))
    return _picture(picture, ". ".join(said))


def mean_maps(grid: Mapping[str, Means], behind: str = "mean lungs") -> Picture | None:
    """Mean maps of all classes: models in rows, classes in columns, on one scale.

    Args:
        grid: name of a model -> its mean maps.
        behind: what lies behind them, in words.

    Returns:
        None without any model.
    """
    if not grid:
        return None
    labels = order_labels({label for row in grid.values() for label in row})
    top = top_of([mean for row in grid.values() for mean, _ in row.values()])
    step = _MEAN_PX + GAP_PX
    width = max(1600, (len(labels) + 1) * step)
    height = len(grid) * (step + _LINE_PX) + 2 * _LINE_PX + BAR_PX
    sheet = Sheet(width, height, THEMES["dark"])
    longest = max((f"{label_title(label)}, n = 8,888" for label in labels), key=len)
    size = fitting(longest, _MEAN_PX, _WORDS)
    y = 0
    for letter, (name, row) in zip(ascii_uppercase, grid.items(), strict=False):
        for place, line in enumerate(textwrap.wrap(f"{letter}  {name}", 20)):
            sheet.write(line, (0, y + place * _LINE_PX), _WORDS)
        for column, label in enumerate(labels, 1):
            if label not in row:
                continue
            mean, back = row[label]
            picture = Image.fromarray(mean_picture(back, mean, top))
            sheet.image.paste(picture.resize((_MEAN_PX, _MEAN_PX)), (column * step, y))
            words = f"{label_title(label)}, n = {mean.n if mean else 0:,}"
            sheet.write(words, (column * step, y + _MEAN_PX + 2), size)
        y += step + _LINE_PX
    _legend(sheet, y + 8, f"{top:.1f} {UNIT}", f"grey: {behind}")
    return _picture(sheet.image, f"Mean maps of {', '.join(grid)} for {', '.join(labels)}")


def means_of(stored: ExplainedFilms) -> Means:
    """The mean map of every class over the films of that label, behind it their mean lungs."""
    table = film_table(stored)
    found = {}
    for label in stored.classes:
        rows = choose_rows(table, label)
        known = np.array([row for row in rows if stored.lungs[row].any()], np.intp)
        back = mean_lungs(stored.lungs[known], boxes_of(stored, known))
        found[label] = (mean_map(stored, rows, label), back)
    return found


def _legend(sheet: Sheet, y: int, end: str, key: str) -> None:
    """A colour bar with its scale, and what else is drawn."""
    width = sheet.image.width // 2
    sheet.bar(0, y, width)
    sheet.write("0", (0, y + BAR_PX + 6), _WORDS)
    sheet.write(end, (width, y + BAR_PX + 6), _WORDS, anchor="ra")
    sheet.write(key, (width + 2 * GAP_PX, y), _WORDS, sheet.colours.muted)


def _picture(sheet: Image.Image, alt: str) -> Picture:
    buffer = BytesIO()
    sheet.save(buffer, "JPEG", quality=88)
    return Picture(buffer.getvalue(), sheet.width, sheet.height, alt)
