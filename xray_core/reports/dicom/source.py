"""The image that new DICOM objects refer to, and the patient and study that they join.

    bytes of a DICOM file -> tags of patient, study and image -> the same study
    a picture, or a file without a study -> the film as Secondary Capture -> a new study

Only here are tags of the patient read: they belong to the study that the objects join, and go
nowhere else.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pydicom import config, uid
from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.valuerep import validate_value

from xray_core.data.decoding.dicom import SILENT, looks_like_dicom, read_header

PATIENT = ("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex")
STUDY = (
    *("StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "AccessionNumber"),
    *("ReferringPhysicianName", "StudyDescription", "PatientAge"),
)
_MUST = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")
_IMAGE = (
    *("SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID", "Modality", "Rows", "Columns"),
    *("NumberOfFrames", "PatientOrientation", "Laterality", "ImageLaterality"),
    *("BodyPartExamined", "BurnedInAnnotation", "PixelSpacing", "ImagerPixelSpacing"),
    *("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod"),
)
_WORDS = {
    "PatientSex": ("F", "M", "O"),
    "BurnedInAnnotation": ("YES", "NO"),
    "Laterality": ("L", "R"),
    "ImageLaterality": ("L", "R", "U", "B"),
    "LossyImageCompression": ("00", "01"),
}
_NUMBERS = {"PatientOrientation": 2, "PixelSpacing": 2, "ImagerPixelSpacing": 2}
_FILMS = frozenset(
    {
        *(uid.ComputedRadiographyImageStorage, uid.DigitalXRayImageStorageForPresentation),
        *(uid.DigitalXRayImageStorageForProcessing, uid.SecondaryCaptureImageStorage),
    }
)
_IMAGES = _FILMS | {
    *(uid.XRayAngiographicImageStorage, uid.XRayRadiofluoroscopicImageStorage),
    *(
        uid.CTImageStorage,
        uid.MRImageStorage,
        uid.DigitalMammographyXRayImageStorageForPresentation,
    ),
    uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    uid.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
}
_MAY_BE_ABSENT = ("IssuerOfPatientID", "StudyDescription", "PatientAge")
CHARACTERS = "ISO_IR 192"
"""UTF-8: of all objects, whatever the source is written in."""

NEW_STUDY = (
    "The film came without a DICOM study to join: this is a new study of an anonymous patient, and "
    "the film is in it as Secondary Capture."
)
_OPPOSITE = str.maketrans("LRAPHF", "RLPAFH")


@dataclass(frozen=True)
class Source:
    """The image that is referred to.

    Attributes:
        tags: of patient, study and image, each of them valid; text in UTF-8. Of a new study the
            whole Secondary Capture of the film.
        new_study: whether the study was made for a film that has none.
        turned: degrees clockwise by which the film of the opinion was turned from the pixels of
            this image: 0, 90, 180 or 270.
    """

    tags: Dataset
    new_study: bool = False
    turned: int = 0

    @property
    def nameless(self) -> Dataset:
        """The tags without names of people, which highdicom checks in warnings that quote them."""
        kept = (element for element in self.tags if element.keyword != "PixelData")
        found = Dataset()
        found.update({element.tag: deepcopy(element) for element in kept})
        found.PatientName = found.ReferringPhysicianName = ""
        return found

    @property
    def is_film(self) -> bool:
        """Whether it is a radiograph of one frame by its tags, so that segments can lie on it."""
        return self.tags.SOPClassUID in _FILMS and self.frame is None

    @property
    def frame(self) -> int | None:
        """The frame of it that was read; None where it has one alone."""
        return 1 if int(self.tags.get("NumberOfFrames") or 1) > 1 else None

    @property
    def orientation(self) -> list[str]:
        """Directions of rows and columns of the source image; empty where it does not say."""
        return list(self.tags.get("PatientOrientation") or [])

    @property
    def shown_orientation(self) -> list[str]:
        """Directions of the film as it is shown.

        Empty where they are not known: a film had to be turned although its tags say that it lies
        right, so they do not speak of its pixels.
        """
        found = turned_directions(self.orientation, self.turned)
        upright = len(found) == 2 and found[0][:1] in ("L", "R") and found[1][:1] == "F"
        return found if upright or not self.turned else []

    def join(self, dataset: Dataset) -> Dataset:
        """Give an object the patient and study of the source; changed in place and returned."""
        for keyword in (*PATIENT, *STUDY):
            if keyword in self.tags:
                setattr(dataset, keyword, self.tags.get(keyword))
            elif keyword not in _MAY_BE_ABSENT:
                setattr(dataset, keyword, "")
        return dataset


def tags_of(data: bytes) -> Dataset | None:
    """The tags of patient, study and image of a DICOM file that names its study.

    Elements with an invalid value are left out.

    Returns:
        None for a picture, where the file does not say which study or image it is, and for an image
        of a kind that is not known here.
    """
    if not looks_like_dicom(data):
        return None
    with SILENT:
        header = read_header(data, (*PATIENT, *STUDY, *_IMAGE, "SpecificCharacterSet"))
        if header is None:
            return None
        found = Dataset()
        found.SpecificCharacterSet = CHARACTERS
        for keyword in (*PATIENT, *STUDY, *_IMAGE):
            value = _valid(header, keyword)
            if value is not None:
                setattr(found, keyword, value)
    for keyword in (*PATIENT, *STUDY, "Modality"):
        if keyword not in found and keyword not in _MAY_BE_ABSENT:
            setattr(found, keyword, "")
    complete = all(found.get(keyword) for keyword in (*_MUST, "Rows", "Columns"))
    return found if complete and found.SOPClassUID in _IMAGES else None


def turned_directions(directions: Sequence[str], degrees: int) -> list[str]:
    """Where rows and columns run once a picture is turned clockwise.

    >>> turned_directions(["L", "F"], 90)
    ['H', 'L']
    """
    if len(directions) != 2:
        return []
    row, column = directions
    for _ in range(degrees // 90):
        row, column = column.translate(_OPPOSITE), row
    return [row, column]


def new_uid() -> str:
    """A new unique identifier, under the root of UUIDs."""
    return str(uid.generate_uid(prefix=None))


def _valid(header: Dataset, keyword: str) -> Any:
    """The value of an element, or None: it is missing, damaged or against the rules."""
    try:
        value = header.get(keyword)
        values = list(value) if isinstance(value, MultiValue) else [value]
        if value is None or len(values) != _NUMBERS.get(keyword, len(values)):
            return None
        if not all(_fits(keyword, str(part)) for part in values):
            return None
    except Exception:  # whatever a converter of pydicom makes of damaged bytes
        return None
    if isinstance(value, int):
        return value
    texts = [str(part) for part in values]
    return texts if len(texts) > 1 else texts[0]


def _fits(keyword: str, text: str) -> bool:
    if not text or text not in _WORDS.get(keyword, (text,)):
        return False
    vr = dictionary_VR(keyword)
    if vr != "US":
        validate_value(vr, text, config.RAISE)
    return vr != "DS" or float(text) > 0
