"""Which of the chosen models to use, and which of them can be told apart at all."""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from pages.ui.compare.cache import compared
from pages.ui.compare.charts import difference_bars, differences
from pages.ui.compare.disagreement import letter_of
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
from pages.ui.shared.words import count, interval, plain
from xray_core.errors import DataError
from xray_core.evaluation.compare import COMPARED, Comparison, choose
from xray_core.evaluation.difference import Difference
from xray_core.evaluation.same_films import MEAN
from xray_core.reports.comparison_words import (
    MEAN_WORDS,
    choice_words,
    difference_words,
    p_words,
    question_title,
    rule_words,
    value_words,
)
from xray_core.reports.deck.names import model_names
from xray_core.runs.store import Run

Names = Mapping[str, str]


def answer_panel(runs: tuple[Run, ...], names: Names, by: str) -> None:
    """Which model to use, in a sentence, and its rule; nothing for one model.

    Args:
        runs: to compare.
        names: run id -> display name.
        by: score that decides.
    """
    if len(runs) < 2:
        return
    try:
        found = compared(runs)
    except DataError as error:
        st.caption(error_words(error))
        return
    st.markdown(f"**{plain(choice_words(found, by, {**names, MEAN: MEAN_WORDS}))}**")
    st.caption(plain(" ".join([rule_words(by), *found.films.notes])))


def told_apart_panel(runs: tuple[Run, ...], names: Names, by: str) -> None:
    """The differences of every two models, or why there are none.

    Args:
        runs: to compare, two or more.
        names: run id -> display name.
        by: score whose differences are drawn.
    """
    try:
        found = compared(runs)
    except DataError as error:
        st.caption(error_words(error))
        return
    names = {**names, MEAN: MEAN_WORDS}
    _differences(found, runs, names, by)
    _areas(found, runs, names)


def _differences(found: Comparison, runs: tuple[Run, ...], names: Names, by: str) -> None:
    st.subheader("Can they be told apart?", anchor=False)
    st.caption(
        f"{count(found.films.n)} test films that all models have, the films of a patient drawn "
        "together. Filled: more than chance at 5 % with all pairs counted (Holm); hollow: not "
        "distinguishable on these films."
    )
    parts = found.differences[by]
    letters = {name: _letter(title) for name, title in names.items()}
    on_slides = dict(zip((run.id for run in runs), model_names(runs), strict=True))
    on_slides[MEAN] = MEAN_WORDS
    axis = f"Difference in {COMPARED[by]}"
    show_chart(
        differences(_pair_rows(found, parts, letters), axis),
        Shown(
            f"Differences of models in {COMPARED[by]}",
            runs,
            partial(difference_bars, _pair_rows(found, parts, on_slides), axis),
            lines=difference_lines(found, by, names),
        ),
        key="compare_differences",
        alt=" ".join(difference_words(item, COMPARED[by], names) for item in parts),
    )
    for words in difference_lines(found, by, names):
        st.markdown(f"- {plain(words)}")
    frame = difference_frame(found, names, by)
    columns = ("Models", f"Difference in {COMPARED[by]}", "p (Holm)", "Smallest")
    show_table(
        frame,
        Shown(
            f"Can they be told apart by {COMPARED[by]}?",
            runs,
            partial(table_block, frame, columns),
            lines=(*difference_lines(found, by, names), *rows_line(frame)),
        ),
        key="compare_told_apart",
        alt="Tests of the difference of every two models",
    )
    st.caption(
        "McNemar: films that one model alone gets right, and the exact test of accuracy with the "
        "films of a patient together. Kappa: same answer beyond chance. Smallest: the difference "
        "that these films would show in 80 % of cases."
    )


def difference_lines(found: Comparison, by: str, names: Names) -> tuple[str, ...]:
    """The best model against each of the others, a sentence each."""
    _, best, _ = choose(found, by)
    return tuple(
        difference_words(item, COMPARED[by], names)
        for item in found.differences[by]
        if best in (item.first, item.second)
    )


def _pair_rows(
    found: Comparison, parts: Sequence[Difference], titles: Names
) -> list[tuple[str, Difference]]:
    """Title and difference of every two models."""
    return [
        (f"{titles[first]} – {titles[second]}", part)
        for (first, second), part in zip(found.pairs, parts, strict=True)
    ]


def difference_frame(found: Comparison, names: Names, by: str) -> pd.DataFrame:
    """One row for every two models, for display."""
    return pd.DataFrame(
        [
            {
                "Models": f"{names[first]} – {names[second]}",
                f"Difference in {COMPARED[by]}": value_words(found.differences[by][place]),
                "p (Holm)": p_words(found.differences[by][place].holm).removeprefix("= "),
                "Smallest": f"{found.differences[by][place].smallest:.3f}",
                "Only first right": count(found.mcnemar[place].only_first),
                "Only second right": count(found.mcnemar[place].only_second),
                "p (McNemar)": p_words(found.mcnemar[place].p_by_patient).removeprefix("= "),
                "Kappa": interval(found.kappa[place]),
            }
            for place, (first, second) in enumerate(found.pairs)
        ]
    )


def _areas(found: Comparison, runs: tuple[Run, ...], names: Names) -> None:
    with folded("Areas under the ROC curve, by DeLong's test", "compare_areas_fold") as is_open:
        if is_open:
            frame = area_frame(found, names)
            title = "Areas under the ROC curve, compared"
            shown = shown_rows(title, runs, frame)
            show_table(frame, shown, key="compare_areas", alt=title)
            st.caption(
                "Components are summed by patient; p of all rows above, and of all within one "
                "source, are corrected together (Holm)."
            )


def area_frame(found: Comparison, names: Names) -> pd.DataFrame:
    """One row for every two models and question, for display."""
    return pd.DataFrame(
        [
            {
                "Question": question_title(item),
                "Models": f"{names[part.first]} – {names[part.second]}",
                "AUC": f"{item.areas[part.first]:.3f}, {item.areas[part.second]:.3f}",
                "Difference": value_words(part),
                "p (Holm)": p_words(part.holm).removeprefix("= "),
                "Films": count(part.n),
            }
            for item in (*found.per_class, *found.within)
            for part in item.differences
        ]
    )


def _letter(name: str) -> str:
    """`A` of `A · Xception, ImageNet`; `mean` of the mean of all."""
    return "mean" if name == MEAN_WORDS else letter_of(name)
