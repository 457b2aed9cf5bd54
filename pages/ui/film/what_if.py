"""What if a region were hidden: the film with it filled, and how far the answers changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.film.panel import Attributions, short_titles
from pages.ui.film.viewer.regions import drawn_regions
from pages.ui.shared import session
from pages.ui.shared.cache import classifier_of
from pages.ui.shared.session_key import Key
from pages.ui.shared.words import plain
from xray_core.arrays import BoolArray
from xray_core.data.decoding.images import Film
from xray_core.data.labels import label_title
from xray_core.evaluation.probability import probability_text
from xray_core.explain.fillings import FILLINGS, fill_regions
from xray_core.explain.what_if import Asked, ask_films, films_to_ask
from xray_core.runs.store import Run
from xray_core.viewer.sent import Polygon

Made = TypeVar("Made")


@dataclass(frozen=True)
class Changed:
    """A film whose regions were filled, and what the models make of it.

    Attributes:
        film: with the regions filled.
        regions: that were drawn.
        filling: key in `FILLINGS`.
        attributions: of each run, by its id.
    """

    film: Film
    regions: tuple[Polygon, ...]
    filling: str
    attributions: Attributions


def ask_again(
    runs: Sequence[Run],
    film: Film,
    key: str,
    before: Attributions,
    *,
    lungs: BoolArray | None = None,
) -> Changed | None:
    """What the models say when the regions that were drawn are filled.

    Args:
        runs: the models.
        film: as shown in the viewer of that key.
        key: of the viewer.
        before: attributions of each run on it: the same method and layer explain the change.
        lungs: bool mask over the whole film; None where they were not found.

    Returns:
        None where nothing was drawn. The last answer is kept, so that viewing another class runs no
        model.
    """
    regions = drawn_regions(key, film)
    if not regions:
        return None
    filling = _chosen_filling(key)
    kinds = {run.id: (before[run.id][0].method, before[run.id][0].layer or None) for run in runs}

    def ask() -> Changed:
        filled = fill_regions(film.pixels, regions, filling, lungs)
        changed = film.with_pixels(filled)
        after = {
            run.id: tuple(classifier_of(run).explain(changed, *kinds[run.id]).values())
            for run in runs
        }
        return Changed(changed, regions, filling, after)

    models = tuple((run.id, run.changed) for run in runs)
    wanted = (film.id, regions, filling, models, kinds)
    return _last(session.changed_in(key), wanted, ask)


def change_panel(
    runs: Sequence[Run],
    film: Film,
    before: Attributions,
    changed: Changed,
    label: str,
    key: str,
    lungs: BoolArray | None = None,
) -> None:
    """Probabilities before and after, over all fillings and at other places: what was measured.

    Args:
        runs: the models.
        film: before the change.
        before: attributions of each run on it.
        changed: as `ask_again` gives it.
        label: class that the sentence is about.
        key: of the viewer.
        lungs: as for `ask_again`.
    """
    st.markdown("**If the marked region were hidden**")

    def ask() -> dict[str, Asked]:
        asked = films_to_ask(film.pixels, changed.regions, changed.filling, lungs)
        return {run.id: ask_films(classifier_of(run).probabilities, asked) for run in runs}

    models = tuple((run.id, run.changed) for run in runs)
    wanted = (film.id, changed.regions, changed.filling, models)
    with st.spinner("Repeating with other fillings and at other places"):
        moved = _last(session.moved_in(key), wanted, ask)
    titles = short_titles(runs)
    for run in runs:
        old = {item.label: item.probability for item in before[run.id]}
        new = {item.label: item.probability for item in changed.attributions[run.id]}
        if label in old:
            column = run.classes.index(label)
            words = moved_sentence(label, old[label], new[label], moved[run.id], column)
            st.markdown(f"{plain(titles[run.id])}: {words}")
        st.markdown(change_table(titles[run.id], old, new, moved[run.id]))
    st.selectbox(
        "Filled with",
        list(FILLINGS),
        format_func=lambda name: FILLINGS[name].title,
        key=session.filling_of(key).name,
        persist_state="session",
        help="No filling is neutral: check what was filled in. Filling from the other side can "
        "copy the edge of the heart. The table shows the range of answers over all fillings.",
    )


def moved_sentence(label: str, before: float, after: float, asked: Asked, column: int) -> str:
    """What was measured for one class, and no more than that."""
    title = plain(label_title(label))
    old, new = probability_text(before), probability_text(after)
    did = f"left {title} at {new}" if old == new else f"changed {title} from {old} to {new}"
    filled = (
        f"filling the region {did} ({_over_fillings(before, asked, column)} over "
        f"{len(asked.fillings)} fillings)"
    )
    places = asked.elsewhere[:, column]
    if not len(places):
        return f"{filled}; there is no room for the same shape elsewhere on the film."
    n = f"{len(places)} other place" + "s" * (len(places) != 1)
    return f"{filled}; the same shape at {n} changed it by {_span(places)}."


def change_table(
    model: str, before: Mapping[str, float], after: Mapping[str, float], asked: Asked
) -> str:
    """Markdown: one row per class, with both probabilities and the range of fillings and places."""
    rows = [
        f"| {plain(model)} | before | after | all fillings | change elsewhere |",
        "|---|--:|--:|--:|--:|",
    ]
    for column, (label, old) in enumerate(before.items()):
        places = asked.elsewhere[:, column]
        cells = [
            plain(label_title(label)),
            probability_text(old),
            probability_text(after[label]),
            _over_fillings(old, asked, column),
            _span(places) if len(places) else "–",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _over_fillings(before: float, asked: Asked, column: int) -> str:
    """The least and the greatest probability of a class over all fillings: `0.35–0.52`."""
    over = np.clip(before + asked.fillings[:, column], 0, 1)
    return "–".join(dict.fromkeys(probability_text(float(end)) for end in (over.min(), over.max())))


def _span(moves: NDArray[np.floating]) -> str:
    """The least and the greatest of changes: `−0.02 to +0.05`; one number where they are equal."""
    least, greatest = _signed(float(moves.min())), _signed(float(moves.max()))
    return least if least == greatest else f"{least} to {greatest}"


def _signed(move: float) -> str:
    text = f"{move:+.2f}"
    return "0.00" if float(text) == 0 else text.replace("-", "−")


def _chosen_filling(key: str) -> str:
    """The filling that the visitor chose in the panel, or the first."""
    chosen = session.filling_of(key).get()
    return chosen if chosen in FILLINGS else next(iter(FILLINGS))


def _last(kept: Key[tuple[object, Any]], wanted: object, make: Callable[[], Made]) -> Made:
    """The result for the same request in this session, or a new one; only the last is kept."""
    if not kept.is_kept or kept.get()[0] != wanted:
        kept.put((wanted, make()))
    made: Made = kept.get()[1]
    return made
