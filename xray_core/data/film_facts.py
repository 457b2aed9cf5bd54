"""What the tags of a file say of its film: view, age group, and the like."""

from dataclasses import dataclass
from typing import Literal

AgeGroup = Literal["", "adult", "child"]


@dataclass(frozen=True)
class FilmFacts:
    """What the tags of a file say of its film; nothing is guessed from the pixels.

    Attributes:
        view: projection, such as `PA`, `AP` or `LATERAL`; "" where it is not stated.
        laterality: side of the body that is shown; "" where it is not stated.
        body_part: as the tag has it, such as `CHEST`.
        modality: DICOM code, such as `DX`.
        age_group: `adult`, `child`, or "" where it is not known.
        age_years: of the patient; None where it is not stated.
        sex: `F`, `M`, `O` or "".
        burned_in: whether the file says that text is burned into the picture; None where it does
            not say.
        pixel_spacing_mm: (row, column) distances of pixels; None where they are not stated.
        photo: whether it is a photograph of a film, on a light box or a screen.
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
    photo: bool = False
