"""Class names: one table of synonyms, one fixed order, one display name.

An unknown name stays a separate class: never dropped, never guessed.
"""

import re
import unicodedata

KNOWN_CLASSES = ("normal", "bacterial", "viral", "covid")
"""The classes of this project, in the order in which they are shown everywhere."""

NORMAL = KNOWN_CLASSES[0]
"""The class of films without a finding."""

_SYNONYMS = {
    "normal": "normal healthy nofinding nofindings nonfinding control nonpneumonia negative",
    "bacterial": "bacterial bacteria bacterialpneumonia pneumoniabacterial pneumoniabacteria "
    "bacteriapneumonia",
    "viral": "viral virus viralpneumonia pneumoniaviral pneumoniavirus viruspneumonia",
    "covid": "covid covid19 covid2019 covidpneumonia covid19pneumonia coronavirus sarscov2 "
    "pneumoniacovid pneumoniacovid19 ncov 2019ncov covidpositive covid19positive",
}
_SIGN = re.compile(r"(?<=\w)[\s_]*(?:\(\s*([-+?])\s*(?:ve)?\s*\)|([-+?])\s*(?:ve)?)\s*$")
_MINUS = str.maketrans("\u2010\u2011\u2012\u2013\u2212", "-----")
_SAYS = {"+": "", "-": " negative", "?": " uncertain"}
_LOOKUP = {name: label for label, names in _SYNONYMS.items() for name in names.split()}

_TITLES = {
    "": "No label",
    "normal": "Normal",
    "bacterial": "Bacterial pneumonia",
    "viral": "Viral pneumonia",
    "covid": "COVID-19",
}


def unify_label(name: str) -> str:
    """The class that a data set's own name stands for.

    Args:
        name: as written in the data set: `Covid-19`, `No_findings`, `Viral Pneumonia`.

    Returns:
        One of `KNOWN_CLASSES`, or the name itself in snake_case (`Lung_Opacity` ->
        `lung_opacity`, `Pleural effusion` -> `pleural_effusion`); "" for a blank name. A sign at
        the end counts: `COVID-` and `COVID (-)` are `covid_negative`, `COVID?` `covid_uncertain`.
    """
    words = unicodedata.normalize("NFKC", name).casefold().translate(_MINUS)
    words = _SIGN.sub(lambda sign: _SAYS[sign[1] or sign[2]], words)
    key = re.sub(r"[\W_]+", "", words)
    return _LOOKUP.get(key) or re.sub(r"[\W_]+", "_", words).strip("_")


def order_labels(labels: set[str]) -> tuple[str, ...]:
    """Known classes first in their fixed order, then the others by name."""
    known = tuple(label for label in KNOWN_CLASSES if label in labels)
    return known + tuple(sorted(labels.difference(KNOWN_CLASSES, {""})))


def label_title(label: str) -> str:
    """Display name: `covid` -> `COVID-19`, `lung_opacity` -> `Lung opacity`, "" -> `No label`."""
    return _TITLES.get(label, label.replace("_", " ").capitalize())
