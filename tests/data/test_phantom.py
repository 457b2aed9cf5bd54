"""Phantom films: the same seed gives the same film, and the truth they carry is true."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import center_of_mass, label

from xray_core.data.labels import KNOWN_CLASSES
from xray_core.data.phantom import (
    INDEX_COLUMNS,
    SYNTHETIC_NOTE,
    Phantom,
    make_phantom,
    write_phantoms,
)
from xray_core.errors import DataError

SIZE_PX = 96
SEEDS = range(12)


def small(name: str, seed: int) -> Phantom:
    return make_phantom(name, seed, size_px=SIZE_PX)


def two_lungs(phantom: Phantom) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The patient's right lung (viewer's left) and left lung."""
    parts, count = label(phantom.lungs)
    masks = [parts == number for number in range(1, count + 1)]
    right, left = sorted(
        sorted(masks, key=np.count_nonzero)[-2:], key=lambda mask: center_of_mass(mask)[1]
    )
    return right, left


@pytest.mark.parametrize("size_px", [64, 96, 299])
def test_a_film_is_a_square_of_grey_values_between_0_and_1(size_px: int) -> None:
    phantom = make_phantom("covid", 3, size_px=size_px)
    assert phantom.image.shape == phantom.lungs.shape == phantom.lesion.shape == (size_px, size_px)
    assert phantom.image.dtype == np.float32
    assert phantom.lungs.dtype == phantom.lesion.dtype == np.bool_
    assert 0 <= phantom.image.min() < 0.2
    assert 0.8 < phantom.image.max() <= 1


@pytest.mark.parametrize("name", KNOWN_CLASSES)
def test_the_same_seed_gives_the_same_film_and_another_seed_another(name: str) -> None:
    assert small(name, 5).image.tobytes() == small(name, 5).image.tobytes()
    assert np.abs(small(name, 5).image - small(name, 6).image).mean() > 0.02


def test_lungs_are_dark_and_what_lies_between_and_below_is_bright() -> None:
    for seed in SEEDS:
        phantom = small("normal", seed)
        right, left = two_lungs(phantom)
        row = int(center_of_mass(phantom.lungs)[0])
        between = slice(int(np.nonzero(right[row])[0].max()) + 2, int(np.argmax(left[row])) - 2)
        assert phantom.image[row, between].mean() > phantom.image[phantom.lungs].mean() + 0.15


def test_the_apex_of_the_heart_takes_room_from_the_patients_left_lung() -> None:
    for seed in SEEDS:
        right, left = two_lungs(small("normal", seed))
        rows = np.nonzero(right.any(1) & left.any(1))[0]
        low = rows[int(0.8 * rows.size)]
        middle_high = (np.nonzero(right[rows[8]])[0].max() + np.argmax(left[rows[8]])) / 2
        heart_right = middle_high - np.nonzero(right[low])[0].max()
        heart_left = np.argmax(left[low]) - middle_high
        assert heart_left > heart_right
        assert left.sum() < right.sum()


def test_a_normal_film_has_no_finding() -> None:
    assert not any(small("normal", seed).lesion.any() for seed in SEEDS)


@pytest.mark.parametrize("name", KNOWN_CLASSES[1:])
def test_a_finding_lies_in_the_lungs_and_changes_the_film_there(name: str) -> None:
    for seed in SEEDS:
        sick, healthy = small(name, seed), small("normal", seed)
        assert sick.lesion.sum() > 0.03 * sick.lungs.sum()
        assert not (sick.lesion & ~sick.lungs).any()
        change = np.abs(sick.image - healthy.image)
        elsewhere = sick.lungs & ~sick.lesion
        assert change[sick.lesion].mean() > change[elsewhere].mean()


def test_a_bacterial_finding_is_in_one_lung_only() -> None:
    sides = []
    for seed in range(20):
        phantom = small("bacterial", seed)
        hit = [bool((phantom.lesion & lung).any()) for lung in two_lungs(phantom)]
        assert sum(hit) == 1
        sides.append(hit[0])
    assert 4 < sum(sides) < 16


def test_a_viral_finding_takes_most_of_both_lungs() -> None:
    for seed in SEEDS:
        phantom = small("viral", seed)
        for lung in two_lungs(phantom):
            assert (phantom.lesion & lung).sum() > 0.25 * lung.sum()


def test_a_covid_finding_is_in_both_lungs_at_the_edge_and_low() -> None:
    low, outside = [], []
    for seed in SEEDS:
        phantom = small("covid", seed)
        rights_lefts = two_lungs(phantom)
        middle = np.mean([center_of_mass(lung)[1] for lung in rights_lefts])
        for lung in rights_lefts:
            part = phantom.lesion & lung
            assert part.any()
            y, x = center_of_mass(part)
            lung_y, lung_x = center_of_mass(lung)
            low.append(y - lung_y)
            outside.append(abs(x - middle) - abs(lung_x - middle))
    assert np.mean(np.array(low) > 0) > 0.8
    assert np.mean(np.array(outside) > 0) > 0.9


def test_nothing_but_the_finding_depends_on_the_class() -> None:
    for seed in SEEDS:
        twins = [small(name, seed) for name in KNOWN_CLASSES]
        assert len({(twin.age_group, twin.marker) for twin in twins}) == 1
        assert all(np.array_equal(twin.lungs, twins[0].lungs) for twin in twins)


