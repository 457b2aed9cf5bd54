from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset

from xray_core.data.readers import find_reader
from xray_core.data.readers.dicom_folder import READER
from xray_core.errors import DatasetError


def write_header(path: Path, uid: str, patient: str, view: str = "", age: str = "") -> None:
    header = Dataset()
    header.SOPClassUID = "1.2.840.10008.5.1.4.1.1.1"
    header.SOPInstanceUID = uid
    header.PatientID = patient
    if view:
        header.ViewPosition = view
    if age:
        header.PatientAge = age
    header.file_meta = FileMetaDataset()
    header.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    path.parent.mkdir(parents=True, exist_ok=True)
    header.save_as(path, enforce_file_format=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_header(tmp_path / "a/one.dcm", "1.2.1", "Doe-1", "PA", "058Y")
    write_header(tmp_path / "b/two.DCM", "1.2.2", "Doe-2", "LL", "007M")
    return tmp_path


@pytest.mark.parametrize(
    "table",
    [
        "file,label\na/one.dcm,covid\nb\\two.DCM,normal\n",
        "filename;class\none.dcm;covid\ntwo;normal\n",
        "SOPInstanceUID,finding\n1.2.2,normal\n1.2.1,covid\n",
        "PatientID,Target\nDoe-1,covid\nDoe-2,normal\n",
    ],
)
def test_rows_find_their_files(table: str, folder: Path) -> None:
    (folder / "labels.csv").write_text(table)

    one, two = READER.read(folder, "d")

    assert find_reader(folder) is READER
    assert (one.path, one.label, one.view, one.age_group) == ("a/one.dcm", "covid", "PA", "adult")
    assert (two.path, two.label, two.view) == ("b/two.DCM", "normal", "lateral")
    assert two.age_group == "child"
    assert one.patient
    assert one.patient != two.patient


def test_the_patient_id_of_a_header_is_not_kept(folder: Path) -> None:
    (folder / "labels.csv").write_text("file,label\none.dcm,covid\ntwo.DCM,normal\n")
    write_header(folder / "c/three.dcm", "1.2.3", "Doe-1")

    records = READER.read(folder, "d")

    patients = [record.patient for record in records]
    assert "Doe" not in "".join(patients)
    assert patients[0] == patients[2], "films of one patient stay together"


def test_the_table_outweighs_the_header(folder: Path) -> None:
    (folder / "labels.csv").write_text(
        "file,label,patient,view\none.dcm,covid,p7,AP\ntwo.DCM,normal,p8,\n"
    )

    one, two = READER.read(folder, "d")

    assert (one.patient, one.view) == ("p7", "AP")
    assert (two.patient, two.view) == ("p8", "lateral")


def test_files_without_row_and_rows_without_file_are_told(folder: Path) -> None:
    (folder / "labels.csv").write_text("file,label\none.dcm,covid\nlost.dcm,normal\n")

    records = {record.path: record for record in READER.read(folder, "d")}

    assert records["b/two.DCM"].label == ""
    assert records["lost.dcm"].problem == "row 3: no DICOM file belongs to it"
    assert records["a/one.dcm"].problem == ""


def test_a_damaged_header_is_left_to_the_scan(folder: Path) -> None:
    (folder / "labels.csv").write_text("file,label\none.dcm,covid\n")
    (folder / "a/one.dcm").write_bytes(b"no DICOM at all")

    record = READER.read(folder, "d")[0]

    assert (record.path, record.label, record.view, record.patient) == (
        "a/one.dcm",
        "covid",
        "",
        "",
    )


def test_a_folder_without_labels_says_what_to_add(folder: Path) -> None:
    with pytest.raises(DatasetError, match="SOPInstanceUID"):
        READER.read(folder, "d")


def test_several_lines_of_one_file_are_one_film_with_several_boxes(folder: Path) -> None:
    (folder / "labels.csv").write_text(
        "file,label,x,y,width,height\none.dcm,covid,8,8,4,4\none.dcm,covid,20,8,4,4\n"
        "two.DCM,covid,,,,\ntwo.DCM,normal,,,,\n"
    )
    one, two = READER.read(folder, "d")
    assert one.boxes_px == ((8, 8, 4, 4), (20, 8, 4, 4))
    assert one.problem == ""
    assert two.problem == "listed with several labels: covid, normal"


def test_an_anonymous_patient_is_none(folder: Path) -> None:
    write_header(folder / "c/three.dcm", "1.2.3", "ANONYMOUS")
    (folder / "labels.csv").write_text("file,label,patient\nthree.dcm,covid,nan\none.dcm,covid,-\n")
    records = {record.path: record.patient for record in READER.read(folder, "d")}
    assert records["c/three.dcm"] == ""
    assert records["a/one.dcm"], "the header knows the patient that the table does not"


def test_dicom_without_suffix_is_found(tmp_path: Path) -> None:
    write_header(tmp_path / "IM000001", "1.2.1", "Doe-1")
    write_header(tmp_path / "1.2.840.5", "1.2.2", "Doe-2")
    (tmp_path / "labels.csv").write_text("file,label\nIM000001,covid\n1.2.840.5,normal\n")

    assert find_reader(tmp_path) is READER
    facts = {record.path: record.label for record in READER.read(tmp_path, "d")}
    assert facts == {"IM000001": "covid", "1.2.840.5": "normal"}


def test_a_table_of_pictures_is_not_taken_for_one_of_dicom_files(folder: Path) -> None:
    (folder / "labels.csv").write_text("file,label\na/one.dcm,covid\nc.png,normal\n")
    assert find_reader(folder).name == "index_csv"
