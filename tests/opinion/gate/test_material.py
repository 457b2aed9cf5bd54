"""What a fit may take, and what it must not see."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xray_core.data.records import film_code
from xray_core.errors import DatasetError
from xray_core.opinion.gate import material
from xray_core.opinion.gate.material import frontal_films, is_fitted, read_others, sample_pictures

PATHS = [f"limb/patient{number:05}_image{view}.png" for number in range(12) for view in (1, 2)]


@pytest.fixture(autouse=True)
def _no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "list_runs", tuple)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    (tmp_path / "limb").mkdir()
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)
    for path in PATHS:
        Image.fromarray(noise).save(tmp_path / path)
    rows = [f"{path},limb" for path in PATHS]
    (tmp_path / "index.csv").write_text("\n".join(["path,kind", *rows]), encoding="utf-8")
    return tmp_path


def test_half_of_the_pictures_is_held_back_and_a_patient_is_on_one_side(index: Path) -> None:
    sides: dict[str, set[bool]] = {}
    for picture in read_others(index):
        sides.setdefault(picture.name.split("_")[0], set()).add(picture.fitted)
    assert {len(side) for side in sides.values()} == {1}
    assert 3 <= sum(side == {True} for side in sides.values()) <= 9


def test_a_table_without_pictures_is_refused_by_name(index: Path) -> None:
    table = index / "other.csv"
    table.write_text("path,kind\nnowhere.png,limb\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"other\.csv"):
        read_others(table)
    with pytest.raises(DatasetError, match="path and kind"):
        read_others(index / "missing.csv")


def test_films_of_one_patient_are_on_one_side_and_the_division_does_not_change(
    films_dir: Path,
) -> None:
    first, again = (frontal_films([films_dir]) for _ in range(2))
    assert [film.split for film in first.records] == [film.split for film in again.records]
    assert {film.split for film in first.records} == {"train", "val", "test"}
    sides: dict[str, set[str]] = {}
    for film in first.records:
        sides.setdefault(film.patient_key, set()).add(film.split)
    assert {len(side) for side in sides.values()} == {1}


def test_a_film_that_a_shipped_run_holds_back_is_held_back(
    films_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = frontal_films([films_dir])
    trained = next(film for film in every.records if film.split == "train")

    class Shipped:
        shipped = True

        def manifest(self) -> object:
            held = type("Film", (), {"id": film_code(trained), "split": "test"})
            return type("Manifest", (), {"records": (held,)})

    monkeypatch.setattr(material, "list_runs", lambda: (Shipped(),))
    again = {film.id: film.split for film in frontal_films([films_dir]).records}
    assert again[trained.id] == "test"


def test_sample_pictures_are_on_both_sides() -> None:
    assert {picture.fitted for picture in sample_pictures()} == {True, False}
    assert is_fitted("camera.png") == is_fitted("camera.png")
