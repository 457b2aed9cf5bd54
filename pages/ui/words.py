"""Numbers and lists as people read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from xray_core.evaluation.intervals import words_for

THIN_SPACE = "\u202f"


def count(number: int) -> str:
    """A count with thin spaces: 9677 -> `9 677`."""
    return f"{number:,}".replace(",", THIN_SPACE)


def films(number: int) -> str:
    """`1 film`, `2 films`."""
    return f"{count(number)} film" + "s" * (number != 1)


def interval(score: Mapping[str, Any] | None) -> str:
    """A score with its 95 % interval: `0.83 (0.80–0.86)`; `–` for one that can't be computed."""
    return words_for(score, "{:.2f}".format, dash="–", nothing="–", reason=False)


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def size(n_bytes: int) -> str:
    """`820 MB`, `2.5 GB`; `size not stated` for 0."""
    if not n_bytes:
        return "size not stated"
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.0f} MB"


def join(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
