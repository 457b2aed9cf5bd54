"""What a visitor chose is kept while other pages are visited, for this session only.

Fields that choose do so by Streamlit's own `persist_state="session"`, which needs a key. This is
for the rest: tabs, and what was chosen inside a component.

A component asks for a place in a list by numbered requests (`walk.js`). It is sent the number of
the last request that was answered, so that no key press is lost while a page runs.
"""

from collections.abc import Mapping
from typing import Any

from pages.ui.shared import session, visit
from pages.ui.shared.session_key import Key


def keep(key: Key[Any]) -> str:
    """The name of that key, for a widget whose value comes back with it.

    Called right before the widget, so that Streamlit, which forgets the widgets of a page when it
    is left, has the value again.
    """
    kept = visit.KEPT.hold()
    if key.is_kept:
        kept[key.name] = key.get()
    elif key.name in kept:
        key.put(kept[key.name])
    return key.name


def kept_view(key: str) -> Mapping[str, object]:
    """What the component of that key sent as its `view`: now, or before its page was left."""
    kept = visit.KEPT.hold()
    sent = session.widget(key).get()
    view = sent.get("view") if isinstance(sent, Mapping) else None
    if isinstance(view, Mapping):
        kept[key] = dict(view)
    before = kept.get(key)
    return before if isinstance(before, Mapping) else {}


def answered(key: str) -> int:
    """The number of the last request of the component of that key that was answered."""
    return visit.ANSWERED.get().get(key, 0)


def answer(key: str, number: int) -> None:
    """Note that the request of that number was answered."""
    visit.ANSWERED.hold()[key] = number


def requested_of(key: str, sent: object, n_items: int) -> int | None:
    """`requested` where it is the place of one of so many items; None for any other place."""
    place = requested(key, sent)
    return place if place is not None and 0 <= place < n_items else None


def requested(key: str, sent: object) -> int | None:
    """The place that a request asks for, which counts as answered from now on; None without one."""
    if not isinstance(sent, Mapping):
        return None
    place, number = sent.get("place"), sent.get("id")
    if not isinstance(place, int | float) or not isinstance(number, int | float):
        return None
    answer(key, int(number))
    return int(place)
