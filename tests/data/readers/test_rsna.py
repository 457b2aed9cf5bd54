from collections.abc import Callable
from pathlib import Path

import pytest

from xray_core.data.readers.rsna import READER

WriteFilm = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path, write_film: WriteFilm) -> Path:
    for name in "abc":
        write_film(tmp_path / f"stage_2_train_images/{name}.png")
    (tmp_path / "stage_2_train_labels.csv").write_text(
        "patientId,x,y,width,height,Target\n"
        "a,256.0,128.0,512.0,256.0,1\na,0,0,128,128,1\nb,,,,,0\nc,,,,,0\n"
    )
    return tmp_path


def test_several_boxes_of_a_film_are_one_record(folder: Path) -> None:
    (folder / "stage_2_detailed_class_info.csv").write_text(
        "patientId,class\na,Lung Opacity\na,Lung Opacity\nb,Normal\n"
        "c,No Lung Opacity / Not Normal\n"
    )

    sick, well, other = READER.read(folder, "d")

    assert sick.path == "stage_2_train_images/a.png"
    assert (sick.label, sick.patient, sick.problem) == ("lung_opacity", "a", "")
    assert sick.boxes == ((0.25, 0.125, 0.5, 0.25), (0.0, 0.0, 0.125, 0.125))
    assert (well.label, well.boxes) == ("normal", ())
    assert other.label == "no_lung_opacity_not_normal"


def test_without_detailed_classes_no_film_is_called_normal(folder: Path) -> None:
    assert [record.label for record in READER.read(folder, "d")] == [
        "lung_opacity",
        "no_lung_opacity",
        "no_lung_opacity",
    ]


def test_a_target_that_contradicts_the_class_is_a_problem(folder: Path) -> None:
    (folder / "stage_2_detailed_class_info.csv").write_text(
        "patientId,class\na,Normal\nb,Normal\nb,Lung Opacity\nc,Normal\n"
    )

    problems = [record.problem for record in READER.read(folder, "d")]

    assert problems == [
        "row 2: target 1 contradicts the class: normal",
        "row 4: listed with several classes: lung_opacity, normal",
        "",
    ]
