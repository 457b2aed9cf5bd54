"""Words around the content: titles, empty states, errors, the research line."""

import html
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from pages.ui.shared.places import PLACE
from pages.ui.shared.words import plain
from xray_core.data.decoding.images import Film
from xray_core.errors import XrayError

RESEARCH_LINE = (
    "Research software. Not a medical device and never a diagnosis: "
    "it shows what image classifiers respond to."
)


def page_header(title: str) -> None:
    """The page's title and the one line that says what it answers."""
    st.title(title, anchor=False)
    st.html(f'<p class="lead">{html.escape(PLACE[title].answers)}</p>')


def research_line() -> None:
    """The line that closes every page."""
    st.html(f'<p class="research">{RESEARCH_LINE}</p>')


def show_error(error: XrayError) -> None:
    """What happened, where, and what to do."""
    st.error(error_words(error), icon=":material/error:")


def error_words(error: XrayError) -> str:
    """The three parts of an error as Markdown, one per line."""
    parts = [f"**{plain(error.what)}**"]
    if error.where:
        parts.append(f"Where: {plain(error.where)}")
    if error.fix:
        parts.append(f"What to do: {plain(error.fix)}")
    return "  \n".join(parts)


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show a user's mistake, or a folder that cannot be used, in place; the page continues."""
    try:
        yield
    except XrayError as error:
        show_error(error)
    except OSError as error:  # no permission to read or write, a full disk
        logging.getLogger("thoraxlens").exception("The operating system refused access")
        show_error(
            XrayError(
                f"{error.strerror or type(error).__name__}.",
                where=Path(str(error.filename or "")).name,
                fix="Check the permissions of that file or folder, and the free space on its disk.",
            )
        )


@contextmanager
def unexpected_shown() -> Iterator[None]:
    """Turn a defect of the app into a sentence; its traceback goes to the server log."""
    try:
        yield
    except Exception:
        logging.getLogger("thoraxlens").exception("A page failed")
        st.error(
            "**Something went wrong on this page.** This is a defect in ThoraxLens, not your "
            "mistake.  \nWhat to do: reload the page; if it happens again, report it with the "
            "server log.",
            icon=":material/error:",
        )


def film_warnings(film: Film) -> None:
    """Warnings to check the film, shown before anything is said about it."""
    for warning in film.warnings:
        st.warning(f"**Check this film:** {plain(warning)}.", icon=":material/warning:")


def film_reading(film: Film) -> None:
    """How the film was read, in one small line: the notes that are not warnings."""
    harmless = [plain(note) for note in film.notes if note not in film.warnings]
    if harmless:
        st.caption(f"How it was read: {'; '.join(harmless)}.")


def empty_state(
    title: str, why: str, action: str = "", on_click: Callable[[], None] | None = None
) -> bool:
    """What will be here, why it is empty, and one button that fills it.

    Returns:
        Whether the button was pressed in this run.
    """
    with st.container(border=True, horizontal_alignment="center"):
        st.subheader(title, anchor=False, text_alignment="center")
        st.markdown(why, text_alignment="center")
        return bool(action) and st.button(action, type="primary", on_click=on_click)
