"""Registered models: adding one from a `.keras` file, and those that are here."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui.shared import session
from pages.ui.shared.access import may_change
from pages.ui.shared.notices import errors_shown, show_error
from pages.ui.shared.pickers import run_titles
from pages.ui.shared.score_line import score_line
from pages.ui.shared.words import plain
from pages.ui.train.deleted_runs import any_deleted, delete_button, deleted_lines
from pages.ui.train.own_scores import test_panel
from pages.ui.train.rename import rename_button
from xray_core.data.labels import KNOWN_CLASSES, label_title, unify_label
from xray_core.errors import XrayError
from xray_core.explain.methods import NEED_NO_LAYER
from xray_core.networks.foreign.adapt import SCALES
from xray_core.networks.foreign.input import SIZES_PX
from xray_core.runs.register import MAX_NAME, ModelFacts, look_at_model, register_model
from xray_core.runs.store import Run
from xray_core.wording import join

A_FIELD_EACH = 12
"""Up to this many classes have a field each; more of them share one."""
SCALE_TITLES = {1: "1 (greys from 0 to 1)", 255: "255 (greys from 0 to 255)"}


def own_models(runs: tuple[Run, ...]) -> None:
    """Add your own model; list those that were added.

    Args:
        runs: registered models, newest first.
    """
    st.subheader("Your own model", anchor=False)
    st.caption(
        "A Keras classifier trained elsewhere is explained like those trained here. No code in its "
        "file is run; a file that needs more than Keras layers is refused."
    )
    _added_line()
    if may_change():
        _adding()
    if runs or any_deleted(own=True):
        deleted_lines(own=True)
        titles = run_titles(runs)
        for run in runs:
            with errors_shown(), st.container(border=True):
                _row(run, titles[run.id])


def _adding() -> None:
    """A file, what was found in it, and the form."""
    upload = st.file_uploader(
        "Saved with model.save('name.keras')",
        type=["keras"],
        key=f"own_file_{session.OWN_MODEL_FILES.get()}",  # an empty one after every model
        help="For files too large for this page: python -m xray_core register",
    )
    if upload:
        found = _look(upload)
        if isinstance(found, XrayError):
            show_error(found)
        else:
            _form(upload, found)


def _added_line() -> None:
    if name := session.OWN_MODEL_ADDED.take():
        st.success(f"**{plain(name)}** was added.", icon=":material/check_circle:")
        with st.container(horizontal=True):
            st.page_link("pages/explain.py", label="Explain films", icon=":material/image:")
            st.page_link(
                "pages/second_opinion.py", label="Second opinion", icon=":material/upload_file:"
            )
        st.caption("It has no scores yet: test it on a data set, below.")


def _look(upload: Any) -> ModelFacts | XrayError:
    """What was found in the file, or why it is refused; kept for reruns of the page."""
    kept = session.OWN_MODEL_FOUND.get()
    if kept[0] != upload.file_id:
        with st.spinner("Reading the model"), _on_disk(upload) as path:
            try:
                kept = (upload.file_id, look_at_model(path))
            except XrayError as error:
                kept = (upload.file_id, error)
        session.OWN_MODEL_FOUND.put(kept)
    return kept[1]


@contextmanager
def _on_disk(upload: Any) -> Iterator[Path]:
    """The uploaded file in a temporary folder that is always removed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / re.sub(r"[^\w .-]", "_", upload.name)[-80:]
        path.write_bytes(upload.getbuffer())
        yield path


def _form(upload: Any, facts: ModelFacts) -> None:
    """What was detected, for correction, and the names of the classes."""
    with st.form(f"own_model_{upload.file_id}"):
        st.markdown(_detected(facts))
        name = st.text_input("Name", Path(upload.name).stem[:MAX_NAME], max_chars=MAX_NAME)
        left, middle, right = st.columns(3)
        size = left.number_input(
            "Film size, px",
            *SIZES_PX,
            value=facts.image_size_px,
            placeholder="The one it was trained with",
            help="If the model takes another size, films are resized inside it.",
        )
        scale = middle.selectbox(
            "Grey value of white",
            SCALES,
            SCALES.index(facts.scale),
            format_func=SCALE_TITLES.__getitem__,
        )
        layer = right.selectbox(
            "Layer to explain",
            facts.layers,
            facts.layers.index(facts.target_layer),
            help="The last layer before pooling shows what the answer is based on.",
        )
        classes = _class_fields(facts)
        pressed = st.form_submit_button("Add the model", type="primary", icon=":material/add:")
    if not pressed:
        return
    with errors_shown(), st.spinner("Adding the model"), _on_disk(upload) as path:
        labels = [unify_label(words) for words in classes]
        register_model(path, name, labels, layer=layer, image_size_px=size, scale=scale)
        session.OWN_MODEL_ADDED.put(name.strip())
        session.OWN_MODEL_FILES.put(session.OWN_MODEL_FILES.get() + 1)  # an empty uploader
        st.rerun()


def _detected(facts: ModelFacts) -> str:
    """What was detected in the model, in words."""
    answers = f"{facts.n_classes} answers ({facts.ending})"
    if facts.ending in ("sigmoid", "one probability"):
        answers = "one probability for two classes: 0 stands for the first"
    words = [f"**The file was read:** {answers}. You can correct what was detected."]
    if not facts.image_size_px:
        words.append("The model takes films of any size: enter the size it was trained with.")
    if not facts.scale_known:
        words.append(
            f"The file does not state its grey values: {facts.scale} is assumed for white."
        )
    if facts.doubt:
        words.append(facts.doubt)
    if facts.map_notes:
        words += [f"  \n:material/visibility: {plain(note)}" for note in facts.map_notes]
        words.append(NEED_NO_LAYER)
    return " ".join(words)


def _class_fields(facts: ModelFacts) -> list[str]:
    """The names of the classes as they were typed, in the order of the answers."""
    known = join([label_title(label) for label in KNOWN_CLASSES])
    st.caption(
        "The file does not name its classes: enter them in the order of the model's outputs. "
        f"{known} are known here; any other name is kept unchanged."
    )
    if facts.n_classes > A_FIELD_EACH:
        text = st.text_area(
            f"All {facts.n_classes} classes, separated by commas", placeholder="first, second, …"
        )
        return text.split(",")
    columns = st.columns(min(facts.n_classes, 4))
    return [
        columns[place % len(columns)].text_input(f"Class {place + 1}", placeholder="e.g. Normal")
        for place in range(facts.n_classes)
    ]


def _row(run: Run, title: str) -> None:
    classes = join([label_title(label) for label in run.classes])
    facts = [f"{run.image_size_px} px", f"layer {run.config.target_layer or 'unknown'}"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"{plain(title)}  \n:gray[{plain(' · '.join([classes, *facts]))}]  \n{score_line(run)}",
            width="stretch",
        )
        rename_button(run)
        delete_button(run)
    for note in run.config.map_notes:
        st.caption(f":material/visibility: {plain(note)}")
    if may_change():
        test_panel(run)