def test_brightness_alone_does_not_give_the_class_away() -> None:
    means = {
        name: np.array([small(name, 100 * place + seed).image.mean() for seed in range(30)])
        for place, name in enumerate(KNOWN_CLASSES)
    }
    spread = means["normal"].std()
    for name in KNOWN_CLASSES[1:]:
        assert abs(means[name].mean() - means["normal"].mean()) < 0.8 * spread


def test_age_groups_and_markers_vary_and_age_can_be_chosen() -> None:
    films = [small("normal", seed) for seed in range(40)]
    assert {film.age_group for film in films} == {"adult", "child"}
    assert {film.marker for film in films} == {"L", "R", ""}
    for age_group in ("adult", "child"):
        assert make_phantom("viral", 1, size_px=64, age_group=age_group).age_group == age_group


def test_the_shortcut_changes_one_top_corner_and_nothing_else() -> None:
    for seed in SEEDS:
        plain = make_phantom("covid", seed, size_px=SIZE_PX)
        planted = make_phantom("covid", seed, size_px=SIZE_PX, shortcut=True)
        rows, columns = np.nonzero(plain.image != planted.image)
        assert rows.size > 30
        assert rows.max() < 0.13 * SIZE_PX
        assert columns.max() < 0.13 * SIZE_PX or columns.min() > 0.86 * SIZE_PX


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"label": "flu"}, "normal, bacterial, viral, covid"),
        ({"seed": -1}, "0 or more"),
        ({"size_px": 20}, "64 px"),
        ({"size_px": 999_999}, "2,048 px"),
        ({"age_group": "dog"}, "adult, child"),
    ],
)
def test_a_wrong_wish_is_answered_with_a_way_out(arguments: dict[str, object], word: str) -> None:
    wish: dict[str, object] = {"label": "normal", "seed": 0, **arguments}
    with pytest.raises(DataError, match=word):
        make_phantom(**wish)  # type: ignore[arg-type]


def rows_of(index: Path) -> list[dict[str, str]]:
    with index.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_written_set_is_complete_readable_and_says_that_it_is_synthetic(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    index = write_phantoms(
        tmp_path / "set",
        5,
        7,
        size_px=SIZE_PX,
        progress=lambda done, total: seen.append((done, total)),
    )
    rows = rows_of(index)
    assert index == tmp_path / "set" / "index.csv"
    assert tuple(rows[0]) == INDEX_COLUMNS
    assert [row["disease"] for row in rows] == [*KNOWN_CLASSES, "normal"]
    assert len({row["patient id"] for row in rows}) == 5
    assert {row["source"] for row in rows} == {"synthetic"}
    assert seen == [(number, 5) for number in range(1, 6)]
    for row in rows:
        assert re.fullmatch(rf"images/{row['disease']}/synthetic-.*\.png", row["image path"])
        for column in ("image path", "lung mask", "lesion mask"):
            with Image.open(index.parent / row[column]) as film:
                assert (film.mode, film.size) == ("L", (SIZE_PX, SIZE_PX))
                assert film.info["Description"] == SYNTHETIC_NOTE
                if column != "image path":
                    assert set(np.unique(np.asarray(film))) <= {0, 255}


def test_a_written_film_tells_how_to_make_it_again(tmp_path: Path) -> None:
    index = write_phantoms(tmp_path, 3, 1, size_px=SIZE_PX, shortcut_label="viral")
    film = Image.open(tmp_path / rows_of(index)[2]["image path"])
    found = re.fullmatch(
        r"make_phantom\('viral', (\d+), size_px=96, shortcut=True\)", film.info["Source"]
    )
    assert found
    again = make_phantom("viral", int(found[1]), size_px=SIZE_PX, shortcut=True)
    np.testing.assert_array_equal(np.asarray(film), np.rint(again.image * 255).astype(np.uint8))


def test_the_same_seed_writes_the_same_bytes_and_another_seed_other_patients(
    tmp_path: Path,
) -> None:
    sets = [
        write_phantoms(tmp_path / name, 4, seed, size_px=64).parent
        for name, seed in (("a", 3), ("b", 3), ("c", 4))
    ]
    files = sorted(path.relative_to(sets[0]) for path in sets[0].rglob("*.*"))
    assert len(files) == 4 * 3 + 1
    first, again, other = ([(folder / path).read_bytes() for path in files] for folder in sets)
    assert first == again
    assert not set(first[:4]) & set(other[:4])


def test_only_the_chosen_class_carries_the_shortcut(tmp_path: Path) -> None:
    plain = write_phantoms(tmp_path / "plain", 4, size_px=64).parent
    planted = write_phantoms(tmp_path / "planted", 4, size_px=64, shortcut_label="covid").parent
    for row in rows_of(plain / "index.csv"):
        before, after = (
            np.asarray(Image.open(root / row["image path"])) for root in (plain, planted)
        )
        assert np.array_equal(before, after) == (row["disease"] != "covid")


@pytest.mark.parametrize(
    ("count", "options", "word"),
    [
        (0, {}, "1 or more"),
        (1, {"labels": ("flu",)}, "Choose from"),
        (1, {"labels": ()}, "Choose from"),
        (1, {"shortcut_label": "flu"}, "Choose from"),
        (1, {"seed": -1}, "0 or more"),
    ],
)
def test_a_set_that_cannot_be_written_leaves_no_folder(
    tmp_path: Path, count: int, options: dict[str, object], word: str
) -> None:
    with pytest.raises(DataError, match=word):
        write_phantoms(tmp_path / "set", count, **options)  # type: ignore[arg-type]
    assert not (tmp_path / "set").exists()
