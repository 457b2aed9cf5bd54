"""The slides of the basket in order: dragged, renamed, grouped as cases, removed with undo."""

import html
from io import BytesIO

import numpy as np
import streamlit as st
from PIL import Image

from pages.ui.present.order import LIST, handle_html, ordered_by_hand
from pages.ui.shared import session
from pages.ui.shared.basket import MOST_LETTERS
from pages.ui.shared.notices import empty_state
from pages.ui.shared.words import count, plain
from xray_core.reports.deck.basket import Basket, Item, edited, moved, moved_to, without
from xray_core.reports.deck.content import Bars, Block, Curves, FilmMaps, Picture
from xray_core.reports.map_picture import film_panes
from xray_core.viewer.layers import thumbnail_url

_SMALL_PX = 192
_MOST_NAME = 200


def basket_list() -> None:
    """All slides with their buttons, or where to find films."""
    _undo_line()
    basket = session.BASKET.get()
    if not basket:
        if empty_state(
            "Your slides will appear here",
            "Films, charts and tables have a button *Add to basket*: films on Explain and Second "
            "opinion, the rest on Compare and Patterns.",
            "Look at films",
        ):
            st.switch_page("pages/explain.py")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{_slides(len(basket))}**", width="stretch")
        st.button("Remove all", key="basket_clear", type="tertiary", on_click=_clear)
    with st.container(key=LIST):
        _rows(basket)
    if moving := ordered_by_hand([item.number for item in basket]):
        _change(moved_to(basket, *moving))
        st.rerun()


def _rows(basket: Basket) -> None:
    case = ""
    for place, item in enumerate(basket):
        if item.case and item.case != case:
            st.markdown(f"**{plain(item.case)}**")
        case = item.case
        with st.container(border=True, key=f"basket_item_{item.number}"):
            _row(item, first=place == 0, last=place == len(basket) - 1)


def _row(item: Item, *, first: bool, last: bool) -> None:
    picture, words = st.columns([1, 7], vertical_alignment="center")
    picture.html(
        f'<div class="basket-grip">{handle_html(item.slide.title)}{_thumbnail(item)}</div>'
    )
    with words:
        st.markdown(f"**{plain(item.slide.title)}**")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(plain(_kind(item)), width="stretch")
            for icon, title, step, off in (
                ("arrow_upward", "Up", -1, first),
                ("arrow_downward", "Down", 1, last),
            ):
                st.button(
                    title,
                    icon=f":material/{icon}:",
                    key=f"basket_{title.lower()}_{item.number}",
                    type="tertiary",
                    disabled=off,
                    on_click=_move,
                    args=(item.number, step),
                )
            with st.popover("Edit", icon=":material/edit:", type="tertiary"):
                _fields(item)
            st.button(
                "Remove",
                icon=":material/close:",
                key=f"basket_remove_{item.number}",
                type="tertiary",
                on_click=_remove,
                args=(item,),
            )


def _fields(item: Item) -> None:
    """Title, notes and case, kept as soon as a field is left."""
    known = {"title": item.slide.title, "notes": item.slide.notes, "case": item.case}
    keys = {name: f"basket_{name}_{item.number}" for name in known}
    st.text_input(
        "Title",
        known["title"],
        max_chars=_MOST_NAME,
        key=keys["title"],
        on_change=_edit,
        args=(item.number, keys),
    )
    st.text_area(
        "Speaker notes",
        known["notes"],
        max_chars=2 * MOST_LETTERS,
        key=keys["notes"],
        height=160,
        on_change=_edit,
        args=(item.number, keys),
    )
    st.text_input(
        "Case",
        known["case"],
        max_chars=_MOST_NAME,
        key=keys["case"],
        on_change=_edit,
        args=(item.number, keys),
        help="Slides of one case stand together, and begin with its name.",
    )


def _undo_line() -> None:
    if before := session.BASKET_BEFORE.get():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"Removed: {plain(before[0])}", width="content")
            st.button("Undo", key="basket_undo", on_click=_undo)


def _slides(number: int) -> str:
    return f"{count(number)} slide{'s' * (number != 1)}"


def _kind(item: Item) -> str:
    names = {Bars: "Chart", Curves: "Chart", Picture: "Picture", FilmMaps: "Film"}
    kinds = dict.fromkeys(names.get(type(block), "Table") for block in item.slide.blocks)
    return ", ".join(kinds) or "Words"


def _thumbnail(item: Item) -> str:
    """The first film or picture in small; a sign for what has neither."""
    url = next(filter(None, map(_small, item.slide.blocks)), "")
    if not url:
        return '<div class="basket-sign" aria-hidden="true">▤</div>'
    alt = html.escape(item.slide.title, quote=True)
    return f'<img class="basket-picture" src="{url}" alt="{alt}">'


def _small(block: Block) -> str:
    if isinstance(block, FilmMaps):
        grey = block.film.astype(np.float32) / np.float32(255)
        return thumbnail_url(np.asarray(film_panes(grey, [block.models[0].shown], _SMALL_PX)[1]))
    if isinstance(block, Picture):
        with Image.open(BytesIO(block.data)) as picture:
            picture.thumbnail((_SMALL_PX, _SMALL_PX))
            return thumbnail_url(np.asarray(picture))
    return ""


def _clear() -> None:
    basket = session.BASKET.get()
    session.BASKET_BEFORE.put((_slides(len(basket)), basket))
    session.BASKET.put(())


def _remove(item: Item) -> None:
    basket = session.BASKET.get()
    session.BASKET_BEFORE.put((item.slide.title, basket))
    session.BASKET.put(without(basket, item.number))


def _undo() -> None:
    if before := session.BASKET_BEFORE.take():
        session.BASKET.put(before[1])


def _move(number: int, step: int) -> None:
    _change(moved(session.BASKET.get(), number, step))


def _edit(number: int, keys: dict[str, str]) -> None:
    words = {name: str(session.widget(key).get() or "") for name, key in keys.items()}
    _change(edited(session.BASKET.get(), number, **words))


def _change(basket: Basket) -> None:
    """What was removed before cannot be brought back into another order."""
    session.BASKET_BEFORE.forget()
    session.BASKET.put(basket)
