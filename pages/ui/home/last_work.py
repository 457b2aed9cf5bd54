"""What was worked on last, and the way back to it."""

import streamlit as st

from pages.ui.shared import session, visit
from pages.ui.shared.notices import errors_shown
from pages.ui.shared.pickers import run_title
from pages.ui.shared.places import PLACE, PLACES
from pages.ui.shared.score_line import score_line
from pages.ui.shared.words import count, films, plain
from pages.ui.train.states import progress_words
from xray_core.data.catalogue import list_datasets
from xray_core.jobs.queue import active_runs
from xray_core.runs.listing import list_runs
from xray_core.runs.status import read_status


def last_work() -> None:
    """Trainings of this machine and what this visit holds; nothing where there is neither."""
    with errors_shown():
        lines = [*_trainings(), *_of_this_visit()]
        if not lines:
            return
        st.subheader("Your last work", anchor=False)
        for words, page in lines:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(words, width="content")
                st.page_link(PLACE[page].file, label=f"Go to {page}", icon=":material/undo:")


def _trainings() -> list[tuple[str, str]]:
    """Those that run, and the newest that has scores, in words with their page."""
    lines = []
    for run in active_runs():
        now, _, _ = progress_words(read_status(run.path))
        lines.append((f"Training {plain(run_title(run))}: {plain(now)}", "Train"))
    trained = (run for run in list_runs() if run.finished and not (run.shipped or run.is_own))
    if newest := next(trained, None):
        lines.append((f"Trained: {plain(run_title(newest))}, {score_line(newest)}", "Compare"))
    return lines


def _of_this_visit() -> list[tuple[str, str]]:
    lines = []
    if n_files := len(session.OPINION_FILES.get()):
        lines.append((f"{films(n_files)} of yours in this session's memory", "Second opinion"))
    titles = {dataset.name: dataset.title for dataset in list_datasets()}
    if title := titles.get(visit.DATASET_BEFORE.get()):
        lines.append((f"Data set: {plain(title)}", "Dataset"))
    if n_slides := len(session.BASKET.get()):
        words = f"{count(n_slides)} slide{'s' * (n_slides != 1)} in the basket"
        lines.append((words, "Present"))
    last = next((place for place in PLACES if place.address == visit.LAST_PAGE.get()), None)
    if last and last.title not in {page for _, page in lines}:
        lines.append(("The page you came from", last.title))
    return lines
