from collections.abc import Callable
from pathlib import Path

import pytest

from xray_core.data.readers.vindr import READER
from xray_core.data.scan import scan

WriteFilm = Callable[..., Path]
HEADER = "image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max"


@pytest.fixture
def folder(tmp_path: Path, write_film: WriteFilm) -> Path:
    for number, name in enumerate("abc"):
        write_film(tmp_path / f"train/{name}.png", number, size_px=64)
    return tmp_path


def test_readers_that_agree_give_a_class_and_all_their_boxes(folder: Path) -> None:
    (folder / "train.csv").write_text(
        f"{HEADER}\na,Cardiomegaly,3,R8,16,32,48,64\na,Cardiomegaly,3,R9,0,32,48,64\n"
        "b,No finding,14,R8,,,,\nb,No finding,14,R9,,,,\n"
        "c,ILD,5,R8,1,1,2,2\nc,No finding,14,R9,,,,\n"
    )

    films = scan(folder, cache_dir=folder / "cache")

    sick, well, doubtful = films.records
    assert (sick.label, sick.problem) == ("cardiomegaly", "")
    assert sick.boxes == ((0.25, 0.5, 0.5, 0.5), (0.0, 0.5, 0.75, 0.5))
    assert (well.label, well.boxes) == ("normal", ())
    assert doubtful.problem == "several findings: normal, ild"
    assert "any reader of the film" in films.notes[0]


def test_films_made_smaller_have_the_first_size_in_their_table(folder: Path) -> None:
    (folder / "train.csv").write_text(
        f"{HEADER},width,height\na,ILD,5,R8,512,0,1024,1024,2048,4096\n"
    )

    assert READER.read(folder, "d")[0].boxes == ((0.25, 0.0, 0.25, 0.25),)


def test_boxes_that_reach_beyond_the_film_are_left_out_and_counted(folder: Path) -> None:
    (folder / "train.csv").write_text(f"{HEADER}\na,ILD,5,R8,512,0,1024,1024\n")

    films = scan(folder, cache_dir=folder / "cache")

    assert (films.records[0].boxes, films.records[0].problem) == ((), "")
    assert films.notes[1].startswith("films whose boxes are not used")
