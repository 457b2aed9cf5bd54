"""The films that all models get wrong, as a tab of the Compare page."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.ui.compare.charts import confusion
from pages.ui.compare.run_table import all_classes, mistakes_frame, mistakes_of
from pages.ui.shared.cache import films_tested
from pages.ui.shared.figures import Shown, show_chart, show_table, shown_rows
from pages.ui.shared.words import count, films, plain
from xray_core.data.labels import label_title
from xray_core.evaluation.mistakes import SharedMistakes
from xray_core.reports.deck.measured import confusion_table
from xray_core.runs.store import Run
from xray_core.wording import join


def counts_apart(ids: Sequence[str], n_common: int) -> str:
    """Why films in common are fewer than the records that a model was scored on; "" where not.

    Args:
        ids: of the film of each record that was tested.
        n_common: films that all models were tested on under the same label.
    """
    distinct = len(set(ids))
    reasons = []
    if repeated := len(ids) - distinct:
        reasons.append(
            f"minus {count(repeated)} that repeat{'s' * (repeated == 1)} a film, which "
            "counts once here"
        )
    if apart := distinct - n_common:
        reasons.append(
            f"minus {films(apart)} that not all models were tested on under the same label"
        )
    return f"scores count {count(len(ids))} records, {join(reasons)}." if reasons else ""


def shared_mistakes_tab(runs: tuple[Run, ...], names: dict[str, str]) -> None:
    """How many films all models get wrong, what they answer instead, and which films.

    Args:
        runs: to compare.
        names: run id -> display name.
    """
    st.caption(
        "Films that every chosen model gets wrong are hard, or their label is wrong: worth a "
        "second look by a radiologist. Models that learnt from the same labels may also have "
        "learnt the same errors."
    )
    found = mistakes_of(runs)
    if not found.n:
        st.info("No test film is common to these models.", icon=":material/info:")
        return
    each = join([f"{names[run.id]}: {count(n)}" for run, n in zip(runs, found.wrong, strict=True)])
    st.markdown(
        f"Of {films(found.n)} that all were tested on, **all {len(runs)} are wrong on "
        f"{count(len(found.films))}**; independent mistakes would coincide on "
        f"{found.by_chance:.1f}. On {count(len(found.agreed))} they agree on the same wrong class. "
        f"Wrong individually: {plain(each)}."
    )
    for run in runs:
        if words := counts_apart(films_tested(run)["id"].tolist(), found.n):
            st.caption(f"{plain(names[run.id])}: {words}")
    if found.films.empty:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _shared_confusion(found, runs)
    with right:
        _shared_films(found, runs)


def _shared_confusion(found: SharedMistakes, runs: tuple[Run, ...]) -> None:
    """What all models predict instead of the label."""
    pairs, classes = found.confused, all_classes(runs)
    counts = [[pairs[a, b] for b in classes] for a in classes]
    st.caption("Rows: label; columns: what all models predict instead. Colour: share of the row.")
    show_chart(
        confusion(counts, classes),
        Shown("What all models answer instead", runs, partial(confusion_table, counts, classes)),
        key="compare_shared",
        alt="; ".join(
            f"{label_title(a)} predicted as {label_title(b)} by all: {n}"
            for (a, b), n in pairs.most_common()
        ),
    )


def _shared_films(found: SharedMistakes, runs: tuple[Run, ...]) -> None:
    """The films, their files, and the way to look at them."""
    st.caption(
        "Films with the same answer from all models first. Probability: the lowest of any model. "
        "Film: the first 16 digits of the SHA-256 of its file."
    )
    frame = mistakes_frame(found)
    show_table(
        frame,
        shown_rows("Films that all models get wrong", runs, frame),
        key="compare_mistakes",
        alt="Films that all models get wrong",
        numbers=lambda: found.films,
        height=330,
        column_config={"Probability": st.column_config.TextColumn(alignment="right")},
    )
    st.page_link(
        "pages/explain.py",
        label="View these films: choose the same models, then *All models wrong*",
        icon=":material/arrow_forward:",
    )
