"""Altered copies by their names."""

import pytest

from xray_core.data.copies import find_named_copies, suspected_copies
from xray_core.data.records import Record


def films(*paths: str, label: str = "covid") -> list[Record]:
    return [Record(id=f"d/{path}", dataset="d", path=path, label=label) for path in paths]


@pytest.mark.parametrize(
    "name",
    [
        *("7_flip", "7_rot", "7-rot90", "7_rot_-7.5", "7_flip_rot15", "7_hflip", "7 mirrored"),
        *("7_aug", "7_aug_3", "7_Augmented", "7_crop", "7_bright1.2", "7_noise", "7_zoom2_shift"),
        *("aug_7", "aug_12_7", "flip_7", "rot90_7", "7_png.rf.0af31c"),
        *("7_horizontal_flip", "7_affine", "7_salt_pepper", "7_dup", "7_edited", "7_hist_eq"),
        *("7_90", "7_r15", "7-lr", "7_eq", "7_0_4711"),
        *("7 (1)", "7(2)", "7_copy", "7 - Copy", "7 - Copy (2)", "copy of 7", "7 - Kopie"),
    ],
)
def test_a_copy_is_known_by_its_name(name: str) -> None:
    found = find_named_copies(films("covid/6.png", "covid/7.png", f"covid/{name}.jpg"))

    assert found.links == ((1, 2),)
    assert found.suspects == ()


@pytest.mark.parametrize(
    "paths",
    [
        ("covid/COVID-19 (1).png", "covid/COVID-19 (2).png"),  # numbers, no copies
        ("covid/IM-0115-0001.png", "covid/IM-0115-0002.png"),
        ("covid/person1_virus_6.png", "covid/person1_virus_7.png"),
        ("covid/view1_frontal.png", "covid/view2_lateral.png"),
        ("covid/7_orig.png", "covid/8.png"),
        ("covid/00000001_000.png", "covid/00000001_001.png", "covid/a_90.png", "covid/b_180.png"),
    ],
)
def test_other_names_are_left_alone(paths: tuple[str, ...]) -> None:
    found = find_named_copies(films(*paths))

    assert found.links == ()
    assert found.suspects == ()


def test_the_original_is_looked_for_beside_the_copy_then_among_its_class() -> None:
    in_folder = films("train/covid/7.png", "test/covid/7.png", "train/covid/7_flip.png")
    assert find_named_copies(in_folder).links == ((0, 2),)

    elsewhere = films("train/covid/7.png", "test/covid/7_flip.png", "augmented/covid/7.png")
    assert find_named_copies(elsewhere).links == ((0, 1), (0, 2))

    another_class = films("normal/7.png", label="normal") + films("covid/7_flip.png")
    assert find_named_copies(another_class).links == ()
    assert find_named_copies(another_class).suspects == (1,)

    another_patient = films("covid/P001/film.png", "covid/P002/film_flip.png")
    assert find_named_copies(another_patient).links == ()


def test_copies_of_a_film_that_is_not_there_stay_together() -> None:
    found = find_named_copies(films("covid/7_flip.png", "covid/7_rot.png", "covid/8_rot.png"))

    assert found.links == ((0, 1),)
    assert found.suspects == (2,)


def test_where_several_films_could_be_the_original_it_is_only_suspected() -> None:
    records = films("a/covid/7.png", "b/covid/7.png", "c/covid/7_flip.png")

    assert find_named_copies(records).links == ()
    assert [record.path for record in suspected_copies(records)] == ["c/covid/7_flip.png"]


def test_records_of_a_run_have_no_names() -> None:
    assert find_named_copies([Record("x", "d", "", "covid")] * 2).links == ()


def test_a_film_for_maps_only_is_not_suspected() -> None:
    assert len(suspected_copies(films("covid/7_flip.png"))) == 1
    assert suspected_copies(films("covid/7_flip.png", label="")) == ()
