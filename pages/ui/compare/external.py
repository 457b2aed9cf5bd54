"""Own test films against elsewhere: what is left of a score on data sets that were kept."""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from pages.ui.compare.charts import bars_of, whiskers
from pages.ui.compare.film_link import film_link
from pages.ui.compare.within_source import SAME_SOURCE, same_source_words
from pages.ui.shared.figures import (
    Shown,
    rows_line,
    show_chart,
    show_table,
    shown_rows,
    table_block,
)
from pages.ui.shared.folded import folded
from pages.ui.shared.notices import error_words
from pages.ui.shared.words import count, films, interval, plain
from xray_core.data.labels import label_title
from xray_core.errors import RunError
from xray_core.evaluation.elsewhere import Test, kept_tests
from xray_core.evaluation.intervals import Score, words_for
from xray_core.evaluation.probability import probability_text
from xray_core.runs.store import Run
from xray_core.wording import join

SCORE = "balanced_accuracy"
_AXIS = "Balanced accuracy"
OWN = "Own test films"
_TITLE = "Own test films against elsewhere"
_HOW = "python -m xray_core evaluate --run {} --data DATA --keep"

Names = Mapping[str, str]
Tests = Mapping[str, Sequence[Test]]


def external_panel(runs: tuple[Run, ...], names: Names) -> None:
    """The chart, and a table with its figures; how to get one where no test was kept.

    Args:
        runs: to compare.
        names: run id -> display name.
    """
    tests = _tests_of(runs)
    st.subheader(_TITLE, anchor=False)
    if not any(tests.values()):
        st.caption(
            "Here every model's score on its own test films will stand beside its score on other "
            "data sets. None was kept yet: test a model elsewhere with"
        )
        st.code(_HOW.format(runs[0].id), language="bash", wrap_lines=True)
        return
    st.caption(
        "Balanced accuracy: the mean over the classes of the share that is called so. Below its "
        "own score over all classes, each model on films of elsewhere and on its own test films of "
        "the same classes."
    )
    scores = external_scores(runs, tests)
    lines = tuple(cautions(runs, tests))
    show_chart(
        whiskers(scores, names, _AXIS),
        Shown(_TITLE, runs, partial(bars_of, scores, runs, _AXIS), lines=lines),
        key="compare_external",
        alt="; ".join(
            f"{names[run_id]}, {row}: {interval(score)}"
            for run_id, part in scores.items()
            for row, score in part.items()
        ),
    )
    frame = external_frame(runs, tests, names)
    columns = ("Model", "Elsewhere", "Classes", "There", "Own, same classes", "Difference")
    shown = Shown(
        "Scores elsewhere", runs, partial(table_block, frame, columns), lines=rows_line(frame)
    )
    show_table(frame, shown, key="compare_elsewhere", alt="Scores elsewhere and on own test films")
    for words in lines:
        st.caption(plain(words))
    _worst(runs, tests, names)


def _worst(runs: tuple[Run, ...], tests: Tests, names: Names) -> None:
    """The films of elsewhere that each model is most wrong about."""
    frame, codes = worst_frame(runs, tests, names)
    if frame.empty:
        return
    title = "Films of elsewhere that the models are most wrong about"
    with folded(title, "compare_worst_fold") as is_open:
        if is_open:
            title = "Wrong elsewhere with the highest probability"
            shown = shown_rows(title, runs, frame)
            event = show_table(
                frame,
                shown,
                key="compare_worst",
                alt=title,
                on_select="rerun",
                selection_mode="single-row",
            )
            film_link(event, codes)


def worst_frame(runs: Sequence[Run], tests: Tests, names: Names) -> tuple[pd.DataFrame, list[str]]:
    """One row per model, data set and film, for display; and the codes of the films."""
    rows = [
        (names[run.id], test["data"], film)
        for run in runs
        for test in tests[run.id]
        for film in test.get("worst", ())
    ]
    frame = pd.DataFrame(
        [
            {
                "Model": name,
                "Elsewhere": data,
                "Label": label_title(film["label"]),
                "Answer": f"{label_title(film['answer'])} {probability_text(film['probability'])}",
                "Film": film["id"],
            }
            for name, data, film in rows
        ]
    )
    return frame, [film["id"] for _, _, film in rows]


def _tests_of(runs: Sequence[Run]) -> Tests:
    """Run id -> its kept tests; a damaged file is said in a line."""
    found: dict[str, tuple[Test, ...]] = {}
    for run in runs:
        found[run.id] = ()
        try:
            found[run.id] = kept_tests(run)
        except RunError as error:
            st.caption(error_words(error))
    return found


def external_scores(runs: Sequence[Run], tests: Tests) -> dict[str, dict[str, Score | None]]:
    """Run id -> row -> score, rows in the order in which they are drawn.

    The own score over all classes; then, for every choice of classes that has films elsewhere, the
    own score on these and the scores there.
    """
    chosen: dict[str, list[str]] = {}
    for test in (test for part in tests.values() for test in part):
        places = chosen.setdefault(classes_of(test), [])
        if test["data"] not in places:
            places.append(test["data"])
    found = {}
    for run in runs:
        mine = {(classes_of(test), test["data"]): test for test in tests[run.id]}
        rows: dict[str, Score | None] = {OWN: run.scores()[SCORE]}
        for classes, places in chosen.items():
            same = [mine[classes, data] for data in places if (classes, data) in mine]
            rows[f"{OWN}: {classes}"] = (same[0]["own"] or {}).get(SCORE) if same else None
            for data in places:
                known = mine.get((classes, data))
                rows[f"{data}: {classes}"] = known["scores"][SCORE] if known else None
        found[run.id] = rows
    return found


def external_frame(runs: Sequence[Run], tests: Tests, names: Names) -> pd.DataFrame:
    """One row per model and data set, for display."""
    return pd.DataFrame(
        [
            {
                "Model": names[run.id],
                "Elsewhere": test["data"],
                "Classes": classes_of(test),
                "There": interval(test["scores"][SCORE]),
                "Own, same classes": interval((test["own"] or {}).get(SCORE)),
                "Difference": words_for(
                    test["gaps"].get(SCORE), "{:+.2f}".format, dash=" to ", nothing="–"
                ),
                SAME_SOURCE: same_source_words(test["scores"]),
                "Films": count(test["scores"]["n"]),
            }
            for run in runs
            for test in tests[run.id]
        ]
    )


def cautions(runs: Sequence[Run], tests: Tests) -> list[str]:
    """Notes on each data set, a sentence each: which of it is not from elsewhere."""
    found: dict[str, None] = {}
    for run in runs:
        for test in tests[run.id]:
            n, own, met = test["scores"]["n"], test["n_own"], test["met"]
            words = []
            if own:
                words.append(f"{count(own)} of {films(n)} are among the own test films, too")
            if met:
                sources = join([source or "not stated" for source in met])
                words.append(f"other films of the same source ({sources}) trained the models")
            if words:
                found[f"{test['data']}: {'; '.join(words)}."] = None
    return list(found)


def classes_of(test: Test) -> str:
    """The classes that have films there, in words."""
    return ", ".join(map(label_title, test["classes"]))
