from io import BytesIO

import pytest

from xray_core.data.decoding.tag_list import MOST_LETTERS, patient_tags_of, tags_of

pydicom = pytest.importorskip("pydicom")


def header(**tags: object) -> bytes:
    dataset = pydicom.Dataset()
    for name, value in tags.items():
        setattr(dataset, name, value)
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, dataset)
    return b"\0" * 128 + b"DICM" + buffer.getvalue()


def test_tags_are_listed_by_name_and_long_values_are_cut() -> None:
    found = dict(tags_of(header(PatientName="Doe^Jane", ImageComments="x" * 500)))
    assert found["Patient's Name"] == "Doe^Jane"
    assert found["Image Comments"] == "x" * MOST_LETTERS + "…"


def test_a_file_that_is_no_dicom_has_none() -> None:
    assert tags_of(b"Dear colleague") == ()


def test_tags_that_name_the_patient_are_found_alone() -> None:
    data = header(PatientName="Doe^Jane", ImageComments="x", StudyDate="20200101")
    found = dict(patient_tags_of(data))
    assert found["Patient's Name"] == "Doe^Jane"
    assert found["Study Date"] == "20200101"
    assert "Image Comments" not in found
    assert patient_tags_of(b"Dear colleague") == ()


def test_odd_values_are_quoted_in_no_warning_and_no_log(
    caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    data = header(StudyDescription="x").replace(b"LO\x02\x00x ", b"DA\x02\x00x ")
    assert dict(tags_of(data)) == {"Study Description": "x"}
    assert not recwarn.list
    assert not caplog.records


def test_a_file_that_inflates_without_end_is_read_up_to_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tests.dicom_films import as_dicom
    from xray_core.data.decoding import dicom

    body = pydicom.dcmread(BytesIO(as_dicom()))
    body.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
    buffer = BytesIO()
    body.save_as(buffer)
    monkeypatch.setattr(dicom, "HEADER_BYTES", 600)
    assert "Patient's Name" in dict(tags_of(buffer.getvalue()))
