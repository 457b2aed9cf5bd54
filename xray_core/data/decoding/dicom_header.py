"""The header of a DICOM film: what is missing or odd gets its usual value and a note, or is named.

Values are shown only where they cannot be about a patient: numbers, and short words of the kind
that the element holds.
"""

import math
import re
from typing import Any

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.uid import UID

from xray_core.data.decoding.body_parts import RADIOGRAPHY, body_part_shown
from xray_core.data.decoding.greys import Notes
from xray_core.errors import ImageReadError

_FILM_STORAGE = ("Computed Radiography", "Digital X-Ray", "Secondary Capture", "Multi-frame")
_FRONTAL = frozenset({"", "AP", "PA", "LLD", "RLD"})  # the last two: lying on a side
_NOT_FRONTAL = ("LAT", "LL", "RL", "OBL", "LLO", "RLO", "RAO", "LAO", "RPO", "LPO")
_DEPTHS = (8, 16, 32)
_GREY = ("MONOCHROME1", "MONOCHROME2")
_COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "YBR_PARTIAL_420")
_PALETTE = "PALETTE COLOR"


def named(keyword: str) -> str:
    """An element as it is looked up: `Rows (0028,0010)`."""
    tag = tag_for_keyword(keyword) or 0
    return f"{keyword} ({tag >> 16:04X},{tag & 0xFFFF:04X})"


def shown(value: Any) -> str:
    """A value for a note or error; a text that may name somebody is not repeated."""
    if value is None or value == "":
        return "empty"
    text = str(value).strip()
    if isinstance(value, int | float) or re.fullmatch(r"[-+0-9.,eE\\\[\] ']{1,40}", text):
        return text
    return text if re.fullmatch(r"[A-Za-z0-9_]{1,16}", text) else "unreadable"


def odd_element(keyword: str, value: Any, wanted: str, name: str) -> ImageReadError:
    """The error that names an element without which the film cannot be read."""
    state = "is missing" if value is None else f"is {shown(value)}"
    return ImageReadError(
        f"The DICOM header is unusable: {named(keyword)} {state}; {wanted}.",
        where=name,
        fix="Correct the element, or export the film again with it.",
    )


def whole_number(dataset: Dataset, keyword: str) -> int | None:
    """The one whole number of an element; None where it is missing or anything else."""
    value = dataset.get(keyword)
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return int(value) if isinstance(value, int) else None


def n_frames_of(dataset: Dataset) -> int:
    """Number of frames, at least 1."""
    return max(1, whole_number(dataset, "NumberOfFrames") or 1)


def numbers(
    dataset: Dataset, keyword: str, notes: Notes, done: str = "left out"
) -> list[float] | None:
    """The numbers of an element, written with a point or, against the rules, with a comma.

    Args:
        dataset: with the element, or without.
        keyword: of the element.
        notes: what is odd is added here.
        done: what is done without the element.

    Returns:
        None where the element is missing, empty, or holds anything but finite numbers; a note
        says so, unless it is missing.
    """
    if keyword not in dataset:
        return None
    value = dataset.get(keyword)
    values = [value] if isinstance(value, str | int | float) else list(value or ())
    texts = [str(part).strip() for part in values]
    if any("," in text for text in texts):
        notes.append(f"{named(keyword)} is written with a comma, read as a point")
    try:
        found = [float(text.replace(",", ".")) for text in texts if text]
    except ValueError:
        found = []
    if not found or not all(map(math.isfinite, found)):
        notes.append(f"{named(keyword)} is {shown(value or None)}, {done}")
        return None
    return found


def modality_of(dataset: Dataset) -> str:
    """The modality in capitals; empty where the file gives none."""
    word = _word(dataset, "Modality")
    return _if_word(word) if word else ""


