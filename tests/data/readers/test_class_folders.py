from collections.abc import Callable
from pathlib import Path

import pytest

from xray_core.data.readers import find_reader
from xray_core.data.readers.class_folders import ORPHAN, READER
from xray_core.errors import DatasetError

WriteFilm = Callable[..., Path]


@pytest.mark.parametrize(
    ("path", "label", "split"),
    [
        ("covid/a.png", "covid", ""),
        ("Pneumonia-Bacterial/a.png", "bacterial", ""),
        ("train/Viral Pneumonia/a.png", "viral", "train"),
        ("Viral Pneumonia/Testing/a.png", "viral", "test"),
        ("fold1/valid/No_findings/a.png", "normal", "val"),
        ("train/COVID/images/a.png", "covid", "train"),
        ("Tuberculosis/site 2/a.png", "tuberculosis", ""),
        ("Tuberculosis/miliary/a.png", "tuberculosis", ""),  # what is known above what is not
        ("covid/train_set/a.png", "covid", "train"),
        ("covid_test/a.png", "covid", "test"),
        ("images_001/a.png", "", ""),
        ("train/patient00001/study1/a.png", "", "train"),
        ("0/a.png", "0", ""),
        ("Pleural effusion/a.png", "pleural_effusion", ""),
        ("a.png", "", ""),
        ("train/a.png", "", "train"),
    ],
)
def test_folders_tell_class_and_split(
    path: str, label: str, split: str, tmp_path: Path, write_film: WriteFilm
) -> None:
    write_film(tmp_path / path, 1)

    (record,) = READER.read(tmp_path, "d")

    assert (record.path, record.label, record.split) == (path, label, split)
    assert READER.recognises(tmp_path) is bool(label not in ("", "0"))  # no class alone


