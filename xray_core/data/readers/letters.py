"""The letters of text files: which encoding a file has, and where that is a guess."""

import codecs
import contextlib
from pathlib import Path

_WINDOWS = "cp1252"
_MOST_SHOWN = 5


def decode_text(data: bytes, *, whole: bool = True) -> str:
    """The text of a file, or of its start, which may end within a letter.

    Raises:
        ValueError: its bytes are letters in none of the encodings that are known here.
    """
    try:
        decoder = codecs.getincrementaldecoder(_encoding(data, whole=whole))
        return decoder().decode(data, final=whole)
    except UnicodeDecodeError as error:
        raise ValueError("it is neither UTF-8, UTF-16 nor Windows-1252") from error


def describe_guess(table: Path) -> str:
    """That the letters of a text file are a guess, as it is not UTF-8; "" where they are none."""
    with contextlib.suppress(OSError, ValueError):
        data = table.read_bytes()
        if _encoding(data) == _WINDOWS:
            letters = dict.fromkeys(letter for letter in decode_text(data) if not letter.isascii())
            return (
                f"{table.name} is not UTF-8 and was read as Windows-1252; check letters such as "
                f"{' '.join([*letters][:_MOST_SHOWN])}, or save it as UTF-8"
            )
    return ""


def _encoding(data: bytes, *, whole: bool = True) -> str:
    """UTF-16 by its mark or zeros, UTF-8 where it fits, else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if len(data) > 3 and b"\0" in data[:2]:
        return "utf-16-be" if data[0] == 0 else "utf-16-le"
    try:
        codecs.getincrementaldecoder("utf-8-sig")().decode(data, final=whole)
    except UnicodeDecodeError:
        return _WINDOWS
    return "utf-8-sig"
