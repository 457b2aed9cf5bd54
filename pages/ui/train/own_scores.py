"""Testing a registered model on a data set."""

import streamlit as st

from pages.ui.shared.access import may_change
from pages.ui.shared.cache import classifier_of
from pages.ui.shared.manifests import manifest_of
from pages.ui.shared.notices import errors_shown
from pages.ui.shared.progress import progress_bar
from pages.ui.shared.words import count, films
from xray_core.classifier.own_scores import score_own_model
from xray_core.data.catalogue import list_datasets
from xray_core.runs.store import Run

AMOUNTS = (400, 2000, None)


def test_panel(run: Run) -> None:
    """A data set, how many of its films, and the button; absent where nothing may change."""
    if not may_change():
        return
    titles = {dataset.name: dataset.title for dataset in list_datasets()}
    again = "Test again on a data set" if run.finished else "Test on a data set"
    with st.expander(again, icon=":material/fact_check:"):
        st.caption(
            "Predictions, scores and maps of these films are stored with the model: Compare and "
            "Patterns show them. Its training films are not known: it may have seen these films."
        )
        left, right = st.columns([3, 1])
        name = left.selectbox(
            "Data set",
            list(titles),
            format_func=titles.__getitem__,
            key=f"own_test_data_{run.id}",
            persist_state="session",
        )
        most = right.selectbox(
            "Films",
            AMOUNTS,
            format_func=lambda most: f"Up to {count(most)}" if most else "All",
            key=f"own_test_most_{run.id}",
            persist_state="session",
            help="Taken from all classes in turn.",
        )
        place = st.empty()
        if place.button("Test the model", key=f"own_test_{run.id}", icon=":material/play_arrow:"):
            with errors_shown():
                _test(run, name, most, place)
                st.rerun()


def _test(run: Run, name: str, most: int | None, place: st.delta_generator.DeltaGenerator) -> None:
    """Shows a progress bar; using any widget cancels it, and then nothing is kept."""

    def words(done: int, total: int) -> str:
        return f"{count(done)} of {films(total)} explained"

    with place.container(), progress_bar(words, "Loading the model") as show:
        st.button("Cancel", key=f"own_test_cancel_{run.id}", icon=":material/close:")
        manifest = manifest_of(name)
        score_own_model(run, manifest, show, most=most, model=classifier_of(run))
