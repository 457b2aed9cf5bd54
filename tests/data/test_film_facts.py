"""What a file says of its film: from DICOM tags and EXIF, and never who the patient is."""

import warnings
from dataclasses import asdict
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

from xray_core.data.film_facts import FilmFacts, facts_of

SECRET = "Doe^Jane"


def dicom(syntax: uid.UID = uid.ExplicitVRLittleEndian, **elements: Any) -> bytes:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.SOPClassUID = uid.DigitalXRayImageStorageForPresentation
    dataset.SOPInstanceUID = "1.2.3"
    dataset.PatientName, dataset.PatientID = SECRET, "4711"
    dataset.Rows = dataset.Columns = 40
    dataset.PixelData = bytes(1600)
    dataset["PixelData"].VR = "OB"
    for name, value in elements.items():
        setattr(dataset, name, value)
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


FULL: dict[str, Any] = {
    "Modality": "DX",
    "BodyPartExamined": "CHEST",
    "ViewPosition": "PA",
    "Laterality": "U",
    "PatientAge": "034Y",
    "PatientBirthDate": "19860101",
    "StudyDate": "20200601",
    "PatientSex": "F",
    "BurnedInAnnotation": "YES",
    "ImagerPixelSpacing": [0.15, 0.14],
    "PhotometricInterpretation": "MONOCHROME1",
}


@pytest.mark.parametrize(
    "syntax",
    [
        *[uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian],
        *[uid.ExplicitVRBigEndian, uid.DeflatedExplicitVRLittleEndian],
    ],
)
def test_everything_that_a_header_says_is_read(syntax: uid.UID) -> None:
    facts = facts_of(dicom(syntax, **FULL), "a.dcm")
    assert facts == FilmFacts(
        view="PA",
        laterality="U",
        body_part="CHEST",
        modality="DX",
        age_group="adult",
        age_years=34,
        sex="F",
        burned_in=True,
        pixel_spacing_mm=(0.15, 0.14),
        view_from="ViewPosition",
        age_from="PatientAge",
        spacing_from="ImagerPixelSpacing, at the detector",
        photometric="MONOCHROME1",
    )


def test_nothing_that_names_the_patient_is_in_the_facts() -> None:
    told = str(asdict(facts_of(dicom(**FULL, SeriesDescription=f"PA {SECRET}"), f"{SECRET}.dcm")))
    assert not [word for word in ("Doe", "Jane", "4711", "19860101", "20200601") if word in told]


def test_a_name_in_the_wrong_tag_is_left_out() -> None:
    facts = facts_of(dicom(BodyPartExamined="DOE^JANE", Modality="Doe, J."), "a.dcm")
    assert (facts.body_part, facts.modality) == ("", "")


def test_a_spacing_says_whether_it_is_calibrated() -> None:
    spacing = {"Modality": "DX", "PixelSpacing": [0.2, 0.2], "ImagerPixelSpacing": [0.3, 0.3]}
    plain = facts_of(dicom(**spacing), "a.dcm")
    assert plain.pixel_spacing_mm == (0.2, 0.2)
    assert plain.spacing_from == "PixelSpacing, not calibrated"
    calibrated = facts_of(dicom(**spacing, PixelSpacingCalibrationType="GEOMETRY"), "a.dcm")
    assert calibrated.spacing_from == "PixelSpacing, calibrated by geometry"


def test_an_unusable_spacing_gives_way_to_the_next_one() -> None:
    facts = facts_of(dicom(PixelSpacing=[0, 0], ImagerPixelSpacing=[0.3, 0.3]), "a.dcm")
    assert facts.pixel_spacing_mm == (0.3, 0.3)


@pytest.mark.parametrize(
    ("orientation", "mirrored"),
    [
        *[(["L", "F"], False), (["R", "F"], True), (["R", "H"], False), (["H", "L"], False)],
        *[(["H", "R"], True), (["A", "F"], False), (["", ""], False), (["LF", "FR"], False)],
    ],
)
def test_a_picture_seen_from_behind_is_mirrored(orientation: list[str], mirrored: bool) -> None:
    assert facts_of(dicom(PatientOrientation=orientation), "a.dcm").mirrored is mirrored


def test_frames_are_counted() -> None:
    assert facts_of(dicom(NumberOfFrames=30), "a.dcm").n_frames == 30


def test_the_region_of_the_body_is_read_from_its_code_where_the_plain_tag_is_missing() -> None:
    region = Dataset()
    region.CodeValue, region.CodeMeaning = "51185008", "Chest"
    assert facts_of(dicom(AnatomicRegionSequence=Sequence([region])), "a").body_part == "CHEST"


def test_a_file_without_optional_tags_says_nothing() -> None:
    assert facts_of(dicom(), "a.dcm") == FilmFacts()


def test_a_file_that_is_no_dicom_says_nothing() -> None:
    assert facts_of(b"", "empty") == facts_of(b"%PDF-1.7 ...", "a.pdf") == FilmFacts()
    assert facts_of(png(), "a.png") == FilmFacts()


def test_damaged_headers_give_facts_or_none_but_no_error_and_no_word_on_the_patient(
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole = dicom(**FULL | {"BodyPartExamined": "CHEST"})
    random = np.random.default_rng(0)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for _ in range(300):
            data = bytearray(whole[: random.integers(140, len(whole))])
            for place in random.integers(132, len(data), random.integers(0, 6)):
                data[place] = random.integers(256)
            assert isinstance(facts_of(bytes(data), "a.dcm"), FilmFacts)
    told = caplog.text + " ".join(str(warning.message) for warning in warned)
    assert not [word for word in ("Doe", "Jane", "4711", "1986") if word in told]


def png() -> bytes:
    buffer = BytesIO()
    Image.fromarray(np.arange(4096, dtype=np.uint8).reshape(64, 64)).save(buffer, "PNG")
    return buffer.getvalue()


def photograph(*, lens: bool, mode: str = "RGB", comment: bytes = b"") -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Example", "Example One"
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    if lens:
        inner[ExifTags.Base.FNumber] = 1.8
    if comment:
        inner[ExifTags.Base.UserComment] = comment
    buffer = BytesIO()
    Image.new(mode, (400, 300)).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def test_a_photograph_is_told_by_what_its_camera_noted() -> None:
    facts = facts_of(photograph(lens=True), "a.jpg")
    assert facts.photo
    assert facts.photo_by_file == (
        "Its EXIF data name a camera (Example One), it is in colour, its sides are 4:3."
    )


def test_a_scanner_that_writes_its_maker_is_no_camera() -> None:
    assert not facts_of(photograph(lens=False, mode="L"), "a.jpg").photo


def test_a_screenshot_of_a_telephone_is_told() -> None:
    data = photograph(lens=False, comment=b"ASCII\0\0\0Screenshot")
    assert facts_of(data, "a.jpg").photo_by_file == "Its EXIF data say that it is a screenshot."


def test_the_lines_for_display_name_the_source_of_what_decides() -> None:
    lines = dict(facts_of(dicom(**FULL), "a.dcm").lines())
    assert lines["Projection"] == "PA (ViewPosition)"
    assert lines["Age"] == "34 years (PatientAge)"
    assert lines["Pixel spacing"] == "0.15 x 0.14 mm (ImagerPixelSpacing, at the detector)"
    unknown = facts_of(dicom(PatientAge="51"), "a.dcm").lines()
    assert unknown == (("Age", "unknown (PatientAge has no unit)"),)
