"""Prototypes: pictures optimised until a model gives one class the highest logit it can."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from pages.ui.patterns.maps import picture_bytes
from pages.ui.shared import session
from pages.ui.shared.cache import classifier_of
from pages.ui.shared.progress import progress_bar
from pages.ui.shared.words import plain
from xray_core.data.labels import label_title
from xray_core.patterns import prototypes
from xray_core.runs.store import Run


def prototype_panel(runs: Sequence[Run], names: dict[str, str]) -> None:
    """The button that makes them, and those that were made in this session.

    Args:
        runs: to choose from.
        names: run id -> display name.
    """
    st.subheader("Prototypes", anchor=False)
    st.caption(
        "Starting from grey, a picture is optimised until the model gives one class the highest "
        "logit it can. It shows textures and shapes that the model responds to; it is not a film "
        "of any patient."
    )
    run = runs[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(runs) > 1:
            run = st.selectbox(
                "Model",
                runs,
                format_func=lambda item: names[item.id],
                key="patterns_prototype_run",
                persist_state="session",
                width=280,
            )
        pressed = st.button(
            "Make prototypes",
            icon=":material/auto_fix_high:",
            key="patterns_prototype_button",
            help="Takes half a minute to several minutes.",
        )
    kept = session.PROTOTYPES.hold()
    key = (run.id, run.changed)
    if pressed:
        with progress_bar(
            lambda done, total: f"Step {done} of {total}", "Loading the model"
        ) as show:
            films = prototypes.make_prototypes(
                classifier_of(run), n_steps=prototypes.N_STEPS, progress=show
            )
        kept[key] = np.round(films * 255).astype(np.uint8)
    if key not in kept:
        return
    with st.container(key="map_grid_prototypes"):
        for label, film in zip(run.classes, kept[key], strict=True):
            with st.container(gap="xsmall"):
                title = label_title(label)
                alt = f"Prototype of {names[run.id]} for {title}"
                st.image(film, width="stretch", alt=alt)
                st.download_button(
                    f"{plain(title)} (PNG)",
                    picture_bytes(film),
                    f"thoraxlens-prototype-{run.network}-{label}.png",
                    "image/png",
                    on_click="ignore",
                    key=f"patterns_prototype_{label}",
                )
