"""What if a region could not be seen: probabilities before and after it was blurred."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from pages.ui.cache import evidence_of, explain_upload
from pages.ui.film_panel import Attributions, attributions_of, short_titles, viewer_maps
from pages.ui.viewer import Edit
from pages.ui.viewer.regions import drawn_regions
from pages.ui.words import plain
from xray_core.data.images import Film
from xray_core.data.labels import label_title
from xray_core.explain.what_if import blur_regions
from xray_core.runs.store import Run


def ask_again(
    runs: Sequence[Run], film: Film, key: str, method: str = "grad_cam", *, signed: bool = False
) -> tuple[Edit | None, Attributions]:
    """What the models say when the regions that were drawn are blurred.

    Args:
        runs: the models.
        film: as it is shown in the viewer of that key.
        key: of the viewer.
        method: key in `METHODS`.
        signed: send the evidence before its negative part is cut off, too.

    Returns:
        The change for the viewer and the attributions of each run; None and nothing where nothing
        was drawn.
    """
    regions = drawn_regions(key, film.pixels)
    if not regions:
        return None, {}
    blurred = replace(film, pixels=blur_regions(film.pixels, regions))
    after = {
        run.id: attributions_of(run, *explain_upload(run, blurred, method), method) for run in runs
    }
    evidence = {run.id: evidence_of(run, blurred, method) for run in runs if signed}
    return Edit(blurred.pixels, viewer_maps(runs, after, evidence), regions), after


def change_panel(runs: Sequence[Run], before: Attributions, after: Attributions) -> None:
    """Probabilities before and after, with the difference, a table a model; nothing without."""
    if not after:
        return
    st.markdown("**If the marked region could not be seen**")
    titles = short_titles(runs)
    for run in runs:
        old = {item.label: item.probability for item in before[run.id]}
        new = {item.label: item.probability for item in after[run.id]}
        st.markdown(change_table(titles[run.id], old, new))
    st.caption(
        "The region was blurred and the model asked again. What changes was used; what stays may "
        "be carried by other places."
    )


def change_table(model: str, before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """Markdown: a class a row, with both probabilities and their difference."""
    rows = [f"| {plain(model)} | before | after | difference |", "|---|--:|--:|--:|"]
    for label, old in before.items():
        change = f"{after[label] - old:+.2f}".replace("-", "−").replace("+0.00", "0.00")
        change = change.replace("−0.00", "0.00")
        rows.append(f"| {plain(label_title(label))} | {old:.2f} | {after[label]:.2f} | {change} |")
    return "\n".join(rows)