def note_tags(dataset: Dataset, notes: Notes) -> None:
    """Grave notes on what its own tags say is not a frontal chest radiograph."""
    modality, storage = modality_of(dataset), UID(str(dataset.get("SOPClassUID", ""))).name
    if modality not in RADIOGRAPHY:
        notes.warn(f"modality {modality}, not a chest radiograph")
    elif not modality and storage.endswith("Storage") and not storage.startswith(_FILM_STORAGE):
        notes.warn(f"{storage}, not a chest radiograph")
    part = _word(dataset, "BodyPartExamined")
    shown_part = body_part_shown(part)
    if shown_part in ("other", "unclear"):
        no_chest = "not a chest" if shown_part == "other" else "which may be no chest"
        notes.warn(f"body part {_if_word(part)}, {no_chest}")
    view = _word(dataset, "ViewPosition")
    codes = dataset.get("ViewCodeSequence") or []
    meaning = str(codes[0].get("CodeMeaning", "")).upper() if codes else ""
    if view not in _FRONTAL and view.startswith(_NOT_FRONTAL):
        notes.warn(f"view {_if_word(view)}, not a frontal film")
    elif "LATERAL" in meaning or "OBLIQUE" in meaning:
        notes.warn("a lateral or oblique view by its tags, not a frontal film")


def settle(dataset: Dataset, name: str, n_bytes: int | None, notes: Notes) -> None:
    """Give every element that describes the pixels a usable value.

    Args:
        dataset: with size and pixel data; changed in place.
        name: of the file, for error texts.
        n_bytes: of the pixel data of all frames; None for compressed ones.
        notes: what was missing or odd is added here.

    Raises:
        ImageReadError: an element is wrong in a way that leaves no reading.
    """
    frames = dataset.get("NumberOfFrames")
    if frames not in (None, "") and not str(frames).isdecimal():
        notes.append(f"{named('NumberOfFrames')} is {shown(str(frames))}, taken as 1")
        dataset.NumberOfFrames = 1
    _settle_samples(dataset, name, n_bytes, notes)
    _settle_photometric(dataset, notes)
    if dataset.PhotometricInterpretation == _PALETTE:
        _require_palette(dataset, name)
    if not dataset.get("PixelData"):  # floats, whose element gives their depth
        depth = 32 if dataset.get("FloatPixelData") else 64
        if whole_number(dataset, "BitsAllocated") != depth:
            _replace(dataset, "BitsAllocated", depth, notes)
        return
    _settle_depth(dataset, name, n_bytes, notes)
    allocated = int(dataset.BitsAllocated)
    stored, high = whole_number(dataset, "BitsStored"), whole_number(dataset, "HighBit")
    if stored is None or not 1 <= stored <= allocated:
        _replace(dataset, "BitsStored", high + 1 if high and high < allocated else allocated, notes)
    if high is None or not int(dataset.BitsStored) - 1 <= high < allocated:
        _replace(dataset, "HighBit", int(dataset.BitsStored) - 1, notes)
    if whole_number(dataset, "PixelRepresentation") not in (0, 1):
        _replace(dataset, "PixelRepresentation", 0, notes, "0, unsigned")


def _settle_samples(dataset: Dataset, name: str, n_bytes: int | None, notes: Notes) -> None:
    n_samples = whole_number(dataset, "SamplesPerPixel")
    colour = _word(dataset, "PhotometricInterpretation") in _COLOURS
    n_bits = int(dataset.Rows) * int(dataset.Columns) * (_bits_allocated(dataset) or 8)
    held = (n_bytes or 0) // max(1, n_bits * n_frames_of(dataset) // 8)
    if n_samples is None:
        _replace(dataset, "SamplesPerPixel", 3 if colour else 1, notes)
    elif n_samples not in (1, 3):
        raise odd_element("SamplesPerPixel", n_samples, "1 or 3 are read", name)
    elif (n_samples, held) == (3, 1) or ((n_samples, held) == (1, 3) and colour):
        _replace(dataset, "SamplesPerPixel", held, notes, f"{held}, which the pixel data hold")
    if dataset.SamplesPerPixel == 3 and whole_number(dataset, "PlanarConfiguration") not in (0, 1):
        _replace(dataset, "PlanarConfiguration", 0, notes)