def test_masks_belong_to_their_films_and_are_no_class(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    for path in ("covid/a.png", "covid/masks/a.png", "normal/images/b.jpg", "normal/masks/b.png"):
        write_film(tmp_path / path, 1)

    masks = {record.path: record.mask for record in READER.read(tmp_path, "d")}

    assert masks == {
        "covid/a.png": "covid/masks/a.png",
        "normal/images/b.jpg": "normal/masks/b.png",
    }


def test_images_and_masks_alone_are_no_classes(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "images/a.png", 1)
    write_film(tmp_path / "masks/a.png", 1)

    assert not READER.recognises(tmp_path)


@pytest.mark.parametrize(
    ("path", "label", "patient", "view"),
    [
        ("viral/P002/study1/a.png", "viral", "P002", ""),
        ("P002/viral/a.png", "viral", "P002", ""),
        ("covid/p10/p10000032/s50414267/a.png", "covid", "p10000032", ""),
        ("normal/00017/2020-01-31/a.png", "normal", "00017", ""),
        ("covid/1/a.png", "covid", "", ""),  # a counter of whatever
        ("covid/PA/a.png", "covid", "", "PA"),
    ],
)
def test_patient_and_view_folders_give_the_facts(
    path: str, label: str, patient: str, view: str, tmp_path: Path, write_film: WriteFilm
) -> None:
    write_film(tmp_path / path, 1)

    (record,) = READER.read(tmp_path, "d")

    assert (record.label, record.patient, record.view) == (label, patient, view)


def test_a_folder_that_every_class_has_is_no_class(tmp_path: Path, write_film: WriteFilm) -> None:
    for number, label in enumerate(("covid", "normal")):
        write_film(tmp_path / label / "clinic north/a.png", number)

    assert [record.label for record in READER.read(tmp_path, "d")] == ["covid", "normal"]


@pytest.mark.parametrize(
    ("paths", "labels"),
    [
        (("covid/Madrid/a.png", "normal/NIH/b.png"), ["covid", "normal"]),
        (("covid/mild/a.png", "covid/Jane/b.png", "normal/c.png"), ["covid", "covid", "normal"]),
        (("COVID-19 set/asthma/a.png", "COVID-19 set/normal/b.png"), ["asthma", "normal"]),
        (("covid/odd/a.png", "odd/b.png"), ["odd", "odd"]),
    ],
)
def test_what_lies_below_known_classes_alone_is_none(
    paths: tuple[str, ...], labels: list[str], tmp_path: Path, write_film: WriteFilm
) -> None:
    for seed, path in enumerate(paths):
        write_film(tmp_path / path, seed)

    records = sorted(READER.read(tmp_path, "d"), key=lambda record: record.path.rpartition("/")[2])

    assert [record.label for record in records] == labels


@pytest.mark.parametrize("folder", ["MontgomerySet/CXR_png", "QaTa-COV19-v2/Train Set", "Mine"])
def test_the_lone_name_of_a_data_set_is_no_class(
    folder: str, tmp_path: Path, write_film: WriteFilm
) -> None:
    write_film(tmp_path / folder / "a.png", 1)

    assert not READER.recognises(tmp_path)


@pytest.mark.parametrize("folder", ["$RECYCLE.BIN", "@eaDir", "normal/thumbs", "__MACOSX"])
def test_what_systems_leave_behind_is_passed_over(
    folder: str, tmp_path: Path, write_film: WriteFilm
) -> None:
    write_film(tmp_path / "normal/a.png", 1)
    write_film(tmp_path / folder / "a.png", 2)

    assert [record.path for record in READER.read(tmp_path, "d")] == ["normal/a.png"]


@pytest.mark.parametrize("name", ["a_lung.png", "a_msk.png", "a-overlay.png", "a_pred1.png"])
def test_what_is_drawn_from_a_film_beside_it_is_no_film(
    name: str, tmp_path: Path, write_film: WriteFilm
) -> None:
    write_film(tmp_path / "normal/a.png", 1)
    write_film(tmp_path / "normal" / name, 2)

    assert [record.path for record in READER.read(tmp_path, "d")] == ["normal/a.png"]


def test_lung_and_infection_masks_are_told_apart(tmp_path: Path, write_film: WriteFilm) -> None:
    for split in ("Train", "Test"):
        for label in ("COVID-19", "Non-COVID"):
            for number, folder in enumerate(("images", "lung masks", "infection masks")):
                write_film(tmp_path / "sets" / split / label / folder / "a.png", number)

    records = READER.read(tmp_path, "d")

    assert find_reader(tmp_path) is READER
    assert [(record.label, record.split) for record in records] == [
        ("covid", "test"),
        ("non_covid", "test"),
        ("covid", "train"),
        ("non_covid", "train"),
    ]
    assert records[0].mask == "sets/Test/COVID-19/lung masks/a.png"
    assert records[0].lesion == "sets/Test/COVID-19/infection masks/a.png"


def test_a_mask_whose_film_is_missing_is_a_problem(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "covid/1.png", 1)
    write_film(tmp_path / "covid/2_mask.png", 2)

    film, orphan = READER.read(tmp_path, "d")

    assert (film.path, film.problem) == ("covid/1.png", "")
    assert (orphan.path, orphan.label, orphan.problem) == ("covid/2_mask.png", "covid", ORPHAN)


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (("images_001/a.png", "images_001/b.png", "todo/c.png"), "images_001 (2), todo (1)"),
        (("CXR_png/a.png", "ManualMask/leftMask/a.png"), "1 images in CXR_png (1)"),
        (("a.png",), "the folder itself (1)"),
        (("masks/a.png",), "1 masks and no film"),
    ],
)
def test_films_without_a_class_folder_stop_the_scan_and_are_named(
    paths: tuple[str, ...], found: str, tmp_path: Path, write_film: WriteFilm
) -> None:
    for number, path in enumerate(paths):
        write_film(tmp_path / path, number)

    with pytest.raises(DatasetError) as caught:
        find_reader(tmp_path)

    assert found in caught.value.what
    assert "one folder of images per class" in caught.value.what


def test_names_of_kermanys_films_tell_their_patient(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "COVID19/1.png", 1)
    write_film(tmp_path / "NORMAL/IM-0115-0001.jpeg", 2)
    write_film(tmp_path / "PNEUMONIA/person7_virus_1.jpeg", 3)
    write_film(tmp_path / "PNEUMONIA/person7_virus_2.jpeg", 4)

    films = READER.read(tmp_path, "d")

    assert [film.patient for film in films] == ["", "IM-0115", "person7", "person7"]


def test_numbers_of_an_archive_are_no_patients(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "covid/IM-0001-0001.png", 1)
    write_film(tmp_path / "normal/IM-0001-0001.png", 2)

    assert [film.patient for film in READER.read(tmp_path, "d")] == ["", ""]
