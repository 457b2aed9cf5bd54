from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xray_core.data.decoding.images import to_uint8
from xray_core.data.film_cache import cache_films
from xray_core.data.masks import lungs_of
from xray_core.data.phantom import make_phantom
from xray_core.data.records import Manifest
from xray_core.errors import WeightsError
from xray_core.lungs import finder
from xray_core.lungs.finder import MASK_PX, find_all_lungs, find_lungs, judge, lungs_of_all
from xray_core.lungs.pairs import dice

rows, columns = np.mgrid[:MASK_PX, :MASK_PX] / MASK_PX


def ellipse(row: float, column: float, tall: float, wide: float) -> np.ndarray:
    inside: np.ndarray = ((rows - row) / tall) ** 2 + ((columns - column) / wide) ** 2 < 1
    return inside.astype(np.float32)


BOTH = np.maximum(ellipse(0.5, 0.3, 0.3, 0.15), ellipse(0.5, 0.7, 0.3, 0.15))


def test_two_lungs_are_taken_without_crumbs_and_holes() -> None:
    likely = np.maximum(BOTH, ellipse(0.05, 0.05, 0.03, 0.03)) * (1 - ellipse(0.5, 0.3, 0.04, 0.04))
    found = judge(likely.astype(np.float32))
    assert found is not None
    assert found.shape == (MASK_PX, MASK_PX)
    assert dice([found], [BOTH])[0] > 0.99
    assert not found[:20, :20].any()


@pytest.mark.parametrize(
    "likely",
    [
        np.zeros_like(BOTH),
        np.ones_like(BOTH),
        0.5 + 0.1 * BOTH,
        ellipse(0.5, 0.3, 0.3, 0.15),
        np.where((rows * 16 % 2 < 1) & (columns * 16 % 2 < 1), 1, 0),
    ],
    ids=["nothing", "everything", "unsure", "one lung", "crumbs"],
)
def test_a_mask_that_cannot_be_two_lungs_is_none(likely: np.ndarray) -> None:
    assert judge(likely.astype(np.float32)) is None


def test_many_films_are_searched_as_one_is() -> None:
    phantoms = [make_phantom("covid", seed, size_px=128) for seed in range(2)]
    blank = np.zeros((1, 128, 128), np.uint8)
    films = np.concatenate([np.stack([to_uint8(item.image) for item in phantoms]), blank])
    one, other, nothing = find_all_lungs(films)
    assert nothing is None
    for phantom, mask in zip(phantoms, (one, other), strict=True):
        alone = find_lungs(phantom.image)
        assert alone is not None
        assert mask is not None
        assert dice([mask], [alone])[0] > 0.99


def test_the_mask_of_the_data_set_comes_first(films: Manifest) -> None:
    first, *others = films.records[:3]
    some = Manifest((first, *(replace(record, mask="") for record in others)), films.roots)
    masks = lungs_of_all(some, cache_films(some, 128))
    own = lungs_of(films, first)
    assert own is not None
    np.testing.assert_array_equal(masks[0], own)
    for record, mask in zip(others, masks[1:], strict=True):
        truth = lungs_of(films, record)
        assert truth is not None
        assert mask is not None
        assert mask.shape == (MASK_PX, MASK_PX)
        inside = Image.fromarray(truth).resize((MASK_PX, MASK_PX))
        assert dice([mask], [np.asarray(inside)])[0] > 0.9


def test_without_the_network_the_masks_of_the_data_set_are_left(
    films: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "shipped_network", lambda: tmp_path)
    first, other = films.records[:2]
    some = Manifest((first, replace(other, mask="")), films.roots)
    masks = lungs_of_all(some, cache_films(some, 128))
    assert masks[0] is not None
    assert masks[1] is None


def test_without_the_network_the_weights_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="weights are missing"):
        find_lungs(make_phantom("normal", 1).image, tmp_path)
