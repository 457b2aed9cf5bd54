"""The cards of a run as files: Markdown, a page of HTML, and JSON."""

import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xray_core.errors import RunError
from xray_core.reports.card import model_card
from xray_core.reports.card_facts import facts_of
from xray_core.reports.checklists import ANSWERS, CHECKLISTS, fill, read_answers
from xray_core.reports.data_card import data_card
from xray_core.runs.store import Run

FORMATS = ("md", "html", "json")
KINDS = ("model-card", "data-card")

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;"
    "color:#1a2230;background:#fff}table{border-collapse:collapse;margin:1rem 0;display:block;"
    "overflow-x:auto}td,th{border:1px solid #ccd3dc;padding:.3rem .6rem;text-align:left;"
    "vertical-align:top}h1,h2{line-height:1.2}code{background:#f5f7fa}"
    "@media(prefers-color-scheme:dark){body{color:#e6eaf0;background:#0e1116}"
    "td,th{border-color:#3a434f}code{background:#161b22}a{color:#2fb5a8}}"
)


def card_text(run: Run, kind: str, ending: str) -> str:
    """A card of a finished run.

    Args:
        run: trained here.
        kind: one of `KINDS`.
        ending: one of `FORMATS`.

    Raises:
        RunError: the run has not finished, is a custom model, or a file of it is damaged.
    """
    if run.is_own or not run.finished:
        raise RunError(
            "Only of a run that was trained here to its end there is a card.",
            where=run.id,
            fix="Name another run.",
        )
    answers = read_answers(run.path / ANSWERS)
    text = model_card(run, answers) if kind == KINDS[0] else data_card(run)
    return _written_as(run, text, answers if kind == KINDS[0] else None, ending)


def _written_as(run: Run, text: str, answers: Mapping[str, str] | None, ending: str) -> str:
    if ending == "md":
        return text
    if ending == "html":
        return as_html(text)
    return json.dumps(as_json(run, text, answers), indent=1)


def write_cards(run: Run, folder: Path) -> list[Path]:
    """Both cards in all formats; returns the files.

    Raises:
        RunError: as `card_text`.
    """
    answers = read_answers(run.path / ANSWERS)
    cards = zip(KINDS, (card_text(run, kind, "md") for kind in KINDS), (answers, None), strict=True)
    texts = {
        f"{kind}.{ending}": _written_as(run, text, given, ending)
        for kind, text, given in cards
        for ending in FORMATS
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def as_html(text: str) -> str:
    """A card as one page without anything from elsewhere; its YAML is left out."""
    from markdown_it import MarkdownIt

    body = _without_front_matter(text)
    title = next(line[2:] for line in body.splitlines() if line.startswith("# "))
    page = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{page}</main></body></html>\n"
    )


def as_json(run: Run, text: str, answers: Mapping[str, str] | None) -> dict[str, Any]:
    """A card as its fields, its sections (title -> Markdown), and of a model its checklists."""
    import yaml

    fields, body = yaml.safe_load(text.split("---\n")[1]), _without_front_matter(text)
    parts = body.split("\n## ")
    split = [part.partition("\n") for part in parts[1:]]
    content: dict[str, Any] = {
        "run": run.id,
        "metadata": fields,
        "title": parts[0].splitlines()[0].removeprefix("# "),
        "summary": "\n".join(parts[0].splitlines()[1:]).strip(),
        "sections": {title: body.strip() for title, _, body in split},
    }
    if answers is not None:
        facts = facts_of(run)
        content["checklists"] = {
            name: [item.as_json() for item in fill(name, facts, answers)] for name in CHECKLISTS
        }
    return content


def _without_front_matter(text: str) -> str:
    return text.split("---\n", 2)[2].lstrip("\n")
