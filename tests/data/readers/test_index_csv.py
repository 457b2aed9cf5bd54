from collections.abc import Callable
from pathlib import Path

import pytest

from xray_core.data.readers.index_csv import READER
from xray_core.data.readers.places import locate
from xray_core.data.scan import scan
from xray_core.errors import DatasetError

WriteFilm = Callable[..., Path]


def test_all_columns_in_any_order_and_spelling(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text(
        "Age Group,View_Position,patient id,Source,IMAGE_PATH,Disease,Set,Lung mask,comment\n"
        'child,AP Supine,p1,"Madrid, ward 2",images/a.jpg,Covid-19,Training,masks/a.png,x\n'
        "63,postero-anterior,,,images/b.jpg,No_findings,,,\n"
    )

    first, second = READER.read(tmp_path, "d")

    assert (first.path, first.label, first.patient) == ("images/a.jpg", "covid", "p1")
    assert (first.source, first.view) == ("Madrid, ward 2", "AP")
    assert (first.age_group, first.split, first.mask) == ("child", "train", "masks/a.png")
    assert (second.label, second.view, second.age_group) == ("normal", "PA", "adult")
    assert (second.patient, second.source, second.split, second.mask) == ("", "", "", "")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_encodings_and_separators(separator: str, encoding: str, tmp_path: Path) -> None:
    lines = [["image path", "disease"], ["röntgen.png", "Grippe ähnlich"]]
    text = "\r\n".join(separator.join(line) for line in lines)
    table = tmp_path / "liste.csv"
    table.write_bytes(text.encode(encoding))

    (record,) = READER.read(table, "d")

    assert (record.path, record.label) == ("röntgen.png", "grippe_ähnlich")


def test_a_table_without_the_columns_names_those_seen_and_wanted(tmp_path: Path) -> None:
    table = tmp_path / "index.csv"
    table.write_text("file,what is it\na.png,?\n")

    with pytest.raises(DatasetError) as caught:
        READER.read(table, "d")

    assert "file, what is it" in caught.value.what
    assert "disease, label, class" in caught.value.what
    assert caught.value.where == "index.csv"


def test_a_table_without_headers_names_its_first_line(tmp_path: Path) -> None:
    table = tmp_path / "index.csv"
    table.write_text("images/1.png,covid\nimages/2.png,normal\n")

    with pytest.raises(DatasetError, match=r"images/1\.png, covid"):
        READER.read(table, "d")


@pytest.mark.parametrize("content", [b"", b"\x00\x01\xff\xfe", b'file,label\n"a'])
def test_what_is_no_table_is_a_clear_error(content: bytes, tmp_path: Path) -> None:
    table = tmp_path / "index.csv"
    table.write_bytes(content)

    with pytest.raises(DatasetError) as caught:
        READER.read(table, "d")

    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize(
    ("cell", "path", "problem"),
    [
        ("images\\covid\\a.png", "images/covid/a.png", False),
        ("./images//a.png ", "images/a.png", False),
        ("images/../b.png", "b.png", False),
        ("../secret.png", "../secret.png", True),
        ("images/../../secret.png", "../secret.png", True),
        ("/etc/passwd", "passwd", True),
        ("C:\\films\\a.png", "a.png", True),
        ("\\\\server\\films\\a.png", "a.png", True),
        ("", "", True),
    ],
)
def test_paths_stay_in_the_data_set(cell: str, path: str, problem: bool, tmp_path: Path) -> None:
    found, why = locate(cell, tmp_path)

    assert found == path
    assert bool(why) is problem


def test_an_absolute_path_inside_the_data_set_is_made_relative(tmp_path: Path) -> None:
    assert locate(str(tmp_path / "images/a.png"), tmp_path) == ("images/a.png", "")
    assert locate(f"{tmp_path}/../a.png", tmp_path)[1]


def test_a_bad_row_is_a_problem_with_its_number(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("path,label\na.png,covid\n../b.png,covid\n,normal\n")

    problems = [record.problem for record in READER.read(tmp_path, "d")]

    assert problems == [
        "",
        "row 3: the path is outside the data set's folder",
        "row 4: the image path is empty",
    ]


def test_an_image_listed_twice_counts_once(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text(
        "path,label\na.png,COVID\n./a.png,covid-19\nb.png,covid\nb.png,normal\n"
    )

    records = READER.read(tmp_path, "d")

    assert [(r.path, r.problem) for r in records] == [
        ("a.png", ""),
        ("b.png", "listed with several labels: covid, normal"),
    ]


def test_a_folder_with_two_tables_asks_which_one(tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("path,label\na.png,covid\n")
    (tmp_path / "other.csv").write_text("x,y\n1,2\n")

    with pytest.raises(DatasetError, match=r"one\.csv, two\.csv"):
        READER.read(tmp_path, "d")

    (tmp_path / "index.csv").write_text("path,label\nz.png,covid\n")
    assert [record.path for record in READER.read(tmp_path, "d")] == ["z.png"]


def test_words_that_mean_nothing_are_no_class_and_no_patient(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text(
        "path,label,patient,source\na.png,N/A,7,unknown\nb.png,covid,nan,x\nc.png,covid,None,\n"
    )
    records = READER.read(tmp_path, "d")
    assert [record.label for record in records] == ["", "covid", "covid"]
    assert [record.patient_key for record in records] == ["d:7", "film:d/b.png", "film:d/c.png"]


def test_boxes_are_shares_or_pixels(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text(
        "path,label,reading,boxes\n"
        'a.png,covid,typical,"[[0.25, 0.5, 0.125, 0.25]]"\n'
        "b.png,covid,,\"[{'x': 8, 'y': 16, 'width': 4, 'height': 2}]\"\n"
        "c.png,covid,,\n"
        "d.png,covid,,here\n"
    )
    first, second, third, fourth = READER.read(tmp_path, "d")
    assert (first.boxes, first.boxes_px) == (((0.25, 0.5, 0.125, 0.25),), ())
    assert first.reading == "typical"
    assert (second.boxes, second.boxes_px) == ((), ((8, 16, 4, 2),))
    assert (third.boxes, third.boxes_px, third.problem) == ((), (), "")
    assert fourth.problem == "row 5: the boxes are not readable: here"


def test_boxes_of_several_lines_belong_to_one_film(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "a.png", size_px=64)
    (tmp_path / "t.csv").write_text(
        "file,label,x_min,y_min,x_max,y_max\na.png,covid,16,0,48,32\na.png,covid,0,32,16,64\n"
    )
    (record,) = scan(tmp_path, cache_dir=tmp_path / "cache").records
    assert record.boxes == ((0.25, 0.0, 0.5, 0.5), (0.0, 0.5, 0.25, 0.5))
    assert record.boxes_px == ()


def test_rows_of_other_pictures_than_radiographs_are_problems(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text(
        "path,label,modality,view\na.png,covid,X-ray,PA\nb.png,covid,CT,\nc.png,covid,,CT Axial\n"
        "d.png,covid,DX,Coronal\n"
    )
    problems = [record.problem for record in READER.read(tmp_path, "d")]
    assert problems == [
        "",
        "not a radiograph: modality CT, view unknown",
        "not a radiograph: modality unknown, view CT Axial",
        "not a radiograph: modality DX, view Coronal",
    ]


def test_a_table_may_say_what_its_labels_say(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("path,label,label basis\na.png,covid,PCR\nb.png,covid,\n")

    assert [record.label_basis for record in READER.read(tmp_path, "d")] == ["test", ""]
