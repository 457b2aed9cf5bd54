"""The data sets on this machine: adding one, removing one, downloading a public one."""

import streamlit as st

from pages.ui.dataset.drop import forget_dropped
from pages.ui.shared import session, visit
from pages.ui.shared.access import data_path
from pages.ui.shared.dropped import NAME as DROPPED
from pages.ui.shared.manifests import forget_manifest
from pages.ui.shared.notices import errors_shown, show_error
from pages.ui.shared.progress import progress_bar
from pages.ui.shared.words import count, plain, size
from xray_core.data import download
from xray_core.data.catalogue import DEMO_NAME, Dataset, add_dataset, forget_dataset
from xray_core.data.readers import READERS, find_reader, get_reader
from xray_core.errors import XrayError
from xray_core.files import is_there
from xray_core.settings import require_changes_allowed


def forget_button(dataset: Dataset) -> None:
    """Removes a data set from the list; the next run of the page offers to undo it."""
    st.button(
        "Forget",
        on_click=_forget,
        args=(dataset,),
        disabled=dataset.is_demo,
        width="stretch",
        help="The demo films cannot be removed."
        if dataset.is_demo
        else "Removes the data set from the list. Its films stay where they are.",
    )


def undo_line() -> None:
    """The data set that was just forgotten, and the way back."""
    if gone := session.FORGOTTEN.get():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{plain(gone.title)} was removed from the list.", width="content")
            st.button("Undo", on_click=_bring_back, args=(gone,))


def added_line() -> None:
    """The data set that has just been added."""
    if title := session.ADDED_DATASET.take():
        st.success(f"**{plain(title)}** was added and is shown below.", icon=":material/check:")


def add_panel() -> None:
    """Add a folder or an index file."""
    error = session.ADD_ERROR.take()
    with st.expander(
        "Add a data set",
        icon=":material/add:",
        expanded=error is not None,
        key=session.dataset_panel("add"),
    ):
        if error:
            show_error(error)
        with st.form("add_dataset", border=False):
            st.text_input(
                "Folder or index file on this machine",
                key=session.ADD_PATH.name,
                persist_state="session",
                placeholder="/data/hospital or /data/hospital/index.csv",
                help="An index file is a table (CSV or .xlsx) with a disease and an image path "
                "per row.",
            )
            left, right = st.columns(2)
            left.text_input(
                "Name",
                key=session.ADD_NAME.name,
                persist_state="session",
                placeholder="Name of the folder",
            )
            right.selectbox(
                "Layout",
                ["", *READERS],
                format_func=lambda name: READERS[name].title if name else "Detect automatically",
                key=session.ADD_READER.name,
                persist_state="session",
            )
            st.checkbox(
                "Films with several findings count as the first of them",
                key=session.ADD_ONE_FINDING.name,
                persist_state="session",
                help="Normal and the pneumonias come first, then the others by name. "
                "Otherwise such films are listed as problems and left out.",
            )
            st.form_submit_button("Add", type="primary", on_click=_add)


def download_panel() -> None:
    """Download a public data set after its licence was accepted."""
    sources = download.SOURCES
    with st.expander(
        "Download a public data set",
        icon=":material/download:",
        key=session.dataset_panel("download"),
    ):
        key = st.selectbox(
            "Public data set",
            list(sources),
            format_func=lambda k: sources[k].title,
            key="download_source",
            persist_state="session",
        )
        source = sources[key]
        st.markdown(
            f"{count(source.n_films)} films, {size(source.n_bytes)}, "
            f"[described here]({source.page})  \n"
            f"Licence: {plain(source.licence)}  \nTo cite: {plain(source.citation)}"
        )
        folder = st.text_input(
            "Target folder",
            key="download_folder",
            persist_state="session",
            placeholder="/data/public",
        )
        accepted = st.checkbox("I accept these terms", key=f"accept_{key}", persist_state="session")
        st.caption(
            "Stay on this page until the download has finished: leaving it discards the download."
        )
        ready = accepted and bool(folder.strip())
        if not st.button("Download", disabled=not ready, key="download"):
            return

        def words(done: int, total: int) -> str:
            return f"Downloading: {size(done)}" + (f" of {size(total)}" if total else "")

        with errors_shown(), progress_bar(words, "Connecting") as show:
            path = download.download(key, data_path(folder), show)
            dataset = add_dataset(path)
            visit.DATASET_BEFORE.put(dataset.name)
            visit.DATASET.take()
            _end_with_message(dataset)
            st.rerun()


def _add() -> None:
    try:
        require_changes_allowed()
        path = data_path(session.ADD_PATH.get())
        reader = session.ADD_READER.get()
        if is_there(path):
            get_reader(reader) if reader else find_reader(path)
        dataset = add_dataset(
            path,
            session.ADD_NAME.get(),
            reader,
            one_finding=session.ADD_ONE_FINDING.get(),
        )
    except XrayError as error:
        session.ADD_ERROR.put(error)
        return
    forget_manifest(dataset.name)
    for field in (session.ADD_PATH, session.ADD_NAME, session.ADD_READER):
        field.put("")
    session.ADD_ONE_FINDING.put(False)
    visit.DATASET.put(dataset.name)
    session.FORGOTTEN.take()
    _end_with_message(dataset)


def _end_with_message(dataset: Dataset) -> None:
    """Say that it was added, and fold the forms by replacing them with new ones."""
    session.ADDED_DATASET.put(dataset.title)
    session.DATASET_ADDITIONS.put(session.DATASET_ADDITIONS.get() + 1)


def _forget(dataset: Dataset) -> None:
    forget_manifest(dataset.name)
    if dataset.name == DROPPED:
        forget_dropped()
        return
    forget_dataset(dataset.name)
    session.FORGOTTEN.put(dataset)
    visit.DATASET.put(DEMO_NAME)


def _bring_back(dataset: Dataset) -> None:
    again = add_dataset(dataset.path, dataset.name, dataset.reader, one_finding=dataset.one_finding)
    visit.DATASET.put(again.name)
    session.FORGOTTEN.take()
