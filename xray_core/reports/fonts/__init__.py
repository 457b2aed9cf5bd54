"""Fonts of the reports: DejaVu Sans comes along, other scripts take a font of this machine.

DejaVu Sans has Latin, Greek, Cyrillic, Arabic, Hebrew and more; `LICENSE.txt` has its terms.
"""

import functools
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

FAMILY = "DejaVu"
"""Name of DejaVu Sans in a document that `add_fonts` was called on."""

REGULAR = Path(__file__).with_name("DejaVuSans.ttf")
BOLD = Path(__file__).with_name("DejaVuSans-Bold.ttf")

_ENDINGS = (".ttf", ".otf", ".ttc", ".otc")
_SECONDS = 5
_FACE_BITS = 0xFFFF  # of fontconfig's index; the others name an instance of a variable font


@dataclass(frozen=True)
class FontFile:
    """A face of a font file; a collection has several."""

    path: Path
    number: int = 0


def add_fonts(document: "FPDF", fallbacks: Iterable[FontFile] = ()) -> None:
    """Give a document DejaVu Sans, regular and bold, and fonts for letters that it lacks."""
    document.add_font(FAMILY, "", REGULAR)
    document.add_font(FAMILY, "B", BOLD)
    names = []
    for number, font in enumerate(fallbacks):
        names.append(f"fallback{number}")
        document.add_font(names[-1], "", font.path, collection_font_number=font.number)
    if names:
        document.set_fallback_fonts(names, exact_match=False)


@functools.lru_cache(maxsize=256)
def letters_of(font: FontFile) -> frozenset[int]:
    """Code points that a font can draw; none where it cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(font.path, fontNumber=font.number, lazy=True) as opened:
            return frozenset(opened.getBestCmap() or {})
    except (TTLibError, OSError, ValueError, KeyError, AssertionError):
        return frozenset()


def missing_in(text: str) -> frozenset[str]:
    """Characters of a text that DejaVu Sans cannot draw; ends of lines are no characters."""
    known = letters_of(FontFile(REGULAR))
    return frozenset(c for c in text if ord(c) not in known and c != "\n")


def system_fonts(characters: Iterable[str]) -> tuple[tuple[FontFile, ...], frozenset[str]]:
    """Fonts of this machine for characters that DejaVu Sans lacks.

    Returns:
        The fonts, and the characters that none of them has.
    """
    left, found = sorted(set(characters)), []
    nowhere = set()
    while left:
        font = _font_for(left[0])
        if font is None:
            nowhere.add(left.pop(0))
            continue
        found.append(font)
        left = [c for c in left if ord(c) not in letters_of(font)]
    return tuple(found), frozenset(nowhere)


@functools.lru_cache(maxsize=1024)
def _font_for(character: str) -> FontFile | None:
    fonts = _matched(character) if shutil.which("fc-match") else _in_folders()
    return next((font for font in fonts if ord(character) in letters_of(font)), None)


def _matched(character: str) -> Iterator[FontFile]:
    """What fontconfig thinks is the best font for a character; it may lack it all the same."""
    words = ["fc-match", "-f", "%{file}\t%{index}", f"sans-serif:charset={ord(character):x}"]
    try:
        found = subprocess.run(words, capture_output=True, text=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return
    path, _, number = found.stdout.partition("\t")
    if path.lower().endswith(_ENDINGS):
        yield FontFile(Path(path), int(number or 0) & _FACE_BITS)


def _in_folders() -> Iterator[FontFile]:
    """The fonts of the folders in which systems keep them."""
    home = Path.home()
    windows = Path(os.environ.get("WINDIR", "C:/Windows"))
    folders = (
        *(Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts"),
        *(Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"),
        windows / "Fonts",
    )
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in _ENDINGS:
                yield FontFile(path)
