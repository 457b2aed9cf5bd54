"""Second opinion: what each model makes of a film that a visitor uploads. Nothing is stored."""

import streamlit as st

from pages.ui.film.closer_look import Around, closer_look
from pages.ui.film.panel import Attributions, short_titles
from pages.ui.film.picked import Picked, pick_map
from pages.ui.film.side_by_side import side_by_side
from pages.ui.film.viewer import Facts
from pages.ui.opinion.uploads import (
    Worklist,
    demo_upload,
    file_list,
    keep_files,
    kept_files,
)
from pages.ui.shared import session
from pages.ui.shared.cache import film_lungs
from pages.ui.shared.damage_note import TO_ANSWER, damage_note
from pages.ui.shared.frame import require_app
from pages.ui.shared.notices import empty_state, page_header, show_error
from pages.ui.shared.pickers import answering_runs, pick_runs
from pages.ui.shared.session_films import attributions_of, measured_film
from pages.ui.shared.words import plain
from xray_core.data.decoding.formats import READABLE
from xray_core.data.decoding.images import Film
from xray_core.data.labels import label_title
from xray_core.errors import XrayError
from xray_core.explain.attribution import Attribution
from xray_core.opinion.verdict import joint_verdict
from xray_core.quality.trust import Reading
from xray_core.runs.store import Run

require_app()
page_header("Second opinion", "What do the models make of your film, and why?")
damage_note(TO_ANSWER)
st.warning(
    "For research only. No result here is a diagnosis, and none may guide patient care.",
    icon=":material/science:",
)
runs = answering_runs()
if not runs:
    empty_state("Results will appear here", "There is no trained model on this machine yet.")
    st.page_link("pages/train.py", label="Train a model")
    st.stop()

drop, models = st.columns([3, 2], gap="large")
with drop:
    uploads = st.file_uploader(
        f"Frontal chest films: {READABLE}",
        type=None,  # the content decides: DICOM files often have no suffix
        accept_multiple_files=True,
        key=session.opinion_uploader(),
        help="Films stay in this session's memory, even while you visit other pages, until "
        "you remove them or close the page.",
    )
    if uploads:
        keep_files([(upload.name, upload.getvalue()) for upload in uploads])
        st.rerun()
    if kept_files():
        file_list()
with models:
    chosen_runs = pick_runs(runs, key="opinion_runs", default=3)
    picked = pick_map(chosen_runs, "opinion") if chosen_runs else Picked()

files = kept_files()
if not files:
    if empty_state(
        "Your films will appear here",
        "Drop one or more films above: each model gives its probabilities and shows where on the "
        "film it found its evidence.",
        "Try it with a synthetic film",
    ):
        keep_files([demo_upload()])
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

with st.container(), st.spinner("Running the models"):
    attributions = {run.id: attributions_of(run, item.film, *picked.of(run)) for run in chosen_runs}
titles = short_titles(chosen_runs)
film = item.film


def measure(run: Run, item: Attribution) -> tuple[Reading, ...]:
    return measured_film(run, film, item.label, item.method, item.layer)


def head(shown: Attributions) -> None:
    probabilities = {
        titles[run.id]: {part.label: part.probability for part in shown[run.id]}
        for run in chosen_runs
    }
    st.subheader(plain(joint_verdict(probabilities)), anchor=False)
    among = {
        titles[run.id]: ", ".join(label_title(label) for label in run.classes)
        for run in chosen_runs
    }
    words = "; ".join(f"{title}: {classes}" for title, classes in among.items())
    if len({frozenset(run.classes) for run in chosen_runs}) == 1:
        words = among[titles[chosen_runs[0].id]]
    st.caption(f"Possible answers: {plain(words)}. A film of anything else still gets one of them.")


def below(shown_film: Film, shown: Attributions, warning: str) -> None:
    stem = item.stem + ("-what-if" if warning else "")
    full_size = None if warning else item.full_size
    side_by_side(
        shown_film, chosen_runs, shown, stem, "opinion", full_size=full_size, warning=warning
    )


closer_look(
    film,
    chosen_runs,
    attributions,
    Facts("Uploaded film", item.name, item.synthetic, worklist.position, film_lungs(film)),
    Around(measure, worklist.go, head, below),
    "opinion",
)
