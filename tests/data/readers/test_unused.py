from collections.abc import Callable
from pathlib import Path

from xray_core.data.readers import READERS, find_reader, get_reader
from xray_core.data.readers.unused import describe_unused
from xray_core.data.scan import scan

WriteFilm = Callable[..., Path]


def test_tables_and_films_that_are_left_out_are_noted(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    for number in range(3):
        write_film(tmp_path / f"images/{number}.png", number)
    write_film(tmp_path / "masks/0.png")
    (tmp_path / "index.csv").write_text("path,label\nimages/0.png,covid\n")
    (tmp_path / "more.csv").write_text("images/1.png,normal\n")
    (tmp_path / "readme.txt").write_text("Nothing about films.\n")

    notes = scan(tmp_path, cache_dir=tmp_path / ".cache").notes

    assert notes == (
        "tables that were not used: more.csv",
        "films below the folder that the data set does not list: 2",
    )
    assert scan(tmp_path / "index.csv", cache_dir=tmp_path / ".cache").notes == ()


def test_letters_that_are_a_guess_are_noted(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "images/1.png")
    (tmp_path / "index.csv").write_bytes("path,label\nimages/1.png,норма\n".encode("cp1251"))

    (note,) = scan(tmp_path, cache_dir=tmp_path / ".cache").notes

    assert note.startswith("index.csv is not UTF-8 and was read as Windows-1252; check letters")
    assert scan(tmp_path / "index.csv", cache_dir=tmp_path / ".cache").notes == (note,)


def test_folders_taken_for_classes_note_the_table_beside_them(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    write_film(tmp_path / "covid/1.png")
    (tmp_path / "labels.csv").write_text("a,b\n")

    films = scan(tmp_path, reader="class_folders", cache_dir=tmp_path / ".cache")

    assert films.notes == ("tables that were not used: labels.csv",)


def test_readers_know_the_tables_that_they_use(tmp_path: Path) -> None:
    (tmp_path / "stage_2_train_labels.csv").write_text(
        "patientId,x,y,width,height,Target\na,,,,,0\n"
    )
    (tmp_path / "stage_2_detailed_class_info.csv").write_text("patientId,class\na,Normal\n")
    assert find_reader(tmp_path) is READERS["rsna"]
    assert describe_unused(get_reader("rsna"), tmp_path, ()) == ()


def test_a_class_folder_without_films_is_named(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "normal/1.png")
    write_film(tmp_path / "masks/covid/1.png")
    (tmp_path / "covid").mkdir()
    (tmp_path / "covid/1.heic").write_bytes(b"no film")
    (tmp_path / "viral").mkdir()

    notes = scan(tmp_path, cache_dir=tmp_path / ".cache").notes

    assert notes == ("folders named as a class in which no film lies: covid, viral",)


def test_the_column_of_the_label_is_named_where_another_could_be(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    write_film(tmp_path / "1.png")
    (tmp_path / "index.csv").write_text("path,diagnosis,label\n1.png,viral,covid\n")

    for path in (tmp_path, tmp_path / "index.csv"):
        notes = scan(path, cache_dir=tmp_path / ".cache").notes
        assert notes == ("the label is column label, not diagnosis",)
