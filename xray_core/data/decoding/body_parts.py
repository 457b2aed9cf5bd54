"""What the tags of body part and modality say of a film: a chest, another part, or nothing.

Stations write the term of DICOM (PS3.16, Annex L), its translation or a word of their own. A word
that is not known here is unclear: a film must not be refused because of a language.
"""

import re
import unicodedata
from typing import Literal

RADIOGRAPHY = frozenset({"", "CR", "DX", "RG", "RF", "SC", "OT"})
"""Modalities that a chest film may have; `SC` and `OT` are scanned or exported films."""

Shown = Literal["", "chest", "other", "unclear"]

_ANY = ("BODY", "TRUNK", "UNKNOWN", "UNDEFINED", "OTHER", "NONE")
_CHEST = (
    *("CHEST", "THORAX", "TORAX", "TORACE", "TORAKS", "CXR", "LUNG", "RIB", "HEMITHORAX"),
    *("PULMON", "POUMON", "POLMON", "PECHO", "PETTO", "HRUDNIK", "MELLKAS"),
    *("KLATKA", "ГРУДН", "ОГК", "ЛЕГКИ", "ΘΩΡΑΚ", "胸", "肺", "흉부"),
)
_OTHER = (
    *("SKULL", "HEAD", "BRAIN", "FACE", "FACIAL", "JAW", "MANDIBLE", "SINUS", "ORBIT", "NASAL"),
    *("NOSE", "TEETH", "TOOTH", "NECK", "SPINE", "SACRUM", "COCCYX", "ABDOMEN", "PELVI", "KUB"),
    *("HIP", "THIGH", "FEMUR", "LEG", "KNEE", "PATELLA", "TIBIA", "FIBULA", "ANKLE", "FOOT"),
    *("FEET", "TOE", "HEEL", "CALCANEUS", "SHOULDER", "CLAVICLE", "SCAPULA", "STERNUM", "ARM"),
    *("HUMERUS", "ELBOW", "RADIUS", "ULNA", "WRIST", "HAND", "FINGER", "THUMB", "EXTREMITY"),
    *("BREAST", "BLADDER", "KIDNEY", "COLON", "STOMACH", "ESOPHAGUS", "UTERUS", "PROSTATE"),
)


def body_part_shown(term: str) -> Shown:
    """Whether the tag names a chest, another part of the body, nothing ("") or is unclear.

    Where it names a chest and more, as `CHESTABDOMEN`, a chest is on the film.

    >>> [body_part_shown(term) for term in ("Tórax PA", "HAND", "BODY", "MANO")]
    ['chest', 'other', '', 'unclear']

    Args:
        term: as the tag has it.
    """
    word = re.sub(r"[\W_]", "", unicodedata.normalize("NFKD", term.upper()))
    word = unicodedata.normalize("NFC", word)
    if any(part in word for part in _CHEST):
        return "chest"
    if any(part in word for part in _OTHER):
        return "other"
    return "unclear" if word and not any(part in word for part in _ANY) else ""
