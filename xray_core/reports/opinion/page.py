"""An opinion as a page to read: every word and picture of it, in its order."""

import re
from collections import Counter
from io import BytesIO

import numpy as np
from PIL import Image

from xray_core import __version__
from xray_core.arrays import UInt8Array
from xray_core.data.labels import label_title, order_labels
from xray_core.evaluation.probability import probability_text
from xray_core.explain.overlay import blue_orange, inferno
from xray_core.explain.shown import map_title
from xray_core.opinion.gate.result import PASSED
from xray_core.opinion.opinion import ModelAnswer, Opinion, Probabilities
from xray_core.reports.deck.content import Table
from xray_core.reports.map_picture import CONTOUR, film_panes
from xray_core.reports.opinion.content import (
    Bar,
    Legend,
    OpinionReport,
    Pane,
    ReportPage,
    Section,
)

_FILM_PX, _MAP_PX = 1200, 700
NO_MAP = "No map is shown: the answer is not sure, and a map would look like one."
IN_SET = "90 % set"
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_GROUPS = {"adult": "Adult", "child": "Child", "": "Age group not known"}
_NONE = "–"
_SET_WORDS = (
    "Filled: classes of the 90 % set. It holds the true class of 9 in 10 films of each class, as "
    "long as films are like those that the models were checked on."
)
_NO_SET = "No 90 % set: the films that it would rest on are not known."


def page_of(report: OpinionReport) -> ReportPage:
    """What PDF and HTML say of one film; of a stopped one no class and no map."""
    opinion = report.opinion
    names = model_names(opinion)
    film, *maps = _panes(report, names)
    several = len(opinion.models) > 1
    return ReportPage(
        name=_literal(opinion.name) or "Film",
        about=_about(report),
        warning=opinion.gate.overridden_words,
        verdict=opinion.verdict if opinion.answered else "No answer for this film",
        reasons=_reasons(opinion),
        bars=_bars(opinion),
        bars_note=_bars_note(opinion, several=several),
        beside=_told(_beside(opinion)),
        film=film,
        maps=tuple(maps),
        legend=_legend(opinion) if maps else None,
        tables=_tables(opinion, names),
        sections=_told(_sections(report)),
        footer=_footer(opinion, names),
    )


def model_names(opinion: Opinion) -> tuple[str, ...]:
    """The title of each model; where two have the same, followed by the run's id."""
    counts = Counter(answer.title for answer in opinion.models)
    return tuple(
        _literal(answer.title if counts[answer.title] == 1 else f"{answer.title} {answer.run_id}")
        for answer in opinion.models
    )


def _literal(text: str) -> str:
    """A text from outside on one line, without characters that turn or hide others."""
    text = _UNSEEN.sub("\ufffd", text)
    return " ".join(text.split())


def _about(report: OpinionReport) -> tuple[str, ...]:
    opinion = report.opinion
    time = report.time.isoformat(sep=" ", timespec="minutes")
    patient = tuple(f"{name}: {_literal(value)}" for name, value in report.tags)
    return (f"{_GROUPS[opinion.age_group]} · {time}", *patient)


def _reasons(opinion: Opinion) -> tuple[str, ...]:
    """Why it is not sure, without the sentence of the gate, which stands above it."""
    if not opinion.answered:
        return tuple(f"{item.words} {item.advice}".strip() for item in opinion.gate.stopping)
    return tuple(words for words in opinion.reasons if words != opinion.gate.overridden_words)


def _bars(opinion: Opinion) -> tuple[Bar, ...]:
    held = opinion.conformal_set or ()
    return tuple(
        Bar(
            label_title(label),
            opinion.mean[label],
            probability_text(opinion.mean[label]),
            label in held,
        )
        for label in order_labels(set(opinion.mean))
    )


def _bars_note(opinion: Opinion, *, several: bool) -> str:
    if not opinion.mean:
        return ""
    mean = "Mean of the models. " if several else ""
    return mean + (_NO_SET if opinion.conformal_set is None else _SET_WORDS)


def _panes(report: OpinionReport, names: tuple[str, ...]) -> list[Pane]:
    opinion = report.opinion
    shown = [
        (name, answer, answer.attribution)
        for name, answer in zip(names, opinion.models, strict=True)
        if opinion.shows_maps and answer.attribution is not None
    ]
    pixels = report.film.pixels
    (film,) = film_panes(pixels, [], _FILM_PX)
    size = f"{pixels.shape[1]:,} × {pixels.shape[0]:,} pixels"
    panes = [_pane(film, "The film", "Film", (size,))]
    pictures = film_panes(pixels, [item for *_, item in shown if item], _MAP_PX)[1:]
    for picture, (name, answer, _) in zip(pictures, shown, strict=True):
        title = f"{name}: {_class_words(answer)}"
        panes.append(_pane(picture, f"Map of {title}", title, _map_lines(answer)))
    return panes


