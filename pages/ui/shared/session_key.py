"""A value that is kept for a visitor, under a name and with a type.

The only module that touches `st.session_state`; `session.py` lists the values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import streamlit as st

Value = TypeVar("Value")


@dataclass(frozen=True)
class Key(Generic[Value]):
    """One value of a session.

    Attributes:
        name: under which Streamlit keeps it; the `key` of the widget that it belongs to.
        default: makes the value that it has until one is kept.
    """

    name: str
    default: Callable[[], Value]

    @property
    def is_kept(self) -> bool:
        """Whether a value is kept, the default or another."""
        return self.name in st.session_state

    def get(self) -> Value:
        """The value that is kept, or the default, which is not kept."""
        return cast(Value, st.session_state[self.name]) if self.is_kept else self.default()

    def hold(self) -> Value:
        """The value that is kept; the default is kept from now on, so that it can be filled."""
        if not self.is_kept:
            self.put(self.default())
        return self.get()

    def put(self, value: Value) -> None:
        """Keep a value."""
        st.session_state[self.name] = value

    def forget(self) -> None:
        """Keep nothing from now on."""
        st.session_state.pop(self.name, None)

    def take(self) -> Value:
        """The value that is kept, or the default; nothing is kept from now on."""
        return cast(Value, st.session_state.pop(self.name, self.default()))


def nothing() -> None:
    """The default of a key that has none."""
