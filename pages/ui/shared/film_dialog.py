"""A film of a data set as a small picture, and enlarged with all that is known of it."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from pages.ui.shared.cache import record_film, small_film_of
from pages.ui.shared.notices import errors_shown, film_reading, film_warnings
from pages.ui.shared.words import film_alt, plain
from xray_core.data.decoding.images import to_uint8
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest, Record
from xray_core.errors import ImageReadError
from xray_core.viewer.layers import thumbnail_url


def picture_of(manifest: Manifest, record: Record) -> str:
    """A small film as a data URL; black where it cannot be read (the large view says why)."""
    try:
        return thumbnail_url(small_film_of(manifest.path_of(record)))
    except ImageReadError:
        return thumbnail_url(np.zeros((8, 8), np.uint8))


@st.dialog("Film", width="large")
def film_dialog(
    manifest: Manifest, record: Record, below: Callable[[], None] = lambda: None
) -> None:
    """One film with everything that the data set says about it.

    Args:
        manifest: the data set.
        record: the film.
        below: draws what stands under the facts.
    """
    picture, words = st.columns([3, 2], gap="medium")
    with picture, errors_shown():
        film = record_film(manifest, record.id)
        st.image(
            to_uint8(film.pixels),
            width="stretch",
            alt=film_alt(record.label),
        )
        film_warnings(film)
        film_reading(film)
    facts = {
        "Label": label_title(record.label),
        "Patient": record.patient,
        "Source": record.source,
        "Age group": record.age_group,
        "Projection": record.view,
        "Split": record.split,
        "Size": f"{record.width} × {record.height} px",
        "File": record.path,
    }
    words.markdown(
        "  \n".join(f"{name}: **{plain(text or 'not stated')}**" for name, text in facts.items())
    )
    with words:
        below()