def _pane(picture: Image.Image, alt: str, title: str, lines: tuple[str, ...]) -> Pane:
    return Pane(_jpeg(picture), picture.width, picture.height, alt, title, lines)


def _class_words(answer: ModelAnswer) -> str:
    return f"{label_title(answer.label)} {probability_text(answer.restricted[answer.label])}"


def _map_lines(answer: ModelAnswer) -> tuple[str, ...]:
    """Method and layer of a map, how far it can be trusted, and where its evidence lies."""
    word, why = answer.trust
    sentence = f" {why}" if word in ("doubtful", "poor") else ""
    trust = f"Trust: {word}.{sentence}" if word else "Trust: not measured."
    where = f"The map {answer.zones}." if answer.zones else ""
    return tuple(filter(None, (map_title(answer.method, answer.layer), trust, where)))


def _legend(opinion: Opinion) -> Legend:
    signed = any(item.attribution and item.attribution.signed for item in opinion.models)
    colours = blue_orange() if signed else inferno()
    low = "against the class" if signed else "0"
    end = "for the class" if signed else "strongest place of a map, at probability 1"
    key = f"White line: {CONTOUR:.2f} of the map's strongest place."
    return Legend(_jpeg(_ramp(colours)), low, end, key)


def _ramp(colours: UInt8Array) -> Image.Image:
    return Image.fromarray(np.repeat(colours[None], 16, axis=0)).resize((1024, 32))


def _jpeg(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def _tables(opinion: Opinion, names: tuple[str, ...]) -> tuple[Section, ...]:
    """Probabilities among the classes that the models met, and the raw ones where they differ."""
    if not opinion.models:
        return ()
    columns = [(name, item.restricted) for name, item in zip(names, opinion.models, strict=True)]
    if opinion.mean and len(columns) > 1:
        columns.insert(0, ("Mean", opinion.mean))
    sections = []
    if any(values for _, values in columns):
        held = opinion.conformal_set
        sections.append(_table("Among the classes that the models met", columns, held))
    if any(item.never_met for item in opinion.models):
        raw = [(name, item.probabilities) for name, item in zip(names, opinion.models, strict=True)]
        sections.append(_table("All classes, as each model gives them", raw))
    return tuple(sections)


def _table(
    title: str, columns: list[tuple[str, Probabilities]], held: tuple[str, ...] | None = None
) -> Section:
    labels = order_labels({label for _, values in columns for label in values})
    rows = tuple(
        (
            label_title(label),
            *((("yes" if label in held else "no"),) if held is not None else ()),
            *(probability_text(item[label]) if label in item else _NONE for _, item in columns),
        )
        for label in labels
    )
    in_set = (IN_SET,) if held is not None else ()
    return Section(title, table=Table(("", *in_set, *(name for name, _ in columns)), rows))


def _told(sections: list[Section]) -> tuple[Section, ...]:
    return tuple(section for section in sections if section.lines)


def _beside(opinion: Opinion) -> list[Section]:
    gate = [f"{item.words} {item.advice}".strip() for item in opinion.gate.notes]
    if opinion.gate.passed:
        gate.insert(0, f"{PASSED}.")
    return [
        Section("Gate", tuple(gate)),
        Section("What the models never met", _never_met(opinion)),
    ]


def _sections(report: OpinionReport) -> list[Section]:
    opinion, word = report.opinion, report.word
    said: tuple[str, ...] = ()
    if word:
        when = f"{word.time:%Y-%m-%d %H:%M}"
        sentence = _literal(word.sentence)
        said = (f"{word.decision.capitalize()} on {when}: {sentence}", _literal(word.comment))
    return [
        Section("Maps", () if opinion.shows_maps or not opinion.models else (NO_MAP,)),
        Section("Of 100 patients like this one", tuple(filter(None, (report.frequencies,)))),
        Section("Similar films", _similar(opinion)),
        Section("How the film was read", report.film.notes),
        Section("The reader's assessment", tuple(filter(None, said))),
        Section("Comment", tuple(filter(None, map(_literal, report.comment.splitlines())))),
    ]


def _similar(opinion: Opinion) -> tuple[str, ...]:
    if not opinion.similar:
        return ()
    near = opinion.similar.as_json()["films"]
    assert isinstance(near, list)
    films = [f"{label_title(film['label'])} ({film['distance']:.2f})" for film in near]
    lead = f"To {opinion.similar.model}, by distance: "
    return (lead + ", ".join(films) + ".", *opinion.similar.words)


def _never_met(opinion: Opinion) -> tuple[str, ...]:
    if not opinion.models:
        return ()
    return opinion.notes or ("Each model met every one of its classes in such patients.",)


def _footer(opinion: Opinion, names: tuple[str, ...]) -> str:
    models = [
        f"{name} ({answer.run_id}, weights {answer.weights or 'not known'})"
        for name, answer in zip(names, opinion.models, strict=True)
    ]
    return " · ".join((f"ThoraxLens {__version__}", *models, f"film {opinion.film_id}"))
