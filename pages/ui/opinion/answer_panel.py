"""The answer: verdict in words, why it is not sure, and bars per model with the conformal set."""

import html
from collections.abc import Mapping, Sequence

import streamlit as st

from pages.ui.film.panel import class_order, probability_table, short_titles
from pages.ui.opinion.scope_panel import left_out
from pages.ui.shared.words import plain
from xray_core.data.labels import label_title
from xray_core.evaluation.probability import probability_text
from xray_core.opinion.opinion import Opinion
from xray_core.runs.store import Run
from xray_core.viewer.classes import class_colour

IN_SET = "in the 90 % set"


def answer_panel(opinion: Opinion, runs: Sequence[Run]) -> None:
    """Verdict, reasons, bars, and all classes folded.

    Args:
        opinion: of a film that was answered.
        runs: the models, in the order of their answers.
    """
    st.subheader(plain(opinion.verdict), anchor=False)
    for reason in opinion.reasons:
        st.markdown(f":material/help: {plain(reason)}")
    for note in left_out(opinion, opinion.reasons):
        st.caption(plain(note))
    titles = short_titles(runs)
    st.html(bars(opinion, [titles[run.id] for run in runs]))
    st.caption(_set_words(opinion))
    with st.expander("All classes, as the models give them"):
        probability_table(
            runs,
            {run.id: item.probabilities for run, item in zip(runs, opinion.models, strict=True)},
        )
        st.caption(
            "Over all classes of each model, also those that it never met in such a patient. "
            "A film of anything else still gets one of them."
        )


def bars(opinion: Opinion, titles: Sequence[str]) -> str:
    """The probabilities of the classes that can be answered, as an HTML table.

    Args:
        opinion: of a film that was answered.
        titles: of its models.
    """
    answers = list(zip(titles, opinion.models, strict=True))
    order = class_order([item.possible for item in opinion.models if item.possible])
    every = {label for item in opinion.models for label in item.probabilities}
    held = opinion.conformal_set or ()
    rows = []
    for label in order:
        colour = class_colour(label, every)
        chip = f'<span class="chip">{IN_SET}</span>' if label in held else ""
        mean = probability_text(opinion.mean[label]) if label in opinion.mean else ""
        name = html.escape(label_title(label))
        rows.append(
            f'<tr class="class"><th colspan="2"><span class="dot" style="background: {colour}">'
            f"</span>{name}{chip}</th><td>{mean}</td></tr>"
        )
        if len(answers) > 1 or not mean:
            rows += [_bar(title, item.restricted, label, colour) for title, item in answers]
        else:
            rows.append(_track("", opinion.mean[label], colour))
    return f'<table class="bars" aria-label="Probabilities">{"".join(rows)}</table>'


def _bar(title: str, values: Mapping[str, float], label: str, colour: str) -> str:
    if label not in values:
        return f"<tr><th>{html.escape(title)}</th><td>not one of its answers</td><td>–</td></tr>"
    return _track(title, values[label], colour)


def _track(title: str, value: float, colour: str) -> str:
    width = f"width: {100 * value:.1f}%; background: {colour}"
    number = probability_text(value) if title else ""
    return (
        f'<tr><th>{html.escape(title)}</th><td><div class="track"><i style="{width}"></i></div>'
        f"</td><td>{number}</td></tr>"
    )


def _set_words(opinion: Opinion) -> str:
    bold = "Bold: mean of the models. " if len(opinion.models) > 1 else ""
    if opinion.conformal_set is None:
        return f"{bold}No 90 % set: the films that it would rest on are not known."
    return (
        f"{bold}The 90 % set holds the true class of 9 in 10 films of each class, as long as "
        "films are like those that the models were checked on."
    )
