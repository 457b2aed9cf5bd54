"""Colours of slides: two themes, and one colour, dash and marker for every series."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """Colours of a deck, as RGB in hexadecimal digits.

    Attributes:
        back, panel, text, muted: of the slide, of table heads, of words, of the footer.
        shade: of a table cell at full share.
        accent: of the line at the edge of a slide.
    """

    back: str
    panel: str
    text: str
    muted: str
    shade: str
    accent: str


THEMES = {
    "light": Theme("FFFFFF", "E8EDF3", "1A2230", "5A6472", "7CCBC2", "14837A"),
    "dark": Theme("0E1116", "1F2630", "E6EAF0", "9AA4B2", "1C6E67", "3FD0C2"),
}

COLOURS = ("1C978B", "D55E00", "3D6FD1", "9173CF")
"""Of series, in order; they start again after the last."""


def shaded(theme: Theme, share: float) -> str:
    """The colour of a table cell.

    Args:
        theme: of the deck.
        share: of the full shade, in [0, 1].
    """
    ends = [bytes.fromhex(colour) for colour in (theme.back, theme.shade)]
    mixed = [round(low + share * (high - low)) for low, high in zip(*ends, strict=True)]
    return bytes(mixed).hex().upper()
