"""A deck as one HTML file: it needs nothing from elsewhere, films are shown by the app's viewer."""

import base64
import html
import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from xray_core.arrays import UInt8Array
from xray_core.data.decoding.images import Film
from xray_core.data.labels import label_title
from xray_core.evaluation.probability import probability_text
from xray_core.explain.shown import map_title
from xray_core.reports.deck.content import (
    Bars,
    Block,
    Curves,
    Deck,
    FilmMaps,
    ModelMaps,
    Slide,
    Table,
)
from xray_core.reports.deck.web_charts import bars_figure, curves_figure
from xray_core.viewer.annotation import annotations_data
from xray_core.viewer.scripts import SCRIPTS, joined
from xray_core.viewer.sent import Facts, film_data, film_map, settings_data

_PAGE = Path(__file__).parent / "page"
_WEBP_QUALITY = 82
_BUTTONS = (
    ("previous", "‹", "Previous slide (left arrow, page up)"),
    ("next", "›", "Next slide (right arrow, page down)"),
    ("theme", "Theme", "Light or dark (T)"),
    ("notes", "Notes", "Notes (N)"),
    ("presenter", "Presenter", "Notes, next slide and clock in a second window (P)"),
    ("blind", "Blind", "Blind mode: film, show of hands, answers, maps, label (H)"),
    ("laser", "Pointer", "A dot that follows the pointer (L)"),
    ("full", "Full screen", "Full screen (F)"),
    ("print", "Print", "Print, or save as PDF"),
)


def write_web_page(deck: Deck, path: Path, theme: str = "light") -> None:
    """Write a deck as one `.html` file that opens without a network.

    Args:
        deck: what to draw.
        path: of the file, which is replaced.
        theme: `light` or `dark`, until the reader turns it.

    Raises:
        OSError: no room or no right to write.
    """
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_parts(deck, theme))


def _parts(deck: Deck, theme: str) -> Iterator[str]:
    from plotly.offline import get_plotlyjs

    css = (SCRIPTS / "viewer.css").read_text("utf-8") + (_PAGE / "deck.css").read_text("utf-8")
    yield (
        f'<!DOCTYPE html>\n<html lang="en" data-theme="{theme}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{_text(deck.slides[0].title)}</title>\n<style>\n{css}</style>\n"
        f"<script>{get_plotlyjs()}</script>\n</head>\n<body>\n<main>\n"
    )
    for slide in deck.slides:
        yield _slide(slide, deck.footer)
    buttons = "".join(
        f'<button type="button" data-act="{act}" title="{title}" aria-label="{title}">{sign}'
        "</button>"
        for act, sign, title in _BUTTONS
    )
    yield (
        '</main>\n<footer class="deck-foot"><span id="runs"></span>'
        f'<span id="place"></span>{buttons}</footer>\n<div id="progress"></div>\n'
        f"{_json(settings_data() | {'what_if': False, 'edit': None, 'ahead': {}}, 'common')}\n"
        f'<script type="module">\n{joined(_PAGE / "deck.js")}</script>\n</body>\n</html>\n'
    )


def _slide(slide: Slide, footer: str) -> str:
    lines = "".join(f"<li>{_text(line)}</li>" for line in slide.lines)
    blocks = "".join(map(_block, slide.blocks))
    return (
        f'<section class="slide{"" if blocks else " words"}">\n<h1>{_text(slide.title)}</h1>\n'
        + (f'<ul class="lines">{lines}</ul>\n' if lines else "")
        + (f'<div class="blocks">{blocks}</div>\n' if blocks else "")
        + f'<aside class="notes" aria-label="Notes">{_text(slide.notes)}</aside>\n'
        f'<p class="sheet-foot">{_text(slide.footer or footer)}</p>\n</section>\n'
    )


def _block(block: Block) -> str:
    if isinstance(block, FilmMaps):
        return _film(block)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Bars | Curves):
        figure = bars_figure(block) if isinstance(block, Bars) else curves_figure(block)
        return f'<div class="chart"><div class="plot"></div>{_json(figure)}</div>'
    picture = f"data:image/jpeg;base64,{base64.b64encode(block.data).decode()}"
    return f'<figure><img src="{picture}" alt="{_text(block.alt)}"></figure>'


def _table(block: Table) -> str:
    head = "".join(f"<th>{_text(words)}</th>" for words in block.header)
    shades = block.shades or tuple((0.0,) * len(block.header) for _ in block.rows)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="--share: {share:.4f}">{_text(words)}</td>'
            for words, share in zip(row, shaded, strict=True)
        )
        + "</tr>"
        for row, shaded in zip(block.rows, shades, strict=True)
    )
    rows = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="table"><table>{rows}</table></div>'


def _film(block: FilmMaps) -> str:
    film = Film(block.film.astype(np.float32) / np.float32(255))
    maps = [
        film_map(item, model.run, model.name)
        for model in block.models
        for item in model.attributions
    ]
    facts = Facts(
        f"Chest film {block.caption}",
        block.caption,
        block.synthetic,
        spacing_mm=block.measure.spacing_mm,
        spacing_from=block.measure.spacing_from,
    )
    own = {"inks": annotations_data(block.drawn), "block": block.measure.block}
    picture = _picture(block.film)
    panes = "".join(map(_pane, block.models))
    return (
        f'<div class="film" data-label="{_text(block.label)}" '
        f'data-label-title="{_text(label_title(block.label) if block.label else "")}">'
        f'<img src="{picture}" alt=""><div class="closer"></div>'
        f'<div class="panes"><div class="pane alone">'
        f'<span class="said">{_text(block.caption)}</span></div>{panes}</div>'
        f"{_json(film_data('', film, maps, facts) | own)}</div>"
    )


def _pane(model: ModelMaps) -> str:
    """What a model answers, under the map that is shown: of its answer, or the class chosen."""
    answer, shown = model.answer, model.shown
    of_map = map_title(shown.method, shown.layer)
    if shown.label != answer.label:
        of_map += f" for {label_title(shown.label)}"
    return (
        f'<button type="button" class="pane" data-run="{_text(model.run)}" '
        f'data-label="{_text(shown.label)}"><span class="said"><small>{_text(model.name)}</small>'
        f"<b>{_text(label_title(answer.label))} {probability_text(answer.probability)}</b>"
        f'<small class="of-map">{_text(of_map)}</small></span></button>'
    )


def _picture(film: UInt8Array) -> str:
    buffer = io.BytesIO()
    Image.fromarray(film).save(buffer, "WEBP", quality=_WEBP_QUALITY)
    return f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _json(content: object, name: str = "") -> str:
    """Data for the scripts; no text in it can end the element."""
    text = json.dumps(content, separators=(",", ":")).replace("<", "\\u003c")
    place = f' id="{name}"' if name else ""
    return f'<script type="application/json"{place}>{text}</script>'


def _text(words: str) -> str:
    return html.escape(words)