def _bits_allocated(dataset: Dataset) -> int | None:
    given = whole_number(dataset, "BitsAllocated")
    return given if given in (1, *_DEPTHS) else None


def _settle_photometric(dataset: Dataset, notes: Notes) -> None:
    given = dataset.get("PhotometricInterpretation")
    word = _word(dataset, "PhotometricInterpretation")
    joined = re.sub(r"[^A-Z0-9]", "", word)  # `MONOCHROME 1`, `Palette_Color`
    word = joined if joined in _GREY else _PALETTE if joined == "PALETTECOLOR" else word
    fitting = (*_GREY, _PALETTE) if dataset.SamplesPerPixel == 1 else _COLOURS
    if word in fitting:
        if word != given:
            notes.append(f"{named('PhotometricInterpretation')} is {shown(given)}, read as {word}")
        dataset.PhotometricInterpretation = word
        return
    state = "is missing" if not given else f"is {shown(given)}"
    if dataset.SamplesPerPixel == 1:
        dataset.PhotometricInterpretation = "MONOCHROME2"
        notes.warn(
            f"{named('PhotometricInterpretation')} {state}, read as MONOCHROME2: "
            "check that bone is bright"
        )
    else:
        dataset.PhotometricInterpretation = "RGB"
        add = notes.warn if word == "MONOCHROME1" else notes.append
        add(f"{named('PhotometricInterpretation')} {state}, read as RGB")


def _require_palette(dataset: Dataset, name: str) -> None:
    for colour in ("Red", "Green", "Blue"):
        descriptor = f"{colour}PaletteColorLookupTableDescriptor"
        data = f"{colour}PaletteColorLookupTableData"
        for keyword in (descriptor, data):
            if not (dataset.get(keyword) or (keyword == data and dataset.get(f"Segmented{data}"))):
                raise odd_element(keyword, dataset.get(keyword), "a palette needs it", name)


def _settle_depth(dataset: Dataset, name: str, n_bytes: int | None, notes: Notes) -> None:
    """`BitsAllocated`, by the length of the pixel data where the two disagree."""
    given = whole_number(dataset, "BitsAllocated")
    stored = whole_number(dataset, "BitsStored") or 0
    if n_bytes is None:
        if given not in _DEPTHS:
            _replace(dataset, "BitsAllocated", 8 if 0 < stored <= 8 else 16, notes)
        return
    n_values = int(dataset.Rows) * int(dataset.Columns) * int(dataset.SamplesPerPixel)
    n_values *= n_frames_of(dataset)
    by_length = {n_values * depth // 8 + pad: depth for depth in _DEPTHS for pad in (0, 1)}
    found = by_length.get(n_bytes)
    fits = given in _DEPTHS and (found in (given, None) or not 0 < stored <= found)
    if given == 1 or fits:
        return
    if found is None:
        raise odd_element("BitsAllocated", given, "8, 16 or 32 are read", name)
    _replace(dataset, "BitsAllocated", found, notes, f"{found}, which the pixel data fill")


def _replace(dataset: Dataset, keyword: str, value: int, notes: Notes, meant: str = "") -> None:
    given = dataset.get(keyword)
    state = "is missing" if given is None else f"is {shown(given)}"
    notes.append(f"{named(keyword)} {state}, taken as {meant or value}")
    setattr(dataset, keyword, value)


def _word(dataset: Dataset, keyword: str) -> str:
    value = dataset.get(keyword)
    return value.strip().upper() if isinstance(value, str) else ""


def _if_word(text: str) -> str:
    """A word of a tag; anything longer may name somebody."""
    return text if text.replace(" ", "").isalpha() and len(text) <= 16 else "unknown"
