from collections.abc import Callable
from pathlib import Path

import pytest

from xray_core.data.readers.places import OUTSIDE, Films

WriteFilm = Callable[..., Path]


@pytest.fixture
def films(tmp_path: Path, write_film: WriteFilm) -> Films:
    for name in (
        "set/train/p1/study1/view1.png",
        "set/train/p2/study1/view1.png",
        "set/deep/Alone.PNG",
        "set/masks/Alone.png",
        "set/twice/a.png",
        "set/other/a.jpg",
    ):
        write_film(tmp_path / name)
    return Films(tmp_path, tmp_path / "set")


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        ("train/p1/study1/view1.png", "set/train/p1/study1/view1.png"),
        ("set/train/p1/study1/view1.png", "set/train/p1/study1/view1.png"),
        ("CheXpert-small/train/p2/study1/view1.jpg", "set/train/p2/study1/view1.png"),
        ("p2/study1/view1", "set/train/p2/study1/view1.png"),
        ("alone.png", "set/deep/Alone.PNG"),
        ("alone", "set/deep/Alone.PNG"),
        ("a.jpg", "set/other/a.jpg"),
        ("C:\\Users\\me\\set\\train\\p1\\study1\\view1.png", "set/train/p1/study1/view1.png"),
        ("/kaggle/input/xrays/train/p2/study1/view1.png", "set/train/p2/study1/view1.png"),
    ],
)
def test_a_film_is_found_by_how_its_path_ends(cell: str, path: str, films: Films) -> None:
    assert films.find(cell) == (path, "")


@pytest.mark.parametrize(
    "cell",
    [
        "train/p3/study1/view1.png",
        "elsewhere/alone.png",
        "lost.png",
        "1.2.840.7",
        "deep",
        "x" * 999,
    ],
)
def test_no_film_is_guessed(cell: str, films: Films) -> None:
    assert films.find(cell) == (f"set/{cell}", ""), "the scan says that it is missing"


def test_a_name_that_several_films_bear_names_them(films: Films) -> None:
    path, flaw = films.find("view1.png")
    assert path == "set/view1.png"
    assert flaw.startswith(
        "several films have that name: set/train/p1/study1/view1.png, set/train/p2"
    )
    assert "twice/a.png" in films.find("a")[1]


@pytest.mark.parametrize("cell", ["", " nan ", "N/A", "../x.png"])
def test_a_cell_without_a_name_has_a_flaw(cell: str, films: Films) -> None:
    assert films.find(cell)[1]


def test_an_absolute_path_that_fits_no_film_is_outside(films: Films) -> None:
    assert films.find("/etc/passwd") == ("passwd", OUTSIDE)
    assert films.find("D:\\elsewhere\\alone.png") == ("alone.png", OUTSIDE), "nor is it guessed"


def test_a_name_is_found_however_its_letters_are_composed(
    tmp_path: Path, write_film: WriteFilm
) -> None:
    write_film(tmp_path / "ro\N{COMBINING DIAERESIS}ntgen.png")

    assert Films(tmp_path).find("r\xf6ntgen.png") == ("ro\N{COMBINING DIAERESIS}ntgen.png", "")
