"""Numbers for display; text from outside is shown literally, never as markup."""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from xray_core.data.labels import label_title
from xray_core.evaluation.intervals import words_for

THIN_SPACE = "\u202f"
WORD_JOINER = "\u2060"
"""Has no width and is invisible."""

_SPACES = re.compile(r"[\x00-\x20\x7f\x85\u2028\u2029]+")
_LINE_START = re.compile(r"^(\d*)((?<=\d)[.)](?= |$)|[-+](?= |$)|[-=](?=[-= ]*$))")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that make others read from right to left."""
_READ_LATER = re.compile(
    r":(?=[a-z+-][\w+/-]*:)|(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)|(?<= -)(?=[->] )|(?<=^-)(?=[->] )"
    r"|(?<= [<>~])(?=[=-] )|(?<=^[<>~])(?=[=-] )",
    re.IGNORECASE,
)
"""Icons, emoji, addresses and arrows: Streamlit looks for them after parsing the Markdown."""


def count(number: int) -> str:
    """A count with thin spaces: 9677 -> `9 677`."""
    return f"{number:,}".replace(",", THIN_SPACE)


def films(number: int) -> str:
    """`1 film`, `2 films`."""
    return f"{count(number)} film" + "s" * (number != 1)


def film_alt(label: str) -> str:
    """What a picture of a film shows, for those who cannot see it; `label` may be ""."""
    return f"Chest film, labelled {label_title(label)}" if label else "Chest film without label"


def interval(score: Mapping[str, Any] | None) -> str:
    """A score with its 95 % interval: `0.83 (0.80–0.86)`; `–` for one that can't be computed."""
    return words_for(score, "{:.2f}".format, dash="–", nothing="–", reason=False)


def met_words(met: Mapping[str, Sequence[str]] | None) -> str:
    """Age groups with the classes of which a run has seen enough real films in training.

    Args:
        met: age group -> classes; None where that is not known.
    """
    if met is None:
        return "not known"
    return "; ".join(
        f"{group}: {', '.join(map(label_title, labels)) or 'no class'}"
        for group, labels in met.items()
    )


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


def plain(text: str) -> str:
    """Text from outside, for every place where Streamlit reads Markdown: shown literally.

    Names of files, labels, sources, models and data sets may contain anything.

    >>> plain("Thorax_1 **b**")
    'Thorax\\\\_1 \\\\*\\\\*b\\\\*\\\\*'
    """
    text = _TURNS.sub("\ufffd", _SPACES.sub(" ", text).strip(" "))
    text = _READ_LATER.sub(lambda found: found[0] + WORD_JOINER, text)
    text = re.sub(rf"([\\`*_\[\]<>$#|~&]|:(?=[A-Za-z:{WORD_JOINER}]))", r"\\\1", text)
    return _LINE_START.sub(r"\1\\\2", text)


def chart_text(text: str) -> str:
    """Text from outside for a chart: Plotly interprets some HTML, and names of values in braces.

    >>> chart_text("<b>a</b> %{x}")
    '&lt;b&gt;a&lt;/b&gt; %\u2060{x}'
    """
    return html.escape(_SPACES.sub(" ", text), quote=False).replace("%{", f"%{WORD_JOINER}{{")
