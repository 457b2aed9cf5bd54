"""Slides of a comparison: which model to use, and what is left of a score elsewhere."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from xray_core.errors import DataError
from xray_core.evaluation.compare import COMPARED, Comparison, compare_runs
from xray_core.evaluation.elsewhere import Test, kept_tests
from xray_core.evaluation.intervals import words_for
from xray_core.evaluation.same_films import MEAN
from xray_core.reports.comparison_words import (
    MEAN_WORDS,
    choice_words,
    p_words,
    rule_words,
    value_words,
)
from xray_core.reports.deck.content import Slide, Table
from xray_core.reports.deck.names import model_names, notes_of
from xray_core.runs.store import Run

_BY = "macro_f1"
_SCORE = "balanced_accuracy"
_MOST_ROWS = 10


def choice_slides(runs: Sequence[Run]) -> Iterator[Slide]:
    """Which model to use, and which can be told apart; nothing where nothing can be compared."""
    if len(runs) < 2:
        return
    with suppress(DataError):  # no test film in common
        yield _choice_slide(runs, compare_runs(runs))


def _choice_slide(runs: Sequence[Run], found: Comparison) -> Slide:
    named = zip((run.id for run in runs), model_names(runs), strict=True)
    names = dict(named) | {MEAN: MEAN_WORDS}
    rows = tuple(
        (
            f"{names[part.first]} - {names[part.second]}",
            value_words(part),
            p_words(part.holm).removeprefix("= "),
            "told apart" if part.distinguishable else "not distinguishable",
        )
        for part in found.differences[_BY]
    )
    return Slide(
        "Which model to use",
        notes_of(
            "predictions.csv of each run, on the films that all were tested on; as `compare` "
            f"prints it.\n{rule_words(_BY)}",
            runs,
        ),
        (choice_words(found, _BY, names), *found.films.notes),
        (Table(("Models", f"Difference in {COMPARED[_BY]}", "p (Holm)", ""), rows[:_MOST_ROWS]),),
    )


def external_slides(runs: Sequence[Run]) -> Iterator[Slide]:
    """Own test films against other data sets; nothing where no test elsewhere was kept."""
    tests = [
        (name, test)
        for name, run in zip(model_names(runs), runs, strict=True)
        for test in kept_tests(run)
    ]
    if not tests:
        return
    known = {source for _, test in tests for source in test["met"]}
    met = f"Other films of {', '.join(sorted(known))} trained the models." if known else ""
    yield Slide(
        "What is left of the score on other data sets",
        notes_of(
            "elsewhere.json of each run: balanced accuracy there, and on its own test films of the "
            "same classes; the difference with its 95 % interval.",
            runs,
        ),
        tuple(filter(None, ("Balanced accuracy, on films that the model never saw.", met))),
        (
            Table(
                ("Model", "Data set", "There", "Own, same classes", "Difference"),
                tuple(_external_row(name, test) for name, test in tests[:_MOST_ROWS]),
            ),
        ),
    )


def _external_row(name: str, test: Test) -> tuple[str, ...]:
    own, gap = (test["own"] or {}).get(_SCORE), test["gaps"].get(_SCORE)
    return (
        name,
        test["data"],
        words_for(test["scores"][_SCORE]),
        words_for(own) if own else "-",
        words_for(gap, "{:+.3f}".format, dash=" to ") if gap else "-",
    )
