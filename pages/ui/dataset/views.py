"""What the Dataset page shows of a data set: cards, cautions, charts, problems."""

import streamlit as st

from pages.ui.dataset.cautions import Caution
from pages.ui.dataset.charts import brightness, class_counts
from pages.ui.shared.cache import DatasetLinks, film_stats
from pages.ui.shared.figures import Shown, show_chart, show_table
from pages.ui.shared.folded import folded
from pages.ui.shared.words import count, films, plain
from xray_core.data.decoding.images import to_uint8
from xray_core.data.labels import label_title
from xray_core.data.origins import bases_in_words, count_bases
from xray_core.data.records import Manifest
from xray_core.data.stats import UNKNOWN, count_table, problem_table, size_table
from xray_core.wording import capital

FACTS = {"source": "Source", "split": "Split", "view": "Projection", "age_group": "Age group"}
CARD_PX = 150
MEAN_FILM_PX = 168


def cards(manifest: Manifest, links: DatasetLinks) -> None:
    """The data set in numbers."""
    usable = manifest.usable.records
    patients = {record.patient_key for record in usable if record.patient}
    without = sum(not record.patient for record in usable)
    has_split = any(record.split for record in usable)
    leaks = (
        count(len(links.leaks)),
        "Patients and near-duplicate groups in more than one of its own splits",
    )
    facts: dict[str, tuple[str, str]] = {
        "Films": (count(len(usable)), "Films that can be read and have a label"),
        "Patients": (
            count(len(patients)) if patients else "unknown",
            f"{count(without)} films do not name their patient" if without else "All are known",
        ),
        "Classes": (
            count(len(manifest.classes)),
            plain(", ".join(map(label_title, manifest.classes))),
        ),
        "Problems": (count(len(manifest.problems)), "Files that can't be used"),
        "Near-duplicates": (count(len(links.near_duplicates)), "Groups of the same radiograph"),
        "Leaks": leaks if has_split else ("–", "The data set has no split of its own"),
    }
    with st.container(horizontal=True, gap="small", key="cards"):
        for name, (value, words) in facts.items():
            with st.container(width=CARD_PX):
                st.metric(name, value, help=words, border=True)


def notes(manifest: Manifest) -> None:
    """What its labels say, and how the data set was interpreted where it is ambiguous."""
    bases = count_bases(manifest.records)
    n_maps_only = len(manifest.maps_only)
    maps_only = f"{films(n_maps_only)} with boxes and no label: for maps only"
    own = (bases_in_words(bases) if bases else "", maps_only if n_maps_only else "")
    for note in (*filter(None, own), *manifest.notes):
        st.caption(f":material/info: {plain(capital(note))}.")


def caution_box(found: tuple[Caution, ...]) -> None:
    """All cautions in one box."""
    if found:
        lines = [f"**{plain(item.title)}.** {plain(item.text)}" for item in found]
        st.warning("\n\n".join(lines), icon=":material/warning:")


def balance(manifest: Manifest) -> None:
    """Films by class and one fact."""
    st.subheader("Films by class", anchor=False)
    table_of = {fact: count_table(manifest, fact) for fact in FACTS}
    stated = [fact for fact in FACTS if set(table_of[fact].columns) != {UNKNOWN}]
    if not stated:
        st.caption("The data set does not state source, split, projection or age group.")
    fact = st.segmented_control(
        "By",
        stated or ["source"],
        format_func=FACTS.__getitem__,
        default=(stated or ["source"])[0],
        required=True,
        key="balance_by",
        persist_state="session",
        label_visibility="collapsed",
    )
    shown = Shown(f"Films by class and {FACTS[fact].lower()}", made_of=_films_of(manifest))
    show_chart(
        class_counts(table_of[fact]),
        shown,
        key="balance",
        alt=f"{shown.title}; the table below shows the same numbers",
    )
    with folded("As a table", "balance_fold") as is_open:
        if is_open:
            frame = table_of[fact].rename(index=label_title).rename_axis("Class").reset_index()
            show_table(frame, shown, key="balance_table", alt=shown.title)


def appearance(manifest: Manifest) -> None:
    """Mean films, brightness and sizes."""
    stats = film_stats(manifest)
    st.subheader("Mean film of each class", anchor=False)
    st.caption("Borders, markers and positions that differ between classes show here.")
    with st.container(horizontal=True):
        for label, mean in stats.mean_images.items():
            with st.container(width=MEAN_FILM_PX):
                st.image(
                    to_uint8(mean),
                    caption=f"{plain(label_title(label))}, {count(stats.n_films[label])} films",
                    width="stretch",
                    alt=f"Mean of {stats.n_films[label]} films labelled {label_title(label)}",
                )
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("Brightness", anchor=False)
        show_chart(
            brightness(stats.brightness),
            Shown("Brightness of the films of each class", made_of=_films_of(manifest)),
            key="brightness",
            alt="How often each brightness occurs in the films of each class",
        )
    with right:
        st.subheader("Sizes", anchor=False)
        show_table(
            size_table(manifest),
            Shown("Films by width and height", made_of=_films_of(manifest)),
            key="sizes",
            alt="Films by width and height",
            column_config={"width": "Width, px", "height": "Height, px", "films": "Films"},
        )


def problems(manifest: Manifest) -> None:
    """Files that can't be used, with the reason."""
    if not manifest.problems:
        has = "a label or boxes" if manifest.maps_only else "a label"
        st.success(f"Every file can be read and has {has}.", icon=":material/check:")
        return
    table = problem_table(manifest)
    st.caption("These files are left out everywhere; nothing else is affected.")
    show_table(
        table,
        Shown("Files that cannot be used", made_of=_films_of(manifest)),
        key="problems",
        column_order=("path", "problem", "label"),
        column_config={  # a long name must not push the reason out of sight
            "path": st.column_config.TextColumn(width=180),
            "problem": st.column_config.TextColumn(width="large"),
        },
        alt="Files that can't be used, with the reason",
    )


def _films_of(manifest: Manifest) -> str:
    """What a table of a data set was made of."""
    return f"Manifest {manifest.hash}"
