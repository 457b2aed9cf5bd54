"""Small turns of phrase that all texts share."""

from collections.abc import Sequence


def capital(words: str) -> str:
    """`Macro-F1` of `macro-F1`."""
    return f"{words[:1].upper()}{words[1:]}"


def join(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def counted(n: int, what: str) -> str:
    """`1 film`, `1,204 films`."""
    return f"{n:,} {what}{'s' * (n != 1)}"
