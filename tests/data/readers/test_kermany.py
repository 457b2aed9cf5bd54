from collections.abc import Callable
from pathlib import Path

import pytest

from xray_core.data.readers import find_reader
from xray_core.data.readers.kermany import READER, parse_name

WriteFilm = Callable[..., Path]


@pytest.mark.parametrize(
    ("name", "label", "patient"),
    [
        ("person12_bacteria_34.jpeg", "bacterial", "person12"),
        ("person12_virus_35.jpeg", "viral", "person12"),
        ("IM-0115-0001.jpeg", "", "IM-0115"),
        ("NORMAL2-IM-0666-0001-0002.jpeg", "", "NORMAL2-IM-0666"),
        ("BACTERIA-1008087-0001.jpeg", "bacterial", "1008087"),
        ("VIRUS-1008087-0002.jpeg", "viral", "1008087"),
        ("NORMAL-28501-0001.jpeg", "normal", "28501"),
        ("chest.jpeg", "", ""),
    ],
)
def test_file_names_tell_label_and_patient(name: str, label: str, patient: str) -> None:
    assert parse_name(name) == (label, patient)


def test_facts_come_from_folder_and_name(tmp_path: Path, write_film: WriteFilm) -> None:
    base = tmp_path / "chest_xray"
    write_film(base / "train/NORMAL/IM-0115-0001.jpeg", 1)
    write_film(base / "train/PNEUMONIA/person7_bacteria_1.jpeg", 2)
    write_film(base / "test/NORMAL/NORMAL2-IM-0001-0001.jpeg", 3)
    write_film(base / "test/PNEUMONIA/odd.jpeg", 4)
    write_film(base / "val/PNEUMONIA/person7_virus_2.jpeg", 5)

    records = {record.path: record for record in READER.read(tmp_path, "k")}

    facts = {path: (r.label, r.split, r.patient) for path, r in records.items()}
    assert facts == {
        "chest_xray/train/NORMAL/IM-0115-0001.jpeg": ("normal", "train", "IM-0115"),
        "chest_xray/train/PNEUMONIA/person7_bacteria_1.jpeg": ("bacterial", "train", "person7"),
        "chest_xray/val/PNEUMONIA/person7_virus_2.jpeg": ("viral", "val", "person7"),
        "chest_xray/test/NORMAL/NORMAL2-IM-0001-0001.jpeg": ("normal", "test", "NORMAL2-IM-0001"),
        # neither bacteria nor virus in the name: not guessed
        "chest_xray/test/PNEUMONIA/odd.jpeg": ("pneumonia", "test", ""),
    }
    assert {(r.source, r.view, r.age_group) for r in records.values()} == {
        ("kermany", "AP", "child")
    }
    bacterial, viral = (r for r in records.values() if r.patient == "person7")
    assert bacterial.patient_key == viral.patient_key


def test_the_copy_inside_the_kaggle_archive_is_not_counted_twice(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    for base in (tmp_path / "chest_xray", tmp_path / "chest_xray/chest_xray"):
        write_film(base / "train/NORMAL/IM-0115-0001.jpeg", 1)
        write_film(base / "train/PNEUMONIA/person7_virus_1.jpeg", 2)

    for path in (tmp_path, tmp_path / "chest_xray"):
        assert len(READER.read(path, "k")) == 2


def test_another_class_folder_makes_it_another_data_set(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    for number, name in enumerate(("NORMAL", "PNEUMONIA", "COVID19")):
        write_film(tmp_path / f"train/{name}/{name}({number}).jpg", number)

    assert find_reader(tmp_path).name == "class_folders", "these need not be children"


def test_folders_beside_the_splits_are_named(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "train/NORMAL/IM-0115-0001.jpeg", 1)
    write_film(tmp_path / "train/PNEUMONIA/person7_virus_1.jpeg", 2)
    write_film(tmp_path / "more/NORMAL/IM-0116-0001.jpeg", 3)

    *films, folder = READER.read(tmp_path, "k")

    assert [film.problem for film in films] == ["", ""]
    assert folder.path == "more"
    assert "1 images" in folder.problem


def test_masks_beside_the_classes_change_nothing(tmp_path: Path, write_film: WriteFilm) -> None:
    for number, path in enumerate(("NORMAL/IM-0115-0001.jpeg", "PNEUMONIA/person7_virus_1.jpeg")):
        write_film(tmp_path / "train" / path, number)
    write_film(tmp_path / "train/masks/IM-0115-0001.png", 3)

    assert find_reader(tmp_path) is READER
    assert [record.label for record in READER.read(tmp_path, "k")] == ["normal", "viral"]


def test_splits_and_classes_may_be_written_otherwise(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "Train/Normal/IM-0115-0001.jpeg", 1)
    write_film(tmp_path / "Train/Pneumonia/person7_virus_1.jpeg", 2)
    write_film(tmp_path / "Validation/Pneumonia/person8_bacteria_1.jpeg", 3)

    assert find_reader(tmp_path) is READER
    facts = {(film.label, film.split, film.patient) for film in READER.read(tmp_path, "k")}
    assert facts == {
        ("normal", "train", "IM-0115"),
        ("viral", "train", "person7"),
        ("bacterial", "val", "person8"),
    }


def test_films_of_other_names_are_another_data_set(tmp_path: Path, write_film: WriteFilm) -> None:
    for number, name in enumerate(("NORMAL", "PNEUMONIA")):
        write_film(tmp_path / f"train/{name}/rsna_{number}.png", number)

    assert find_reader(tmp_path).name == "class_folders", "these need not be children"
