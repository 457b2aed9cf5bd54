"""What a visitor chose stays while other pages are visited, for the session and no longer.

Fields that choose do so by Streamlit's own `persist_state="session"`, which needs a key. This is
for the rest: tabs, and what was chosen inside a component.
"""

from collections.abc import Mapping

import streamlit as st

_KEPT = "kept"


def keep(key: str) -> str:
    """The same key, for a widget whose value comes back with it.

    Called right before the widget, so that Streamlit, which forgets the widgets of a page that is
    left, has the value again.
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
