"""Tags of the source: what is valid joins the objects, and nobody's name gets anywhere else."""

import warnings
from io import BytesIO
from typing import Any

import pydicom
import pytest
from pydicom.uid import CTImageStorage, XRayAngiographicImageStorage

from tests.reports.dicom.films import dicom_film, stopped, sure
from xray_core.data.decoding.images import encode_png, read_film
from xray_core.reports.dicom.capture import heatmaps
from xray_core.reports.dicom.objects import _shown, dicom_study
from xray_core.reports.dicom.source import Source, tags_of, turned_directions


def test_a_picture_has_no_tags() -> None:
    assert tags_of(encode_png(read_film(dicom_film()).pixels)) is None
    assert tags_of(b"\0" * 128 + b"DICM" + b"nonsense") is None


def test_text_of_any_character_set_is_read_and_written_as_utf_8() -> None:
    data = dicom_film(SpecificCharacterSet="ISO_IR 144", PatientName="Люкceмбypг^")
    tags = tags_of(data)
    assert tags is not None
    assert tags.SpecificCharacterSet == "ISO_IR 192"
    film = read_film(data)
    (report,) = dicom_study(stopped(film), film, data).objects
    again = pydicom.dcmread(BytesIO(report.encode()))
    assert str(again.PatientName) == "Люкceмбypг^"


def test_invalid_values_are_left_out_and_the_rest_is_kept() -> None:
    plain = pydicom.dcmread(BytesIO(dicom_film()))
    for keyword, value in {
        "PatientBirthDate": "03.02.1960",
        "PatientSex": "W",
        "AccessionNumber": "far too long to be the number of a request",
        "StudyTime": "noon",
    }.items():
        plain[keyword]._value = value
    buffer = BytesIO()
    plain.save_as(buffer, enforce_file_format=True)
    data = buffer.getvalue()
    tags = tags_of(data)
    assert tags is not None
    assert (tags.PatientBirthDate, tags.PatientSex) == ("", "")
    assert (tags.AccessionNumber, tags.StudyTime) == ("", "")
    assert tags.PatientID == "4711"
    film = read_film(data)
    assert dicom_study(stopped(film), film, data).objects[0].encode()


def test_no_warning_quotes_a_name() -> None:
    data = dicom_film(PatientName="Mueller", ReferringPhysicianName="Who")
    film = read_film(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (report,) = dicom_study(stopped(film), film, data).objects
    assert str(report.dataset.PatientName) == "Mueller"


@pytest.mark.parametrize(
    ("degrees", "directions"),
    [(0, ["L", "F"]), (90, ["H", "L"]), (180, ["R", "H"]), (270, ["F", "R"])],
)
def test_directions_turn_with_the_picture(degrees: int, directions: list[str]) -> None:
    assert turned_directions(["L", "F"], degrees) == directions
    assert turned_directions([], degrees) == []


def test_directions_that_contradict_the_turn_are_not_repeated() -> None:
    right = Source(tags_of(dicom_film(PatientOrientation=["F", "R"])) or pydicom.Dataset())
    assert Source(right.tags, turned=90).shown_orientation == ["L", "F"]
    wrong = tags_of(dicom_film())
    assert wrong is not None
    source = Source(wrong, turned=90)
    assert source.shown_orientation == []
    assert source.orientation == ["L", "F"]
    film = read_film(dicom_film())
    (heatmap,) = heatmaps(sure(film), _shown(sure(film))[:1], film, source)
    assert not heatmap.PatientOrientation


@pytest.mark.parametrize(
    "tags",
    [
        {"PixelSpacing": ["0.2"], "ImagerPixelSpacing": ["0.1"], "PatientOrientation": ["L"]},
        {"PixelSpacing": [0, 0], "ImagerPixelSpacing": [-1, 1]},
        {"Modality": "CT"},
        {"SOPClassUID": CTImageStorage, "Modality": "CT"},
        {"SOPClassUID": XRayAngiographicImageStorage, "NumberOfFrames": 2},
        {"SOPClassUID": "1.2.3.4"},
    ],
    ids=str,
)
def test_odd_files_get_a_report_all_the_same(tags: dict[str, Any]) -> None:
    data = dicom_film(**tags)
    film = read_film(dicom_film())
    study = dicom_study(stopped(film), film, data)
    assert study.objects[-1].name == "report"
    assert (study.objects[0].name == "film") == (tags.get("SOPClassUID") == "1.2.3.4")
