"""What a page of `AppTest` shows: its words and its buttons."""

from typing import Any

from streamlit.testing.v1 import AppTest


def button(page: AppTest, label: str) -> Any:
    """The first button of that label."""
    return next(item for item in page.button if item.label == label)


def words(page: AppTest) -> str:
    """All text and captions, a line each."""
    return "\n".join(item.value for item in (*page.markdown, *page.caption))
