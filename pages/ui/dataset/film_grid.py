"""Films of a data set as small pictures: pages of samples, groups side by side."""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType

import streamlit as st

from pages.ui.dataset.deciding import FILMS_TAB, leave_out_button
from pages.ui.film.strip import StripItem, film_strip
from pages.ui.shared.film_dialog import film_dialog, picture_of
from pages.ui.shared.theme import MUTED
from pages.ui.shared.words import count, films, plain
from xray_core.data.decisions import LEFT_OUT
from xray_core.data.labels import label_title
from xray_core.data.records import NO_LABEL, Manifest, Record
from xray_core.viewer.classes import class_colours
from xray_core.wording import join

PAGE_SIZE = 24
GROUPS_A_PAGE = 12
GROUPS_A_ROW = 3


def sample_pages(manifest: Manifest) -> None:
    """All usable films of the class chosen, or those without label that serve maps only.

    In a fixed random order, 24 per page.
    """
    unlabelled = [NO_LABEL] if manifest.maps_only else []
    label = st.segmented_control(
        "Class",
        ["", *manifest.classes, *unlabelled],
        format_func=lambda label: plain(label_title(label)) if label else "All classes",
        default="",
        required=True,
        key="films_class",
        persist_state="session",
        label_visibility="collapsed",
    )
    records = sorted(
        manifest.maps_only
        if label == NO_LABEL
        else (record for record in manifest.usable.records if label in ("", record.label)),
        key=lambda record: (record.sha256, record.id),
    )
    page = page_of(len(records), PAGE_SIZE, f"films_page_{label}")
    shown = records[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    st.caption(
        f"Films {count(page * PAGE_SIZE + 1)} to {count(page * PAGE_SIZE + len(shown))} "
        f"of {count(len(records))}, in random order. Click a film to enlarge it or leave it out."
    )
    show_films(manifest, shown, key=f"films-{label}-{page}", tab=FILMS_TAB)


def left_out_films(manifest: Manifest) -> None:
    """The films that a decision leaves out, folded; nothing without any."""
    gone = [record for record in manifest.records if record.problem == LEFT_OUT]
    if not gone:
        return
    with st.expander(f"Left out by a decision ({count(len(gone))})", icon=":material/block:"):
        page = page_of(len(gone), PAGE_SIZE, "left_out_page")
        shown = gone[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        st.caption("Click a film to include it again.")
        show_films(manifest, shown, key=f"left-out-{page}", tab=FILMS_TAB)


def duplicate_pages(manifest: Manifest, groups: Sequence[Sequence[str]]) -> None:
    """Near-duplicate groups, each side by side."""
    group_pages(manifest, groups, key="group")


def group_pages(
    manifest: Manifest, groups: Sequence[Sequence[str]], key: str, tab: str = ""
) -> None:
    """Groups of films, each side by side.

    Args:
        manifest: the data set.
        groups: record ids of each.
        key: of the widgets.
        tab: as `show_films` takes it.
    """
    by_id = manifest.by_id
    page = page_of(len(groups), GROUPS_A_PAGE, f"{key}s_page")
    start = page * GROUPS_A_PAGE
    shown = groups[start : start + GROUPS_A_PAGE]
    for first in range(0, len(shown), GROUPS_A_ROW):
        places = st.columns(GROUPS_A_ROW)
        for place, ids in enumerate(shown[first : first + GROUPS_A_ROW]):
            records = [by_id[record_id] for record_id in ids]
            number = start + first + place + 1
            with places[place], st.container(border=True):
                st.markdown(f"**Group {number}** · {films(len(records))}{_conflict(records)}")
                show_films(manifest, records[:PAGE_SIZE], key=f"{key}-{number}", tab=tab)


def show_films(
    manifest: Manifest,
    records: Sequence[Record],
    key: str,
    beside: Mapping[str, StripItem] = MappingProxyType({}),
    tab: str = "",
) -> None:
    """A grid of films; a click enlarges one.

    Args:
        manifest: the data set.
        records: its films that are shown.
        key: of the grid.
        beside: record id -> what stands after its film, such as its map.
        tab: title of the tab in which an enlarged film can be left out of the data set; "" where
            none can.
    """
    items = [
        (record, item)
        for record in records
        for item in (_film_item(manifest, record), beside.get(record.id))
        if item
    ]
    chosen = film_strip([item for _, item in items], chosen=-1, key=key, grid=True)
    if chosen is not None:
        record = items[chosen][0]
        if tab:
            film_dialog(manifest, record, partial(leave_out_button, manifest, record, tab))
        else:
            film_dialog(manifest, record)


def _film_item(manifest: Manifest, record: Record) -> StripItem:
    gone = "left out" if record.problem == LEFT_OUT else ""
    return StripItem(
        image=picture_of(manifest, record),
        title=label_title(record.label),
        note=" · ".join(filter(None, (gone, record.patient, record.source))) or record.path,
        colour=class_colours(set(manifest.classes)).get(record.label, MUTED),
    )


def page_of(n_items: int, page_size: int, key: str) -> int:
    """The page that the visitor wants, from 0."""
    n_pages = -(-n_items // page_size)
    return st.pagination(n_pages, key=key, persist_state="session") - 1 if n_pages > 1 else 0


def _conflict(records: Sequence[Record]) -> str:
    """What conflicts among copies of one radiograph."""
    words = []
    labels = list(dict.fromkeys(label_title(record.label) for record in records))
    splits = list(dict.fromkeys(record.split for record in records if record.split))
    if len(labels) > 1:
        words.append(f"labelled {plain(join(labels))}")
    if len(splits) > 1:
        words.append(f"in the splits {plain(join(splits))}")
    return f" · :orange[:material/warning: {' and '.join(words)}]" if words else ""
