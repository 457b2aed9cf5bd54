"""Second opinion: what each model says of a film that a visitor brings. Nothing is stored."""

import streamlit as st

from pages.ui.cache import evidence_of, explain_upload, film_lungs
from pages.ui.film_panel import (
    attributions_of,
    model_grid,
    probability_table,
    short_titles,
    viewer_maps,
)
from pages.ui.frame import require_app
from pages.ui.notices import (
    empty_state,
    errors_shown,
    page_header,
    show_error,
    unexpected_shown,
)
from pages.ui.pickers import answering_runs, pick_runs
from pages.ui.place_panel import place_panel
from pages.ui.uploads import Worklist, demo_upload
from pages.ui.viewer import film_viewer, wants_evidence
from pages.ui.what_if import ask_again, change_panel
from xray_core.data.labels import label_title
from xray_core.errors import XrayError
from xray_core.opinion.verdict import joint_verdict

require_app()
page_header("Second opinion", "What do the models make of your film, and why?")
st.warning(
    "For research only. No answer here is a diagnosis, and none may guide the care of a patient.",
    icon=":material/science:",
)
runs = answering_runs()
if not runs:
    empty_state("Answers will be here", "There is no trained model on this machine yet.")
    st.page_link("pages/train.py", label="Train a model")
    st.stop()

drop, models = st.columns([3, 2], gap="large")
with drop:
    uploads = st.file_uploader(
        "Frontal chest films: PNG, JPEG, TIFF or DICOM",
        type=["png", "jpg", "jpeg", "tif", "tiff", "bmp", "dcm", "dicom"],
        accept_multiple_files=True,
        help="Films stay in the memory of this session and are gone when you close the page.",
    )
with models:
    chosen_runs = pick_runs(runs, key="opinion_runs", default=3)

files = [(upload.name, upload.getvalue()) for upload in uploads or []]
if not files and st.session_state.get("opinion_demo"):
    files = [demo_upload()]
if not files:
    if empty_state(
        "Your films will be here",
        "Drop one or more films above: each model gives its probabilities and shows where on the "
        "film it found its evidence.",
        "Try it with a synthetic film",
    ):
        st.session_state["opinion_demo"] = True
        st.rerun()
    st.stop()
if not chosen_runs:
    st.info("Choose at least one model.")
    st.stop()

worklist = Worklist(files)
item = worklist.pick()
if isinstance(item.film, XrayError):
    show_error(item.film)
    st.stop()

with st.container(), st.spinner("Asking the models"):
    answers = {run.id: explain_upload(run, item.film) for run in chosen_runs}
attributions = {run.id: attributions_of(run, *answers[run.id]) for run in chosen_runs}
titles = short_titles(chosen_runs)
film = item.film


@st.fragment
@unexpected_shown()
@errors_shown()
def look_closer() -> None:  # what the visitor does in the viewer runs only this again
    with st.container():
        signed = wants_evidence("opinion_viewer")
        evidence = {run.id: evidence_of(run, film) for run in chosen_runs if signed}
        edit, after = ask_again(chosen_runs, film, "opinion_viewer", signed=signed)
    lungs = film_lungs(film)
    large, answer = st.columns([7, 4], gap="large")
    with large:
        state = film_viewer(
            film.pixels,
            viewer_maps(chosen_runs, attributions, evidence),
            key="opinion_viewer",
            alt="Uploaded film",
            caption=item.name,
            synthetic=item.synthetic,
            position=worklist.position,
            lungs=lungs,
            what_if=True,
            edit=edit,
        )
        if state.nav:
            worklist.move(state.nav)
            st.rerun()
    with answer:
        probabilities = {
            titles[run.id]: {part.label: part.probability for part in attributions[run.id]}
            for run in chosen_runs
        }
        st.subheader(joint_verdict(probabilities), anchor=False)
        st.caption(
            "Among "
            + ", ".join(label_title(label) for label in chosen_runs[0].classes)
            + ". A film of anything else gets one of these answers too."
        )
        change_panel(chosen_runs, attributions, after)
        probability_table(chosen_runs, attributions)
        looked_at = next(run for run in chosen_runs if titles[run.id] == state.run)
        shown = next(part for part in attributions[looked_at.id] if part.label == state.label)
        place_panel(shown, state.run, lungs, "opinion")
        for note in film.notes:
            st.warning(f"Read with care: {note}.", icon=":material/visibility:")


look_closer()
st.subheader("Models and classes side by side", anchor=False)
model_grid(film, chosen_runs, attributions, item.stem, key="opinion")
