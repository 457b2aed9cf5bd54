"""Dataset: what the films contain, and what could mislead a model."""

import streamlit as st

from pages.ui.dataset.audit import audit_panel
from pages.ui.dataset.cautions import cautions, label_caution, leak_caution
from pages.ui.dataset.deciding import FILMS_TAB, decided_line
from pages.ui.dataset.drop import drop_panel, dropped_notes
from pages.ui.dataset.film_grid import duplicate_pages, left_out_films, sample_pages
from pages.ui.dataset.review import AUDIT_TAB
from pages.ui.dataset.sources import (
    add_panel,
    added_line,
    download_panel,
    forget_button,
    undo_line,
)
from pages.ui.dataset.views import appearance, balance, cards, caution_box, notes, problems
from pages.ui.shared import session
from pages.ui.shared.access import may_change, read_only_line
from pages.ui.shared.cache import dataset_links
from pages.ui.shared.damage_note import damage_note
from pages.ui.shared.dropped import NAME as DROPPED
from pages.ui.shared.frame import require_app
from pages.ui.shared.kept import keep
from pages.ui.shared.manifests import forget_manifest, manifest_of
from pages.ui.shared.notices import empty_state, errors_shown, page_header
from pages.ui.shared.pickers import pick_dataset
from pages.ui.shared.words import count

require_app()
page_header("Dataset")
damage_note()

choice, actions = st.columns([5, 1], vertical_alignment="bottom")
with choice:
    dropped = session.DROPPED.get()
    dataset = pick_dataset((dropped.dataset,) if dropped else ())
with actions, st.container(horizontal=True, wrap=False):
    if st.button("Rescan", width="stretch", help="Reads films that have changed."):
        forget_manifest(dataset.name)
    if may_change() or dataset.name == DROPPED:
        forget_button(dataset)
read_only_line()
if may_change():
    undo_line()
    added_line()
    drop, add, fetch = st.columns(3)
    with add:
        add_panel()
    with fetch:
        download_panel()
else:
    drop = st.container()
with drop:
    drop_panel()
dropped_notes()

with errors_shown():
    manifest = manifest_of(dataset.name)
    if not manifest.usable.records:
        if manifest.maps_only:
            empty_state("No film of this data set has a label", "Explain shows those with boxes.")
        else:
            empty_state("No film of this data set can be used", "The list below says why.")
        notes(manifest)
        problems(manifest)
        left_out_films(manifest)
        st.stop()
    links = dataset_links(manifest)
    cards(manifest, links)
    notes(manifest)
    twins_differ = label_caution(manifest, links.near_duplicates)
    caution_box((*cautions(manifest), *leak_caution(links.leaks), *twins_differ))

    films, looks, faults, twins, audits = st.tabs(
        [
            FILMS_TAB,
            "Balance and appearance",
            f"Problems ({count(len(manifest.problems))})",
            f"Near-duplicates ({count(len(links.near_duplicates))})",
            AUDIT_TAB,
        ],
        on_change="rerun",
        key=keep(session.dataset_tabs(dataset.name)),
    )
    with films:
        if films.open:
            decided_line(manifest, FILMS_TAB)
            sample_pages(manifest)
            left_out_films(manifest)
    with looks:
        if looks.open:
            balance(manifest)
            appearance(manifest)
    with faults:
        if faults.open:
            problems(manifest)
    with twins:
        if twins.open and links.near_duplicates:
            duplicate_pages(manifest, links.near_duplicates)
        elif twins.open:
            st.success("No radiograph occurs twice.", icon=":material/check:")
    with audits:
        if audits.open:
            audit_panel(dataset, manifest)

    st.download_button(
        "Download the manifest",
        lambda: manifest.to_frame().to_csv(index=False),
        f"{dataset.name}-manifest.csv",
        "text/csv",
        on_click="ignore",
        help="One row per film, with hashes, label, patient, source, split and problem.",
    )
