"""What holds for every reader, and how one is found."""

from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest

from xray_core.data.readers import READERS, find_reader, get_reader
from xray_core.data.readers.base import walk_images
from xray_core.data.scan import scan
from xray_core.errors import DatasetError

WriteFilm = Callable[..., Path]
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"

TABLES = {  # reader -> its table, what stands in it, suffix of the films
    "nih": (
        "Data_Entry_2017.csv",
        "Image Index,Finding Labels,Patient ID\na.png,No Finding,1\nb.png,Hernia,2\n",
        ".png",
    ),
    "chexpert": (
        "train.csv",
        "Path,Frontal/Lateral,No Finding,Edema\n"
        "CheXpert/films/a.jpg,Frontal,1,\nCheXpert/films/b.jpg,Frontal,,1\n",
        ".jpg",
    ),
    "rsna": (
        "stage_2_train_labels.csv",
        "patientId,x,y,width,height,Target\na,,,,,0\nb,1,2,3,4,1\n",
        ".png",
    ),
    "vindr": (
        "train.csv",
        "image_id,class_name,rad_id,x_min,y_min,x_max,y_max\n"
        "a,No finding,R1,,,,\nb,ILD,R1,1,1,2,2\n",
        ".png",
    ),
    "ieee8023": (
        "metadata.csv",
        "finding,view,modality,folder,filename\n"
        "No Finding,PA,X-ray,films,a.png\nPneumonia/Viral,PA,X-ray,films,b.png\n",
        ".png",
    ),
    "covidx": ("train_COVIDx9A.txt", "p1 a.png normal c\np2 b.png COVID-19 c\n", ".png"),
    "coronahack": (
        "Chest_xray_Corona_Metadata.csv",
        ",X_ray_image_name,Label,Dataset_type,Label_2_Virus_category,Label_1_Virus_category\n"
        "0,a.jpeg,Normal,TRAIN,,\n1,b.jpeg,Pnemonia,TRAIN,,Virus\n",
        ".jpeg",
    ),
    "one_hot": ("labels.csv", "file,normal,covid\na.png,1,0\nb.png,0,1\n", ".png"),
}


def build_example(name: str, folder: Path, write_film: WriteFilm) -> None:
    """A small data set of two films in the form that a reader is for."""
    if name == "radiography":
        write_film(folder / "COVID/images/COVID-1.png", 1)
        write_film(folder / "Normal/images/Normal-1.png", 2)
    elif name == "kermany":
        write_film(folder / "train/NORMAL/IM-0115-0001.jpeg", 1)
        write_film(folder / "train/PNEUMONIA/person1_virus_6.jpeg", 2)
    elif name == "index_csv":
        write_film(folder / "a.png", 1)
        write_film(folder / "b.png", 2)
        (folder / "index.csv").write_text("disease,image path\nCOVID,a.png\nNORMAL,b.png\n")
    elif name in TABLES:
        table, lines, suffix = TABLES[name]
        write_film(folder / f"films/a{suffix}", 1)
        write_film(folder / f"films/b{suffix}", 2)
        (folder / table).write_text(lines)
    elif name == "class_folders":
        write_film(folder / "covid/a.png", 1)
        write_film(folder / "normal/b.png", 2)
    elif name == "dicom_folder":
        (folder / "labels.csv").write_text("file,label\na.dcm,covid\nb.dcm,normal\n")
        for stem in "ab":
            header = pydicom.Dataset()
            header.SOPInstanceUID = f"1.2.{ord(stem)}"
            header.SOPClassUID = "1.2.840.10008.5.1.4.1.1.1"
            header.file_meta = pydicom.dataset.FileMetaDataset()
            header.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
            header.save_as(folder / f"{stem}.dcm", enforce_file_format=True)
    else:
        pytest.fail(f"reader '{name}' has no example here: add one")


@pytest.mark.parametrize("name", READERS)
def test_every_reader_reads_its_own_form(name: str, tmp_path: Path, write_film: WriteFilm) -> None:
    build_example(name, tmp_path, write_film)

    assert find_reader(tmp_path).name == name
    records = READERS[name].read(tmp_path, "mine")

    assert len(records) == 2
    assert len({record.label for record in records}) == 2
    for record in records:
        assert record.id == f"mine/{record.path}"
        assert record.dataset == "mine"
        assert (tmp_path / record.path).is_file()
        assert not record.sha256, "a reader lists, only a scan opens films"


