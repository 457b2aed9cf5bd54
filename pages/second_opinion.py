"""Second opinion: what each model makes of a film that a visitor uploads. Nothing is stored."""

import streamlit as st

from pages.ui.film.picked import Picked, pick_map
from pages.ui.opinion.answer_panel import answer_panel
from pages.ui.opinion.answers import gate_of, opinion_of
from pages.ui.opinion.exports import export_panel
from pages.ui.opinion.gate_panel import gate_panel
from pages.ui.opinion.look import (
    film_alone,
    film_with_maps,
    load_other_maps,
    look_facts,
    maps_below,
    waiting_for_maps,
)
from pages.ui.opinion.prevalence_panel import prevalence_panel
from pages.ui.opinion.prior_panel import prior_panel
from pages.ui.opinion.reader_mode import ask_first, both_panel, commitment_of, counts_panel
from pages.ui.opinion.scope_panel import ask_age_group, scope_panel
from pages.ui.opinion.similar_panel import similar_panel
from pages.ui.opinion.tags_panel import tags_panel
from pages.ui.opinion.uploads import (
    demo_upload,
    file_list,
    keep_files,
    kept_files,
)
from pages.ui.opinion.window_panel import ask_window
from pages.ui.opinion.word_panel import word_panel
from pages.ui.opinion.worklist import Worklist
from pages.ui.shared import session
from pages.ui.shared.arrivals import arrival_notes, named
from pages.ui.shared.damage_note import TO_ANSWER, damage_note
from pages.ui.shared.frame import require_app
from pages.ui.shared.notices import (
    empty_state,
    film_reading,
    film_warnings,
    page_header,
    show_error,
)
from pages.ui.shared.pickers import answering_runs, pick_runs
from xray_core.data.decoding.formats import READABLE
from xray_core.errors import XrayError
from xray_core.reports.research import RESEARCH_ONLY

require_app()
page_header("Second opinion")
damage_note(TO_ANSWER)
st.warning(
    f"{RESEARCH_ONLY} None of it may guide the care of a patient.",
    icon=":material/science:",
)
runs = answering_runs()
if not runs:
    empty_state("Results will appear here", "There is no trained model on this machine yet.")
    st.page_link("pages/train.py", label="Train a model")
    st.stop()

with st.expander("Films and models", icon=":material/upload_file:", expanded=not kept_files()):
    drop, models = st.columns([3, 2], gap="large")
with drop:
    uploads = st.file_uploader(
        f"Frontal chest films: {READABLE}, or ZIP archives of them",
        type=None,  # the content decides: DICOM files often have no suffix
        accept_multiple_files=True,
        key=session.opinion_uploader(),
        help="Films stay in this session's memory, even while you visit other pages, until "
        "you remove them or close the page.",
    )
    if uploads:
        keep_files(named(uploads))
        st.rerun()
    if kept_files():
        file_list()
with models:
    chosen_runs = pick_runs(runs, key="opinion_runs", default=3)
    picked = pick_map(chosen_runs, "opinion") if chosen_runs else Picked()
    reading = st.toggle(
        "Reader mode: my assessment before the models show",
        key="opinion_reader_mode",
        persist_state="session",
    )

arrival_notes(session.OPINION_ARRIVAL.get())
files = kept_files()
if not files:
    if empty_state(
        "Your films will appear here",
        "Drop one or more films above. A gate looks at each film first; then each model gives its "
        "probabilities and shows where on the film it found its evidence. “Not sure” is an answer.",
        "Try it with a synthetic film",
    ):
        keep_files([demo_upload()])
        st.rerun()
    st.stop()
if not chosen_runs:
    st.info("Choose at least one model.")
    st.stop()

worklist = Worklist(files, chosen_runs, hides=reading)
with st.container(key="opinion_room"):
    left, middle, right = st.columns([5, 13, 9], gap="medium")
with middle:
    item = ask_window(worklist.item())
with right:
    if isinstance(item.film, XrayError):
        show_error(item.film)
        gate = opinion = None
    else:
        film_warnings(item.film)
        gate = gate_of(item)
        gate_panel(item, gate)
        if gate.answered:
            ask_age_group(item)
if gate is not None and not isinstance(item.film, XrayError):
    waits = reading and gate.answered and commitment_of(item) is None
    with middle:
        opinion = opinion_of(item, chosen_runs)
    facts = look_facts(item, gate, worklist.position, opinion)
    frequencies = ""
    with right:
        if waits:
            st.info(
                "The models show once you have said what you see.", icon=":material/visibility:"
            )
        elif opinion.answered:
            scope_panel(opinion)
            if reading:
                both_panel(item, opinion, facts.lungs)
            answer_panel(opinion, chosen_runs)
            frequencies = prevalence_panel(opinion, chosen_runs)
            word_panel(item, opinion)
        if not waits:
            draws_on = bool(waiting_for_maps(item, opinion, chosen_runs, picked))
            export_panel(item, opinion, frequencies, draws_on=draws_on)
        film_reading(item.film)
        tags_panel(item)
        if reading:
            counts_panel(files, chosen_runs)
    with middle:
        if waits:
            ask_first(item, item.film, facts)
        elif not opinion.answered:
            film_alone(item, facts, worklist.go)
        else:
            film_with_maps(item, opinion, chosen_runs, picked, facts, worklist.go)
    if not waits and opinion.answered:
        maps_below(item, opinion, chosen_runs, picked, gate)
        similar_panel(opinion, chosen_runs)
    if not waits:
        prior_panel(item, files, chosen_runs, worklist.is_hidden)
with left, st.container(key="opinion_list"):
    worklist.show()
if opinion is not None and opinion.answered and not waits:
    load_other_maps(item, opinion, chosen_runs, picked)
