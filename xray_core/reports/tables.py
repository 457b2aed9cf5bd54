"""Tables as text: CSV, Markdown and LaTeX, with a line that says what they are."""

from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd

from xray_core import __version__
from xray_core.reports.research import RESEARCH_ONLY

_LATEX_SIGNS = {
    "\u202f": r"\,",
    "–": "--",
    "✓": r"$\checkmark$",
    "✕": r"$\times$",
    "·": r"$\cdot$",
    "≥": r"$\geq$",
}
"""Characters that pdflatex has no letter for; ✓ needs the package amssymb."""


def csv_text(frame: pd.DataFrame, comment: str) -> str:
    """A table as CSV (RFC 4180) below a comment that begins with `#`."""
    return f"# {_one_line(comment)}\n{frame.to_csv(index=False)}"


def markdown_text(frame: pd.DataFrame, comment: str) -> str:
    """A table as GitHub writes them, below a comment in HTML."""
    lines = [list(map(str, frame.columns)), ["---"] * frame.shape[1]]
    lines += [list(map(str, row)) for row in frame.itertuples(index=False)]
    rows = "\n".join(f"| {' | '.join(map(_markdown_cell, line))} |" for line in lines)
    return f"<!-- {_one_line(comment).replace('--', '- -')} -->\n\n{rows}\n"


def latex_text(frame: pd.DataFrame, comment: str) -> str:
    """A table in the rules of the package booktabs, below a comment that begins with `%`."""
    body = frame.astype(str).to_latex(index=False, escape=True)
    for sign, words in _LATEX_SIGNS.items():
        body = body.replace(sign, words)
    return f"% {_one_line(comment)}\n{body}"


TABLES: dict[str, tuple[str, Callable[[pd.DataFrame, str], str]]] = {
    "csv": ("CSV", csv_text),
    "md": ("Markdown", markdown_text),
    "tex": ("LaTeX", latex_text),
}
"""Ending -> name and writer of each format."""


def provenance(title: str, made_of: str) -> str:
    """What a table shows, what it was made of, by which version and on which day."""
    today = datetime.now(UTC).date().isoformat()
    named = f" {made_of}." if made_of else ""
    return f"{title}.{named} ThoraxLens {__version__}, {today}. {RESEARCH_ONLY}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _markdown_cell(words: str) -> str:
    return _one_line(words).replace("\\", "\\\\").replace("|", "\\|") or " "
