"""What the header of a DICOM file, or the EXIF of a picture, says of its film.

Only the elements listed in `_TAGS` are read, so no name and no number of a patient gets here; the
date of birth is turned into an age and dropped. A tag that is damaged or odd is as good as missing.
"""

import math
from typing import Any

from pydicom.dataset import Dataset

from xray_core.data.decoding.body_parts import RADIOGRAPHY
from xray_core.data.decoding.dicom import SILENT, looks_like_dicom, read_header
from xray_core.data.decoding.dicom_windows import WINDOW_TAGS, windows_of
from xray_core.data.decoding.photo import photo_by_exif
from xray_core.data.film_facts import SEXES, SIDES, FilmFacts
from xray_core.data.film_view import VIEW_TAGS, is_mirrored, view_of
from xray_core.data.patient_age import AGE_TAG, BIRTH_TAG, STUDY_TAGS, Age, age_of

_SPACINGS = {
    "PixelSpacing": "",
    "ImagerPixelSpacing": "at the detector",
    "NominalScannedPixelSpacing": "on the scanned film",
}
_TAGS = (
    *VIEW_TAGS,
    *_SPACINGS,
    *("Modality", "BodyPartExamined", "AnatomicRegionSequence", "Laterality", "ImageLaterality"),
    *("PatientSex", AGE_TAG, BIRTH_TAG, *STUDY_TAGS),
    *("BurnedInAnnotation", "PhotometricInterpretation", "PixelSpacingCalibrationType"),
    "NumberOfFrames",
)
_READ = (*_TAGS, *WINDOW_TAGS)
_MOST_SPACING_MM = 10.0


def read_facts(data: bytes) -> FilmFacts:
    """As `facts_of` of `film_facts.py`, of the whole file."""
    if not looks_like_dicom(data):
        return FilmFacts(photo_by_file=photo_by_exif(data))
    with SILENT:
        header = read_header(data, _READ)
        return _facts(header) if header else FilmFacts()


def _facts(header: Dataset) -> FilmFacts:
    tags = {keyword: _text(header, keyword) for keyword in _TAGS}
    view, view_from = view_of(tags, _codes(header, "ViewCodeSequence"))
    age: Age = age_of(tags)
    spacing, spacing_from = _spacing(header)
    side = (tags["ImageLaterality"] or tags["Laterality"]).upper()
    sex = tags["PatientSex"].upper()
    regions = _codes(header, "AnatomicRegionSequence")
    return FilmFacts(
        view=view,
        laterality=side if side in SIDES else "",
        body_part=_term(tags["BodyPartExamined"]) or _term(regions[0][1] if regions else ""),
        modality=_term(tags["Modality"]),
        age_group=age.group,
        age_years=age.years,
        sex=sex if sex in SEXES else "",
        burned_in={"YES": True, "NO": False}.get(tags["BurnedInAnnotation"].upper()),
        pixel_spacing_mm=spacing,
        view_from=view_from,
        age_from=age.source,
        spacing_from=spacing_from,
        photometric=_term(tags["PhotometricInterpretation"]),
        mirrored=is_mirrored(tags["PatientOrientation"]),
        n_frames=_n_frames(header),
        windows=windows_of(header),
    )


def _value(header: Dataset, keyword: str) -> Any:
    """An element's value; None where it is missing or damaged."""
    try:
        return header.get(keyword)
    except Exception:  # whatever a converter of pydicom makes of damaged bytes
        return None


def _text(header: Dataset, keyword: str) -> str:
    """The first value of an element as text; "" for what is no text or number."""
    value = _value(header, keyword)
    if isinstance(value, str):
        return value.strip(" \0")
    parts = list(value) if keyword == "PatientOrientation" and value else []
    return "\\".join(str(part).strip(" \0") for part in parts)


def _codes(header: Dataset, keyword: str) -> list[tuple[str, str]]:
    """(code value, meaning) of each item of a sequence of codes."""
    items = _value(header, keyword)
    if isinstance(items, str | bytes) or not items:
        return []
    try:
        return [(_text(item, "CodeValue"), _text(item, "CodeMeaning")) for item in items]
    except (TypeError, AttributeError):
        return []


def _term(text: str) -> str:
    """A short term of a tag in capitals; anything longer or odder may name somebody."""
    plain = text.replace(" ", "").replace("_", "")
    return text.upper() if plain.isalnum() and len(text) <= 24 else ""


def _n_frames(header: Dataset) -> int:
    stated = _value(header, "NumberOfFrames")
    return max(1, int(stated)) if isinstance(stated, int) else 1


def _spacing(header: Dataset) -> tuple[tuple[float, float] | None, str]:
    """The first spacing that is usable, (row, column) in mm, and which it is."""
    for keyword, where in _SPACINGS.items():
        try:
            row, column = (float(str(part)) for part in _value(header, keyword) or ())
        except (TypeError, ValueError):
            continue
        if all(math.isfinite(side) and 0 < side <= _MOST_SPACING_MM for side in (row, column)):
            return (row, column), f"{keyword}, {where or _calibration(header)}"
    return None, ""


def _calibration(header: Dataset) -> str:
    """What `PixelSpacing` measures: in a projection it needs to be calibrated (PS3.3, 10.7.1.3)."""
    if _text(header, "Modality").upper() in RADIOGRAPHY | {"XA"}:
        calibrated = _text(header, "PixelSpacingCalibrationType").upper()
        words = {"GEOMETRY": "calibrated by geometry", "FIDUCIAL": "calibrated by a known length"}
        return words.get(calibrated, "not calibrated")
    return "in the patient"
