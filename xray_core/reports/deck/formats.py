"""The files that a deck can be written as, by their ending."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from xray_core.errors import DatasetError
from xray_core.reports.deck.content import Deck
from xray_core.reports.deck.pdf_pages import write_pdf
from xray_core.reports.deck.powerpoint import write_powerpoint
from xray_core.reports.deck.web_page import write_web_page

Write = Callable[[Deck, Path, str], None]

FORMATS: dict[str, Write] = {
    ".pptx": write_powerpoint,
    ".pdf": write_pdf,
    ".html": write_web_page,
}
"""Ending -> what writes a deck to a path in a theme, `light` or `dark`."""

WITH_EVERY_CLASS = (".html",)
"""Endings of those that let a reader choose the class of a map."""


def format_of(path: Path) -> str:
    """The ending of a file that a deck can be written as.

    Raises:
        DatasetError: it is another; lists those that exist.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise DatasetError(
            f"Slides are written as {', '.join(FORMATS)}.",
            where=path.name,
            fix="Change the ending.",
        )
    return ending


def deck_bytes(deck: Deck, ending: str, theme: str) -> bytes:
    """A deck as the content of a file.

    Args:
        deck: to write.
        ending: key in `FORMATS`.
        theme: `light` or `dark`.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"deck{ending}"
        FORMATS[ending](deck, path, theme)
        return path.read_bytes()
