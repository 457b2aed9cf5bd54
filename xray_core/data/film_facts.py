"""What a file itself says of its film: view, age group, and the like; nothing from the pixels.

    bytes -> header of DICOM, or EXIF of a picture -> `FilmFacts`

No name and no number of a patient gets here. The header is read in `header_facts.py`, which needs
pydicom; most films never do.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xray_core.data.patient_age import AgeGroup

if TYPE_CHECKING:
    from xray_core.data.decoding.dicom_windows import Window

SIDES = {"L": "left", "R": "right", "B": "both sides", "U": "unpaired"}
SEXES = {"F": "female", "M": "male", "O": "other"}


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
    windows: "tuple[Window, ...]" = ()

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
            ("Side", SIDES.get(self.laterality, "")),
            ("Mirrored", "yes (PatientOrientation)" if self.mirrored else ""),
            ("Body part", self.body_part),
            ("Modality", self.modality),
            ("Age", _with_source(_age_words(self.age_years), self.age_from)),
            ("Sex", SEXES.get(self.sex, "")),
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
    from xray_core.data.header_facts import read_facts

    return read_facts(data)


def _with_source(value: str, source: str) -> str:
    return f"{value or 'unknown'} ({source})" if source else value


def _age_words(years: float | None) -> str:
    if years is None:
        return ""
    if years >= 2:
        return f"{math.floor(years)} years"
    months = math.floor(years * 12 + 1e-9)
    return f"{months} months" if months >= 2 else f"{round(years * 365.25)} days"
