"""Films dropped onto the Dataset page: looked at in this visit, and in no other place."""

import streamlit as st

from pages.ui.shared import session, visit
from pages.ui.shared.arrivals import arrival_notes, named
from pages.ui.shared.dropped import NAME, DroppedFilms
from pages.ui.shared.manifests import forget_manifest
from pages.ui.shared.notices import errors_shown
from pages.ui.shared.progress import progress_bar
from pages.ui.shared.words import size
from xray_core.data.catalogue import DEMO_NAME
from xray_core.data.decoding.formats import READABLE
from xray_core.data.labels import KNOWN_CLASSES, label_title


def drop_panel() -> None:
    """A field for films and ZIP archives; what is dropped becomes a data set of this visit."""
    with st.expander("Drop films or a ZIP", icon=":material/upload_file:"):
        label = st.selectbox(
            "Class of films that lie in no folder",
            ["", *KNOWN_CLASSES],
            format_func=lambda label: label_title(label) if label else "Not stated",
            key="drop_label",
            persist_state="session",
        )
        uploads = st.file_uploader(
            f"{READABLE}, or ZIP archives whose folders are named for classes",
            type=None,  # the content decides: DICOM files often have no suffix
            accept_multiple_files=True,
            key=f"dropped_{session.DROPS.get()}",
        )
        st.caption(
            "Looked at on this page alone, for this visit: they go when you forget them, or close "
            "the page. To train on films, add their folder."
        )
    if uploads:
        with errors_shown(), progress_bar(_words, "Unpacking") as show:
            session.DROPS.put(session.DROPS.get() + 1)
            dropped = session.DROPPED.get() or DroppedFilms()
            dropped.add(named(uploads), label, show)
            session.DROPPED.put(dropped)
            forget_manifest(NAME)
            session.AUDITS.hold().pop(NAME, None)
            visit.DATASET_BEFORE.put(NAME)
            visit.DATASET.forget()
            st.rerun()


def dropped_notes() -> None:
    """What was not kept of the files that were dropped last."""
    if dropped := session.DROPPED.get():
        arrival_notes(dropped.arrival)


def forget_dropped() -> None:
    """The films and their folder go."""
    session.DROPPED.forget()
    forget_manifest(NAME)
    session.AUDITS.hold().pop(NAME, None)
    visit.DATASET.put(DEMO_NAME)


def _words(done: int, total: int) -> str:
    return f"Unpacking: {size(done)} of {size(total)}"
