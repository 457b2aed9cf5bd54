from collections.abc import Callable
from pathlib import Path

from xray_core.data.readers.chexpert import READER

WriteFilm = Callable[..., Path]
HEADER = (
    "Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Lung Opacity,Edema,Fracture,Support Devices\n"
)
ROOT = "CheXpert-v1.0-small"


def test_marks_become_one_finding_or_a_problem(tmp_path: Path, write_film: WriteFilm) -> None:
    marks = ["1,,,,1", ",1,1,,", ",,-1,1,", ",,,,1", ",,1,1,0", ",0,,1.0,"]
    lines = []
    for number, cells in enumerate(marks, 1):
        path = f"train/patient0000{number}/study1/view1_frontal.jpg"
        write_film(tmp_path / path, number)
        lines.append(f"{ROOT}/{path},Male,60,Frontal,AP,{cells}\n")
    (tmp_path / "train.csv").write_text(HEADER + "".join(lines))

    records = READER.read(tmp_path, "d")

    assert [(record.label, record.problem) for record in records] == [
        ("normal", ""),
        ("edema", ""),  # of which the opacity is the wider finding
        ("fracture", "uncertain (-1): edema"),
        ("", ""),  # a device is no finding
        ("edema|fracture", ""),
        ("fracture", ""),
    ]
    assert records[0].path == "train/patient00001/study1/view1_frontal.jpg"
    assert (records[0].patient, records[0].view, records[0].split) == (
        "patient00001",
        "AP",
        "train",
    )


def test_both_tables_are_read_and_lateral_films_known(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    train = f"{ROOT}/train/patient1/study1/view2_lateral.jpg"
    valid = f"{ROOT}/valid/patient2/study1/view1_frontal.jpg"
    for number, path in enumerate((train, valid)):
        write_film(tmp_path / path, number)
    for name, path, view in (("train", train, "Lateral,"), ("valid", valid, "Frontal,PA")):
        (tmp_path / ROOT / f"{name}.csv").write_text(f"{HEADER}{path},F,9,{view},1,,,,\n")

    first, second = READER.read(tmp_path, "d")

    assert (first.path, first.view, first.age_group) == (train, "lateral", "child")
    assert (second.path, second.view, second.split) == (valid, "PA", "val")


def test_a_film_of_another_patient_is_never_taken(tmp_path: Path, write_film: WriteFilm) -> None:
    write_film(tmp_path / "train/patient1/study1/view1_frontal.jpg")
    (tmp_path / "train.csv").write_text(
        f"{HEADER}{ROOT}/train/patient9/study1/view1_frontal.jpg,F,60,Frontal,AP,1,,,,\n"
    )

    (record,) = READER.read(tmp_path, "d")

    assert not (tmp_path / record.path).exists()


def test_an_odd_mark_does_not_hide_a_finding(tmp_path: Path, write_film: WriteFilm) -> None:
    lines = []
    for number, cells in enumerate(("1,nan,,,", ",,1.0,nan,", ",,2,1,"), 1):
        path = f"train/patient0000{number}/study1/view1_frontal.jpg"
        write_film(tmp_path / path, number)
        lines.append(f"{ROOT}/{path},Male,60,Frontal,AP,{cells}\n")
    (tmp_path / "train.csv").write_text(HEADER + "".join(lines))

    assert [(record.label, record.problem) for record in READER.read(tmp_path, "d")] == [
        ("normal", ""),
        ("edema", ""),
        ("fracture", "neither 0, 1, -1 nor blank: edema 2"),
    ]
