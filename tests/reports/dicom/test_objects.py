"""Which objects there are, whose study they join, and what a picture gets."""

import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from tests.reports.dicom.films import PDF, RAW, dicom_film, stopped, sure
from xray_core.data.decoding.images import encode_png, read_film
from xray_core.data.labels import label_title
from xray_core.reports.dicom.capture import heatmaps
from xray_core.reports.dicom.objects import _shown, as_zip, dicom_study
from xray_core.reports.dicom.source import NEW_STUDY, PATIENT, STUDY, Source, tags_of


def original(data: bytes) -> Dataset:
    return pydicom.dcmread(BytesIO(data))


def test_a_sure_answer_has_a_report_two_heatmaps_the_evidence_and_the_pdf(
    written: dict[str, Dataset],
) -> None:
    assert list(written) == ["report", "heatmap-1", "heatmap-2", "evidence", "pdf"]


def test_every_object_joins_patient_and_study_in_a_new_series(
    written: dict[str, Dataset], source_data: bytes
) -> None:
    film = original(source_data)
    for found in written.values():
        for keyword in (*PATIENT, *STUDY):
            assert str(found.get(keyword, "")) == str(film.get(keyword, "")), keyword
        assert found.SeriesInstanceUID != film.SeriesInstanceUID
        assert found.ContentQualification == "RESEARCH"
        assert found.SpecificCharacterSet == "ISO_IR 192"
    uids = [found.SOPInstanceUID for found in written.values()]
    assert len({film.SOPInstanceUID, *uids}) == len(uids) + 1
    series = {name: found.SeriesInstanceUID for name, found in written.items()}
    assert series["heatmap-1"] == series["heatmap-2"]
    assert len(set(series.values())) == 4  # a series holds one modality


def test_the_heatmap_says_research_only_and_where_left_is(written: dict[str, Dataset]) -> None:
    found = written["heatmap-1"]
    assert (found.Modality, found.PhotometricInterpretation) == ("OT", "RGB")
    assert found.PatientOrientation == ["L", "F"]
    assert found.BurnedInAnnotation == "NO"  # as the source says of its own text
    assert found.ImageComments.startswith("Research only, not a diagnosis. ")
    amber = (found.pixel_array == (0xE0, 0xA6, 0x3A)).all(axis=-1)
    assert amber[-100:].sum() > 50  # the line of the warning, under the picture
    assert "Laterality" not in found  # a chest is no pair


def test_a_file_without_body_part_says_that_the_side_is_not_known() -> None:
    data = dicom_film(BodyPartExamined=None, BurnedInAnnotation=None, PatientOrientation=None)
    film = read_film(data)
    source = Source(tags_of(data) or Dataset())
    (found,) = heatmaps(sure(film), _shown(sure(film))[:1], film, source)
    assert found.Laterality == ""
    assert not found.PatientOrientation
    assert "BurnedInAnnotation" not in found


def test_the_pdf_lies_in_its_object_byte_by_byte(
    written: dict[str, Dataset], source_data: bytes
) -> None:
    found = written["pdf"]
    assert found.SOPClassUID.name == "Encapsulated PDF Storage"
    assert found.EncapsulatedDocument[: found.EncapsulatedDocumentLength] == PDF
    (reference,) = found.SourceInstanceSequence
    assert reference.ReferencedSOPInstanceUID == original(source_data).SOPInstanceUID


def test_a_picture_gets_a_new_study_that_holds_it_and_says_so() -> None:
    film = read_film(encode_png(read_film(dicom_film()).pixels))
    data = encode_png(film.pixels)
    study = dicom_study(stopped(film), film, data)
    found = {item.name: original(item.encode()) for item in study.objects}
    assert list(found) == ["film", "report"]
    assert study.notes == (
        NEW_STUDY,
        "No heatmap and no segmentation: the gate stopped the film.",
    )
    picture, report = found["film"], found["report"]
    assert str(picture.PatientName) == "Anonymous^"
    assert picture.PatientID == f"THORAXLENS-{film.id}" == report.PatientID
    assert picture.StudyInstanceUID == report.StudyInstanceUID
    np.testing.assert_array_equal(picture.pixel_array, np.round(film.pixels * 255))
    assert NEW_STUDY.encode() in study.objects[1].encode()
    again = dicom_study(stopped(film), film, data).objects[0].dataset
    assert again.StudyInstanceUID != picture.StudyInstanceUID


@pytest.mark.parametrize(
    "removed",
    [{"StudyInstanceUID": None}, {"SOPInstanceUID": None}, {"StudyInstanceUID": "not a UID"}],
    ids=str,
)
def test_a_file_that_does_not_name_its_study_gets_a_new_one(removed: dict[str, Any]) -> None:
    data = original(dicom_film())
    for keyword, value in removed.items():
        if value is None:
            delattr(data, keyword)
        else:
            data[keyword]._value = value
    buffer = BytesIO()
    data.save_as(buffer, enforce_file_format=False)
    film = read_film(buffer.getvalue())
    study = dicom_study(stopped(film), film, buffer.getvalue())
    assert study.notes[0] == NEW_STUDY
    assert "Müller" not in str(study.objects[0].dataset)


def test_a_stopped_film_names_no_class_anywhere(source_data: bytes) -> None:
    film = read_film(source_data)
    (item,) = dicom_study(stopped(film), film, source_data).objects
    text = item.encode().decode(errors="replace")
    assert not any(label_title(label) in text for label in RAW)


def test_no_pneumonia_outlines_nothing_and_says_so(source_data: bytes) -> None:
    film = read_film(source_data)
    opinion = sure(film)
    shown = opinion.models[2].attribution
    assert shown is not None
    calm = replace(shown, label="normal", probability=0.9)
    model = replace(opinion.models[2], attribution=calm)
    healthy = replace(opinion, models=(model,), mean={"normal": 0.92, "covid": 0.08})
    study = dicom_study(healthy, film, source_data)
    assert [item.name for item in study.objects] == ["report", "heatmap-1"]
    assert any("nothing to outline" in note for note in study.notes)


def test_the_archive_holds_each_object_as_a_file(source_data: bytes) -> None:
    film = read_film(source_data)
    study = dicom_study(stopped(film), film, source_data, pdf=PDF)
    with zipfile.ZipFile(BytesIO(as_zip(study.objects))) as archive:
        assert archive.namelist() == ["report.dcm", "pdf.dcm"]
        assert original(archive.read("pdf.dcm")).Modality == "DOC"
