"""The view of a film by its DICOM tags: frontal, lateral or oblique, and which tag says so."""

import re
from collections.abc import Mapping, Sequence

VIEW_TAGS = ("ViewPosition", "ViewCodeSequence", "PatientOrientation", "SeriesDescription")

FRONTAL = frozenset({"PA", "AP", "frontal", "decubitus"})
"""Views that show the lungs side by side."""

_POSITIONS = {
    **{"AP": "AP", "PA": "PA", "LLD": "decubitus", "RLD": "decubitus"},
    **dict.fromkeys(("LL", "RL", "LAT", "LATERAL", "LLAT", "RLAT"), "lateral"),
    **dict.fromkeys(("RAO", "LAO", "RPO", "LPO", "RLO", "LLO", "OBL", "OBLIQUE"), "oblique"),
}
# CID 4010 in SNOMED CT, and the same in the older SRT codes that films still carry.
_CODES = {
    **dict.fromkeys(("399348003", "R-10206"), "AP"),
    **dict.fromkeys(("272479007", "R-40888", "R-10214"), "PA"),
    **dict.fromkeys(("399067008", "399173006", "399198007"), "lateral"),
    **dict.fromkeys(("R-102CD", "R-10232", "R-10236"), "lateral"),
}
# Where rows and columns run. Without a mirror it is L, F; turned by 90 degrees H, L and so on.
_MIRRORED = frozenset({("R", "F"), ("L", "H"), ("H", "R"), ("F", "L")})
_WORDS = (  # in this order: `antero-posterior oblique` is oblique
    ("oblique", r"obl|oblique|schr[aä]g|oblicua|oblicuo"),
    ("lateral", r"lat|lateral|laterals|seitlich|profil|perfil|latero-lateral|ll"),
    ("AP", r"ap|a\.p\.?|a-p|antero-?posterior"),
    ("PA", r"pa|p\.a\.?|p-a|postero-?anterior"),
    ("frontal", r"frontal"),
)


def view_of(tags: Mapping[str, str], codes: Sequence[tuple[str, str]] = ()) -> tuple[str, str]:
    """The view, and the tag that says it; both "" where none does.

    `ViewPosition` and `ViewCodeSequence` come first. Where only one of them says lateral or
    oblique, that one counts: a film that may be no frontal one is not taken for one. Then the
    directions of `PatientOrientation`, and at last the free text of `SeriesDescription`, which is
    no statement: it counts only where it names a single view.

    >>> view_of({"PatientOrientation": "A\\\\F"})
    ('lateral', 'PatientOrientation')

    Args:
        tags: elements of `VIEW_TAGS` as text, several values with a backslash between them.
        codes: (code value, meaning) of the items of `ViewCodeSequence`.
    """
    by_position = _of_position(tags.get("ViewPosition", ""))
    by_code = _of_codes(codes)
    if by_position and by_code and (by_position in FRONTAL) != (by_code in FRONTAL):
        if by_code not in FRONTAL:
            return by_code, f"ViewCodeSequence, though ViewPosition says {by_position}"
        return by_position, f"ViewPosition, though ViewCodeSequence says {by_code}"
    for view, tag in (
        (by_position, "ViewPosition"),
        (by_code, "ViewCodeSequence"),
        (_of_directions(tags.get("PatientOrientation", "")), "PatientOrientation"),
        (_of_words(tags.get("SeriesDescription", "")), "the free text of SeriesDescription"),
    ):
        if view:
            return view, tag
    return "", ""


def is_mirrored(orientation: str) -> bool:
    """Whether `PatientOrientation` says that a frontal film is seen as in a mirror, turned or not.

    >>> is_mirrored("L\\\\F"), is_mirrored("R\\\\F")
    (False, True)

    Args:
        orientation: directions of rows and columns with a backslash between them.
    """
    ends = tuple(part.strip().upper()[:1] for part in orientation.split("\\"))
    return ends in _MIRRORED


def _of_position(text: str) -> str:
    word = text.strip().upper()
    return _POSITIONS.get(word) or _of_words(text)


def _of_codes(codes: Sequence[tuple[str, str]]) -> str:
    for value, meaning in codes[:1]:
        return _CODES.get(value) or _first_word(meaning)
    return ""


def _of_directions(text: str) -> str:
    """By where rows and columns run (DICOM PS3.3, C.7.6.1.1.1): one of them is head to foot."""
    directions = [part.strip().upper() for part in text.split("\\")]
    across = [part for part in directions if part and part[0] not in "HF"]
    if len(directions) != 2 or len(across) != 1 or not set(across[0]) <= set("LRAPHF"):
        return ""
    return "frontal" if across[0][0] in "LR" else "lateral"


def _of_words(text: str) -> str:
    """The one view that a text names as words of their own; "" for none or several."""
    found = {view for view, pattern in _WORDS if _has(text, pattern)}
    if found in ({"oblique", "AP"}, {"oblique", "PA"}, {"oblique", "lateral"}):
        return "oblique"
    if len(found) == 2 and "frontal" in found and found <= FRONTAL:
        found.discard("frontal")
    return found.pop() if len(found) == 1 else ""


def _first_word(text: str) -> str:
    return next((view for view, pattern in _WORDS if _has(text, pattern)), "")


def _has(text: str, pattern: str) -> bool:
    return bool(re.search(rf"(?<![a-z])(?:{pattern})(?![a-z])", text.lower()))
