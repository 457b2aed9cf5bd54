"""Masks go to their films and are never films."""

import pytest

from xray_core.data.readers.mask_files import divide_masks, is_mask_folder


@pytest.mark.parametrize(
    "name",
    [
        *("masks", "Mask", "lung masks", "infection masks", "leftMask", "ManualMask", "lungmasks"),
        *("Segmentation", "annotations", "masks_png", "mask images", "lesions", "masks2", "gt"),
    ],
)
def test_mask_folders_are_known_by_their_last_word(name: str) -> None:
    assert is_mask_folder(name)


@pytest.mark.parametrize(
    "name", ["images", "covid", "Lung Segmentation Data", "Lung Lesion", "unmasked", "CXR_png"]
)
def test_other_folders_are_not(name: str) -> None:
    assert not is_mask_folder(name)


@pytest.mark.parametrize(
    ("film", "mask", "kind"),
    [
        ("COVID/images/1.png", "COVID/masks/1.png", "lungs"),
        ("covid/1.png", "covid/masks/1.png", "lungs"),
        ("images/covid/1.png", "masks/covid/1.png", "lungs"),
        ("Test/covid/images/1.png", "Test/covid/lung masks/1.png", "lungs"),
        ("Test/covid/images/1.png", "Test/covid/infection masks/1.png", "lesion"),
        ("Lung Segmentation/CXR_png/a.png", "Lung Segmentation/masks/a_mask.png", "lungs"),
        ("images/covid/1.png", "lesions/covid/1.png", "lesion"),
        ("train/covid/1.png", "train_masks/1.png", "lungs"),  # the only film of that name
        ("covid/1.jpg", "covid/1_mask.png", "lungs"),
        ("covid/1.png", "covid/1-MASK.png", "lungs"),
        ("covid/1.png", "covid/mask_1.png", "lungs"),
        ("covid/1.png", "covid/1_infection_mask.png", "lesion"),
        ("P001/film.png", "P001/mask.png", "lungs"),  # the only film beside it
        ("CXR_png/1.png", "ManualMask/leftMask/1.png", ""),
        ("images/1.png", "masks/heart/1.png", ""),
        ("covid/1.png", "covid/1_left_mask.png", ""),
        ("covid/1.png", "covid/1_seg.png", ""),  # of what, nobody says
    ],
)
def test_a_mask_goes_to_its_film(film: str, mask: str, kind: str) -> None:
    division = divide_masks([film, mask])

    assert division.films == [film]
    assert division.n_masks == 1
    assert division.orphans == []
    assert division.lungs == ({film: mask} if kind == "lungs" else {})
    assert division.lesions == ({film: mask} if kind == "lesion" else {})


def test_where_two_films_or_two_masks_fit_nothing_is_guessed() -> None:
    films = ["covid/1.png", "normal/1.png"]
    masks = ["all masks/1.png", "normal/1_mask.png", "normal/1_mask_2.png"]

    division = divide_masks([*films, *masks])

    assert division.films == films
    assert division.lungs == {}
    assert division.n_masks == 3


def test_a_mask_without_its_film_is_set_apart() -> None:
    division = divide_masks(["covid/1.png", "covid/2_mask.png", "covid/3_seg.png"])

    assert division.orphans == ["covid/2_mask.png"]
    assert division.films == ["covid/1.png", "covid/3_seg.png"], "a weak word needs the film"


def test_a_film_below_a_folder_named_for_segmentation_stays_a_film() -> None:
    assert divide_masks(["Segmentation/images/1.png"]).films == ["Segmentation/images/1.png"]
    assert divide_masks(["Segmentation/1.png"]).films == []