@pytest.mark.parametrize("name", READERS)
def test_every_reader_gives_the_same_order_twice(
    name: str, tmp_path: Path, write_film: WriteFilm
) -> None:
    build_example(name, tmp_path, write_film)
    reader = get_reader(name)

    assert reader.read(tmp_path, "d") == reader.read(tmp_path, "d")


@pytest.mark.parametrize("name", READERS)
def test_no_reader_recognises_an_empty_folder(name: str, tmp_path: Path) -> None:
    assert not READERS[name].recognises(tmp_path)


def test_an_unknown_folder_says_what_was_found_and_looked_for(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("nothing here")
    (tmp_path / "scans").mkdir()

    with pytest.raises(DatasetError) as caught:
        find_reader(tmp_path)

    assert "Found: notes.md, scans/." in caught.value.what
    assert "one folder of images per class" in caught.value.what
    assert "--reader" in caught.value.fix


def test_a_data_set_beside_others_is_not_taken_for_all_of_them(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    build_example("radiography", tmp_path / "wrapped/radiography", write_film)
    assert find_reader(tmp_path).name == "radiography", "as an archive unpacks"

    write_film(tmp_path / "other/tuberculosis/a.png", 3)
    assert find_reader(tmp_path).name == "class_folders"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("labels.csv", b"images/1.png,covid\n", "no header line"),
        ("labels.csv", b"id;Befund\n1;normal\n", "no column for an image path and none for a dis"),
        ("labels.csv", b"file,what\n1.png,covid\n", "Its columns: file, what. Wanted: disease"),
        ("labels.xls", b"\xd0\xcf\x11\xe0", r"\.xls files are not read"),
        ("covid/labels.csv", b"file,label\n1.png,covid\n", "name the table itself"),
        ("films.txt", b"1.png covid\n2.png normal\n", "no column|no header"),
    ],
)
def test_a_table_that_cannot_be_used_stops_the_scan_with_its_reason(
    name: str, content: bytes, reason: str, tmp_path: Path, write_film: WriteFilm
) -> None:
    write_film(tmp_path / "covid/1.png", 1)
    write_film(tmp_path / "normal/2.png", 2)
    (tmp_path / name).write_bytes(content)

    with pytest.raises(DatasetError, match=reason) as caught:
        find_reader(tmp_path)

    assert caught.value.where == f"{tmp_path.name}/{name}"
    assert "--reader class_folders" in caught.value.fix


def test_a_text_about_films_is_no_table(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "covid/1.png", 1)
    (tmp_path / "README.txt").write_text(
        "Films of 2020.\n\nStart with covid/1.png, then\nread on.\n"
    )

    assert find_reader(tmp_path).name == "class_folders"


def test_an_unknown_reader_lists_those_there_are() -> None:
    with pytest.raises(DatasetError, match="radiography, kermany"):
        get_reader("karmany")


def test_hidden_files_and_leftovers_are_no_films(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "covid/a.PNG", 1)
    write_film(tmp_path / "covid/._a.png", 1)
    write_film(tmp_path / "__MACOSX/covid/a.png", 1)
    write_film(tmp_path / ".thumbs/a.png", 1)
    (tmp_path / "covid/readme.txt").write_text("no film")

    assert list(walk_images(tmp_path)) == ["covid/a.PNG"]


def test_a_folder_linked_in_a_circle_is_walked_once(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "covid/a.png", 1)
    try:
        (tmp_path / "covid/again").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("this system lets no links be made")

    assert list(walk_images(tmp_path)) == ["covid/a.png"]


@pytest.mark.parametrize(
    ("path", "reader", "n_records"),
    [
        ("radiography", "radiography", 751),
        ("kermany/chest_xray", "kermany", 1200),
        ("corpus/index.csv", "index_csv", 9677),
    ],
)
def test_public_sets_are_found_in_full(path: str, reader: str, n_records: int) -> None:
    folder = SHARED / path
    if not folder.exists():
        pytest.skip("the public films are not on this machine")

    found = find_reader(folder)

    assert found.name == reader
    assert len(found.read(folder, "d")) == n_records


@pytest.mark.parametrize("name", [name for name in READERS if name != "class_folders"])
def test_a_reader_chosen_for_another_data_set_says_so(
    name: str, tmp_path: Path, write_film: WriteFilm
) -> None:
    write_film(tmp_path / "covid/1.png")

    with pytest.raises(DatasetError, match=r"has no table|No film was found"):
        scan(tmp_path, reader=name, cache_dir=tmp_path / ".cache")
