from pathlib import Path

import pytest
from openpyxl import Workbook

from xray_core.data.readers.tables import find_columns, lacks_columns, read_header, read_table
from xray_core.errors import DatasetError


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def test_the_line_that_excel_writes_names_the_separator(tmp_path: Path) -> None:
    frame = read_table(write(tmp_path / "t.csv", 'sep=;\r\nfile;note\r\na.png;"x;y"\r\n'))
    assert frame.columns.tolist() == ["file", "note"]
    assert frame.values.tolist() == [["a.png", "x;y"]]
    assert frame.index.tolist() == [3]
    tabs = read_table(write(tmp_path / "u.csv", '"sep=\t"\nfile\tlabel\na,b.png\tcovid\n'))
    assert tabs.values.tolist() == [["a,b.png", "covid"]]


def test_the_first_sheet_of_an_excel_file_is_read(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["file", "age", "label"], ["a.png", 60, "covid"], [], ["b.png", None, 1.0]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "t.xlsx")
    frame = read_table(tmp_path / "t.xlsx")
    assert read_header(tmp_path / "t.xlsx") == ("file", "age", "label")
    assert frame.values.tolist() == [["a.png", "60", "covid"], ["b.png", "", "1"]]
    assert frame.index.tolist() == [2, 4]


def test_a_comma_too_many_names_its_line(tmp_path: Path) -> None:
    table = write(tmp_path / "t.csv", "file,note,label\na.png,x,1\nb.png,left, lower,2\n")
    with pytest.raises(DatasetError, match=r"Line 3 has 4 cells, the header has 3: b\.png, left"):
        read_table(table)


def test_a_comma_too_many_in_the_first_line_shifts_nothing(tmp_path: Path) -> None:
    table = write(tmp_path / "t.csv", "file,note,label\nb.png,left, lower,covid\n")
    with pytest.raises(DatasetError, match="Line 2 has 4 cells"):
        read_table(table)


def test_empty_cells_at_the_end_of_lines_do_no_harm(tmp_path: Path) -> None:
    frame = read_table(write(tmp_path / "t.csv", "file,label\na.png,covid,,\n\n,,\nb.png\n"))
    assert frame.values.tolist() == [["a.png", "covid"], ["b.png", ""]]
    assert frame.index.tolist() == [2, 5]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]
)
def test_every_usual_encoding_is_understood(encoding: str, tmp_path: Path) -> None:
    table = write(tmp_path / "t.csv", "file;label\nröntgen.png;Grüße\n", encoding)
    assert read_table(table).values.tolist() == [["röntgen.png", "Grüße"]]
    assert read_header(table) == ("file", "label")


def test_names_that_come_twice_stay_apart(tmp_path: Path) -> None:
    frame = read_table(write(tmp_path / "t.csv", "file,label,label,\na.png,covid,other,x\n"))
    assert frame.columns.tolist() == ["file", "label", "label.1", ""]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("t.xls", b"\xd0\xcf\x11\xe0", r"\.xls files are not read"),
        ("t.xlsx", b"no zip", "File is not a zip file"),
        ("t.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0", "binary"),
        ("t.csv", b"\n \n", "empty"),
        ("t.csv", "file,label\na.png,正常\n".encode("shift-jis"), "neither UTF-8, UTF-16 nor"),
        ("t.csv", b'file,label\na.png,"covid\nb.png,normal\n', "line 2: unexpected end of data"),
        ("t.csv", b'file,label\n"a"b.png,covid\n', "line 2: .*expected after"),
    ],
)
def test_what_is_no_table_says_why(name: str, content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DatasetError, match=reason) as caught:
        read_table(tmp_path / name)
    assert caught.value.where == name


def test_well_known_headers_have_a_role() -> None:
    assert find_columns(["X_ray_image_name", "Label"]) == {
        "path": "X_ray_image_name",
        "label": "Label",
    }
    assert find_columns(["image_id", "class_name", "rad_id"]) == {
        "path": "image_id",
        "label": "class_name",
    }
    assert find_columns(["Image Index", "Finding Labels"])["label"] == "Finding Labels"


def test_a_table_without_header_is_no_list_of_films() -> None:
    error = lacks_columns(Path("t.csv"), ["images/f0.png", "Normal"])
    assert error is not None
    assert "no header line" in error.what
    assert "images/f0.png, Normal" in error.what
    assert "filename" in error.what
    assert lacks_columns(Path("t.csv"), ["file", "label"]) is None


def test_the_sheet_that_lists_films_is_the_table(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["About"])
    book.create_sheet("data").append(["file", "label"])
    book["data"].append(["a.png", "covid"])
    book.save(tmp_path / "t.xlsx")

    assert read_table(tmp_path / "t.xlsx").to_numpy().tolist() == [["a.png", "covid"]]

    book.create_sheet("more").append(["file", "label"])
    book.save(tmp_path / "several.xlsx")
    with pytest.raises(DatasetError, match=r"several of its sheets list films \(data, more\)"):
        read_table(tmp_path / "several.xlsx")


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("file,label,label\na.png,covid,normal\n")

    error = lacks_columns(tmp_path / "t.csv", read_header(tmp_path / "t.csv"))

    assert error is not None
    assert "several columns named label" in error.what
