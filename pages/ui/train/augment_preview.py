"""How training films are varied, shown on films of the data set."""

import numpy as np
import streamlit as st

from pages.ui.shared import session
from pages.ui.shared.cache import record_film, record_lungs
from pages.ui.shared.folded import folded
from pages.ui.shared.notices import errors_shown
from pages.ui.shared.words import plain
from pages.ui.train.fields import draw_settings
from pages.ui.train.settings import value_of
from xray_core.arrays import UInt8Array
from xray_core.data.decoding.images import resize_image, to_uint8
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest, Record
from xray_core.lungs.boxes import WHOLE_FILM, lung_box
from xray_core.training.augment import augment
from xray_core.viewer.classes import class_colours

N_FILMS = 2
N_VARIANTS = 5
A_ROW = 3
MOST_PX = 224


def augment_fields() -> None:
    """Whether films are varied, until when, and how many in which way."""
    st.toggle(
        "Vary the training films",
        key=session.setting("augment").name,
        help="Small rotations, shifts and changes of brightness. Never mirrored: the heart stays "
        "on its side.",
    )
    if not value_of("augment"):
        return
    draw_settings("films")


@st.fragment
def augment_preview(
    manifest: Manifest, size_px: int, *, tone_mixing: float, lung_focus: float
) -> None:
    """Two films, each unchanged and in five variants, folded; drawn again on demand."""
    title, icon = "Show how films are varied", ":material/image:"
    with folded(title, "train_preview", icon=icon) as is_open, errors_shown():
        if not is_open:
            return
        draw = session.PREVIEW_DRAW.get()
        records = chosen_films(manifest, draw)
        films, lungs = [], []
        for record in records:
            pixels = record_film(manifest, record.id).pixels
            films.append(to_uint8(resize_image(pixels, min(size_px, MOST_PX))))
            mask = record_lungs(manifest, record.id) if lung_focus else None
            lungs.append(lung_box(mask) or WHOLE_FILM if mask is not None else WHOLE_FILM)
        variants = augment(
            np.repeat(films, N_VARIANTS, axis=0),
            np.random.default_rng(draw),
            tone_mixing=tone_mixing,
            lungs=np.repeat(np.array(lungs, np.float32), N_VARIANTS, axis=0),
            lung_focus=lung_focus,
        )
        for place, (record, film) in enumerate(zip(records, films, strict=True)):
            title = label_title(record.label)
            own = variants[place * N_VARIANTS : (place + 1) * N_VARIANTS]
            st.image(
                contact_sheet(film, own),
                width="stretch",
                caption=f"{plain(title)}: the original, then variants",
                alt=f"A film labelled {title}, and {N_VARIANTS} variants of it",
            )
        st.button("Draw again", icon=":material/refresh:", on_click=_draw_again)


def chosen_films(manifest: Manifest, draw: int) -> tuple[Record, ...]:
    """One film from each of two classes, different at every draw."""
    rng = np.random.default_rng((1, draw))
    labels = list(class_colours(set(manifest.classes)))
    records = manifest.usable.records
    picked = [
        [record for record in records if record.label == label]
        for label in (labels[(draw + place) % len(labels)] for place in range(N_FILMS))
    ]
    return tuple(of_class[int(rng.integers(len(of_class)))] for of_class in picked[: len(labels)])


def contact_sheet(film: UInt8Array, variants: UInt8Array) -> UInt8Array:
    """A film and its variants, three per row, with black between them.

    Args:
        film: uint8 (size, size).
        variants: uint8 (5, size, size).

    Returns:
        uint8 (2 * size + gap, 3 * size + 2 * gap); the film comes first.
    """
    gap = max(1, len(film) // 40)
    framed = np.pad([film, *variants], ((0, 0), (0, gap), (0, gap)))
    rows = [
        np.hstack(list(framed[start : start + A_ROW])) for start in range(0, len(framed), A_ROW)
    ]
    return np.vstack(rows)[:-gap, :-gap]


def _draw_again() -> None:
    session.PREVIEW_DRAW.put(session.PREVIEW_DRAW.get() + 1)
