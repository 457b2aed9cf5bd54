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
