from pathlib import Path

import numpy as np
import pytest

from xray_core.data.records import Manifest
from xray_core.errors import DatasetError
from xray_core.lungs.pairs import dice, read_pairs, scan_masked, vary
from xray_core.lungs.unet import FILM_PX


def test_a_fifth_is_kept_for_the_test_and_masks_belong_to_their_films(films: Manifest) -> None:
    train, test = read_pairs(films)
    assert len(train.films) + len(test.films) == len(films.records)
    assert 4 <= len(test.films) <= 16
    assert train.films.shape[1:] == train.lungs.shape[1:] == (FILM_PX, FILM_PX)
    assert set(np.unique(train.lungs)) == {0, 1}
    assert set(train.datasets) == {"synthetic"}
    # Lungs hold air, and air is dark.
    for film, lungs in zip(test.films, test.lungs, strict=True):
        assert film[lungs == 1].mean() < film[lungs == 0].mean() + 60


def test_another_seed_keeps_other_films(films: Manifest) -> None:
    first, again, other = (read_pairs(films, seed)[1].films for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()


def test_films_without_masks_are_refused(films: Manifest) -> None:
    few = Manifest(films.records[:7], films.roots)
    with pytest.raises(DatasetError, match="7 films come with a lung mask; 20 are needed"):
        read_pairs(few)


def test_films_and_lungs_move_together_and_the_given_ones_stay(films: Manifest) -> None:
    train, _ = read_pairs(films)
    kept = train.films.copy()
    # A film that is its own mask: whatever moves one moves the other.
    own = train.lungs * 255
    film, lungs = vary(own, train.lungs, np.random.default_rng(0))
    np.testing.assert_array_equal(train.films, kept)
    assert (lungs != train.lungs).any()
    apart = [
        abs(np.corrcoef(one.ravel(), other.ravel())[0, 1])
        for one, other in zip(film, lungs, strict=True)
    ]
    assert np.median(apart) > 0.7


def test_dice_of_equal_half_and_empty_masks() -> None:
    mask = np.array([[1, 1], [0, 0]])
    assert dice([mask, mask, 1 - mask], [mask, np.ones((2, 2)), mask]) == [1, 4 / 6, 0]


def test_masks_beside_films_are_found_by_their_names(tmp_path: Path, films_dir: Path) -> None:
    folder = tmp_path / "hospital"
    folder.mkdir()
    (folder / "images").symlink_to(films_dir / "images" / "normal")
    (folder / "masks").symlink_to(films_dir / "masks" / "normal")
    manifest = scan_masked(folder)
    with pytest.raises(DatasetError, match="12 films come with a lung mask"):
        read_pairs(manifest)
