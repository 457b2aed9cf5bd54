"""What a visitor chose is kept while other pages are visited, for this session only.

Fields that choose do so by Streamlit's own `persist_state="session"`, which needs a key. This is
for the rest: tabs, and what was chosen inside a component.

A component asks for a place in a list by numbered requests (`walk.js`). It is sent the number of
the last request that was answered, so that no key press is lost while a page runs.
"""

from collections.abc import Mapping

import streamlit as st

_KEPT, _ANSWERED = "kept", "answered"


def keep(key: str) -> str:
    """The same key, for a widget whose value comes back with it.

    Called right before the widget, so that Streamlit, which forgets the widgets of a page when it
    is left, has the value again.
    """
    kept: dict[str, object] = st.session_state.setdefault(_KEPT, {})
    if key in st.session_state:
        kept[key] = st.session_state[key]
    elif key in kept:
        st.session_state[key] = kept[key]
    return key


def kept_view(key: str) -> Mapping[str, object]:
    """What the component of that key sent as its `view`: now, or before its page was left."""
    kept: dict[str, object] = st.session_state.setdefault(_KEPT, {})
    sent = st.session_state.get(key)
    view = sent.get("view") if isinstance(sent, Mapping) else None
    if isinstance(view, Mapping):
        kept[key] = dict(view)
    before = kept.get(key)
    return before if isinstance(before, Mapping) else {}


def answered(key: str) -> int:
    """The number of the last request of the component of that key that was answered."""
    numbers: dict[str, int] = st.session_state.get(_ANSWERED, {})
    return numbers.get(key, 0)


def requested(key: str, sent: object) -> int | None:
    """The place that a request asks for, which counts as answered from now on; None without one."""
    if not isinstance(sent, Mapping):
        return None
    place, number = sent.get("place"), sent.get("id")
    if not isinstance(place, int | float) or not isinstance(number, int | float):
        return None
    st.session_state.setdefault(_ANSWERED, {})[key] = int(number)
    return int(place)
