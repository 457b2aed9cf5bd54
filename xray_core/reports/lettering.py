"""Letters on pictures: DejaVu Sans, as large as there is room."""

from functools import lru_cache

from PIL import ImageFont

from xray_core.reports.fonts import BOLD, REGULAR

LEAST_PX = 16
"""The smallest letters that are legible on a slide."""


@lru_cache(maxsize=32)
def letters(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu Sans in that size in pixels."""
    return ImageFont.truetype(BOLD if bold else REGULAR, size)


def fitting(words: str, room: float, most: int, *, bold: bool = False) -> int:
    """The largest size up to `most` in which words take `room` pixels; not below a legible one."""
    wide = letters(most, bold=bold).getlength(words)
    return most if wide <= room else max(min(LEAST_PX, most), int(most * room / wide))
