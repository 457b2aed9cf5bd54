"""What a file itself says of its film: view, age group, and the like; nothing from the pixels.

    bytes -> header of DICOM, or EXIF of a picture -> `FilmFacts`

Only the elements listed in `_TAGS` are read, so no name and no number of a patient gets here; the
date of birth is turned into an age and dropped. A tag that is damaged or odd is as good as missing.
"""

import math
from dataclasses import dataclass
from typing import Any

from pydicom.dataset import Dataset

from xray_core.data.decoding.dicom import SILENT, looks_like_dicom, read_header
from xray_core.data.decoding.dicom_header import RADIOGRAPHY
from xray_core.data.decoding.dicom_windows import WINDOW_TAGS, Window, windows_of
from xray_core.data.decoding.photo import photo_by_exif
from xray_core.data.film_view import VIEW_TAGS, is_mirrored, view_of
from xray_core.data.patient_age import AGE_TAG, BIRTH_TAG, STUDY_TAGS, Age, AgeGroup, age_of

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
_SIDES = {"L": "left", "R": "right", "B": "both sides", "U": "unpaired"}
_SEXES = {"F": "female", "M": "male", "O": "other"}


@dataclass(frozen=True)
class FilmFacts:
    """What the tags of a file say of its film; nothing is guessed from the pixels.

    Attributes:
        view: `PA`, `AP`, `frontal` (either of them), `lateral`, `oblique` or `decubitus` (frontal,
            lying on a side); "" where it is not stated.
        laterality: side of the body that is shown as DICOM writes it, `L`, `R`, `B` (both) or `U`
            (unpaired); "" where it is not stated.
        body_part: as the tag has it, in capitals, such as `CHEST`.
        modality: DICOM code, such as `DX`.
        age_group: `child` under 18 years, else `adult`; "" where the age is not known.
        age_years: of the patient when the film was taken; None where it is not stated.
        sex: `F`, `M`, `O` or "".
        burned_in: whether the file says that text is burned into the picture; None where it does
            not say.
        pixel_spacing_mm: (row, column) distances of pixels; None where they are not stated.
        photo_by_file: what says that a camera or a screenshot made the file, as a sentence; "".
        view_from: where the view comes from, such as `ViewPosition`.
        age_from: where the age comes from, or why it is not used.
        spacing_from: the tag of the spacing, and where it was measured.
        photometric: `MONOCHROME1`, `MONOCHROME2`, `RGB` ...
        mirrored: whether `PatientOrientation` says that the picture is seen from behind, as in a
            mirror.
        n_frames: pictures that the file says it holds, 1 or more.
        windows: the ways to show the film that the file offers.
    """

    view: str = ""
    laterality: str = ""
    body_part: str = ""
    modality: str = ""
    age_group: AgeGroup = ""
    age_years: float | None = None
    sex: str = ""
    burned_in: bool | None = None
    pixel_spacing_mm: tuple[float, float] | None = None
    photo_by_file: str = ""
    view_from: str = ""
    age_from: str = ""
    spacing_from: str = ""
    photometric: str = ""
    mirrored: bool = False
    n_frames: int = 1
    windows: tuple[Window, ...] = ()

    @property
    def photo(self) -> bool:
        """Whether the file says that it is a photograph or a screenshot."""
        return bool(self.photo_by_file)

    def lines(self) -> tuple[tuple[str, str], ...]:
        """What is known as (name, value) for display, with its source where that matters."""
        row, column = self.pixel_spacing_mm or (0.0, 0.0)
        burned_in = {None: "", True: "yes", False: "no"}[self.burned_in]
        known = (
            ("Projection", _with_source(self.view, self.view_from)),
            ("Side", _SIDES.get(self.laterality, "")),
            ("Mirrored", "yes (PatientOrientation)" if self.mirrored else ""),
            ("Body part", self.body_part),
            ("Modality", self.modality),
            ("Age", _with_source(_age_words(self.age_years), self.age_from)),
            ("Sex", _SEXES.get(self.sex, "")),
            ("Text burned into the picture", burned_in),
            ("Pixel spacing", f"{row:g} x {column:g} mm ({self.spacing_from})" if row else ""),
            ("Grey scale", self.photometric),
            ("Photograph", self.photo_by_file),
            ("Frames", str(self.n_frames) if self.n_frames > 1 else ""),
        )
        return tuple((name, value) for name, value in known if value)


def facts_of(data: bytes, name: str) -> FilmFacts:
    """What a file says of its film; all empty where it says nothing or is damaged.

    Args:
        data: the whole file; only its header is read.
        name: of the file; nothing is read from it.
    """
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
        laterality=side if side in _SIDES else "",
        body_part=_term(tags["BodyPartExamined"]) or _term(regions[0][1] if regions else ""),
        modality=_term(tags["Modality"]),
        age_group=age.group,
        age_years=age.years,
        sex=sex if sex in _SEXES else "",
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


def _with_source(value: str, source: str) -> str:
    return f"{value or 'unknown'} ({source})" if source else value


def _age_words(years: float | None) -> str:
    if years is None:
        return ""
    if years >= 2:
        return f"{math.floor(years)} years"
    months = math.floor(years * 12 + 1e-9)
    return f"{months} months" if months >= 2 else f"{round(years * 365.25)} days"
