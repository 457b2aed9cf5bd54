"""Explain: films of a data set, and where each model finds its evidence on them."""

from functools import partial
from pathlib import PurePosixPath

import numpy as np
import streamlit as st

from pages.ui.cache import (
    evidence_of,
    explained_films,
    manifest_of,
    measured_map,
    record_film,
    record_finding,
    record_lungs,
    seen_films,
    thumbnails,
)
from pages.ui.film_panel import (
    attributions_of,
    model_grid,
    probability_table,
    same_class,
    short_titles,
    viewer_maps,
)
from pages.ui.frame import require_app
from pages.ui.gallery import apply_filter, film_table, filter_bar, pick_film
from pages.ui.notices import empty_state, errors_shown, page_header, unexpected_shown
from pages.ui.pickers import answering_runs, pick_dataset, pick_method, pick_runs
from pages.ui.place_panel import place_panel
from pages.ui.trust_strip import trust_strip
from pages.ui.viewer import film_viewer, wants_evidence
from pages.ui.what_if import ask_again, change_panel
from xray_core.data.labels import label_title
from xray_core.evaluation.selection import select_films
from xray_core.quality.trust import quick_readings

THUMBNAIL_PX = 160
AMOUNTS = (96, 240, 960, 100_000)

require_app()
page_header("Explain", "Where on the film does each model find its evidence?")
runs = answering_runs()
if not runs:
    empty_state(
        "Films with heatmaps will be here",
        "There is no trained model on this machine yet.",
    )
    st.page_link("pages/train.py", label="Train a model")
    st.stop()

left, middle, how, right = st.columns([3, 4, 2, 2])
with left:
    dataset = pick_dataset()
with middle:
    chosen_runs = pick_runs(runs)
with how:
    method = pick_method("explain_method")
with right:
    most = st.selectbox(
        "Films",
        AMOUNTS,
        format_func=lambda most: "All" if most == AMOUNTS[-1] else f"Up to {most}",
        key="explain_most",
        help="Films that the models have not been trained on come first.",
    )
if not chosen_runs:
    st.info("Choose at least one model.")
    st.stop()

with errors_shown():
    with st.container():  # lines of progress come and go in here, and the viewer stays in place
        manifest = select_films(
            manifest_of(dataset.name), [seen_films(run) for run in chosen_runs], most
        )
    if not manifest.records:
        empty_state("No film can be shown", "The data set has no readable film.")
        st.page_link("pages/dataset.py", label="See what is wrong with it")
        st.stop()
    with st.container(), st.spinner("Asking the models"):
        explained = [explained_films(run, manifest, method) for run in chosen_runs]
    table = film_table(manifest, chosen_runs, explained)
    rows = apply_filter(table, filter_bar(manifest.classes, len(chosen_runs)))
    if rows.empty:
        empty_state("No film fits", "Choose other classes, another outcome, or a wider range.")
        st.stop()

    place = min(st.session_state.get("explain_place", 0), len(rows) - 1)
    films = thumbnails(manifest, manifest.hash, THUMBNAIL_PX)
    picked = pick_film(rows, films, explained[0], chosen_runs[0], place)
    if picked is not None and picked != place:
        st.session_state["explain_place"] = picked
        st.rerun()

    row = rows.iloc[place]
    index = int(rows.index[place])
    film = record_film(manifest, str(row["id"]))
    attributions = {
        run.id: attributions_of(run, films_.probabilities[index], films_.maps[index], method)
        for run, films_ in zip(chosen_runs, explained, strict=True)
    }
    titles = short_titles(chosen_runs)

    @st.fragment
    @unexpected_shown()
    @errors_shown()
    def look_closer() -> None:  # what the visitor does in the viewer runs only this again
        with st.container():
            signed = wants_evidence("explain_viewer")
            evidence = {run.id: evidence_of(run, film, method) for run in chosen_runs if signed}
            edit, after = ask_again(chosen_runs, film, "explain_viewer", method, signed=signed)
        lungs = record_lungs(manifest, str(row["id"]))
        large, facts = st.columns([7, 4], gap="large")
        with large:
            state = film_viewer(
                film.pixels,
                viewer_maps(chosen_runs, attributions, evidence),
                key="explain_viewer",
                alt=f"Chest film, labelled {label_title(row['label'])}",
                caption=PurePosixPath(row["path"]).name,
                synthetic=dataset.is_demo,
                position=(place + 1, len(rows)),
                lungs=lungs,
                finding=record_finding(manifest, str(row["id"])) if dataset.is_demo else None,
                what_if=True,
                edit=edit,
            )
            if state.nav:
                st.session_state["explain_place"] = int(
                    np.clip(place + state.nav, 0, len(rows) - 1)
                )
                st.rerun()
        with facts:
            st.subheader(f"Label: {label_title(row['label'])}", anchor=False)
            details = [row["source"], f"patient {row['patient']}" if row["patient"] else ""]
            st.caption(" · ".join(part for part in details if part))
            if dataset.is_demo:
                st.caption("Synthetic film, drawn from a seed.")
            if row["seen"]:
                st.warning(
                    "The first model was trained on this film or patient: "
                    "its answer proves nothing.",
                    icon=":material/history:",
                )
            if chosen_runs[0].is_own:
                st.caption("Which films the first model was trained on is not known here.")
            for note in film.notes:
                st.caption(f"Read with care: {note}.")
            change_panel(chosen_runs, attributions, after)
            probability_table(chosen_runs, attributions, str(row["label"]))
            looked_at = next(run for run in chosen_runs if titles[run.id] == state.run)
            item = next(item for item in attributions[looked_at.id] if item.label == state.label)
            place_panel(item, state.run, lungs, "explain")
            others = [attributions[run.id] for run in chosen_runs if run != looked_at]
            trust_strip(
                quick_readings(item, lungs, same_class(item, others)),
                partial(measured_map, looked_at, manifest, str(row["id"]), item.label, method),
                "explain",
            )

    look_closer()
    st.subheader("Models and classes side by side", anchor=False)
    model_grid(film, chosen_runs, attributions, PurePosixPath(row["path"]).stem)
