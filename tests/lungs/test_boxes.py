from pathlib import Path

import numpy as np
import pytest

from xray_core.data.decoding.images import to_uint8
from xray_core.data.phantom import make_phantom
from xray_core.lungs import boxes
from xray_core.lungs.boxes import Box, lung_box, lung_boxes

PHANTOMS = [make_phantom("normal", seed, size_px=128) for seed in range(3)]
FILMS = np.stack([to_uint8(phantom.image) for phantom in PHANTOMS])


def test_a_box_is_the_edges_of_a_mask() -> None:
    mask = np.zeros((100, 50), bool)
    mask[20:80, 5:45] = True
    assert lung_box(mask) == Box(top=0.2, bottom=0.8, left=0.1, right=0.9)
    assert lung_box(np.zeros((10, 20), bool)) is None


def test_boxes_of_synthetic_films_are_where_their_lungs_are(tmp_path: Path) -> None:
    reported: list[tuple[int, int]] = []
    found = lung_boxes(
        np.concatenate([FILMS] * 22),
        cache_dir=tmp_path,
        progress=lambda done, total: reported.append((done, total)),
    )
    truth = np.array([lung_box(phantom.lungs) for phantom in PHANTOMS])
    np.testing.assert_allclose(found[:3], truth, atol=0.06)
    assert reported == [(64, 66)]


def test_a_film_without_lungs_gets_the_median_box(tmp_path: Path) -> None:
    blank = np.zeros((1, 128, 128), np.uint8)
    found = lung_boxes(np.concatenate([FILMS, blank]), cache_dir=tmp_path)
    np.testing.assert_allclose(found[3], np.median(found[:3], axis=0))


def test_where_no_lungs_are_found_nothing_is_cut_off(tmp_path: Path) -> None:
    found = lung_boxes(np.zeros((2, 128, 128), np.uint8), cache_dir=tmp_path)
    assert found.tolist() == [[0, 1, 0, 1]] * 2


def test_boxes_are_found_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = lung_boxes(FILMS, cache_dir=tmp_path)
    monkeypatch.setattr(boxes, "find_all_lungs", lambda films: pytest.fail("found again"))
    np.testing.assert_array_equal(lung_boxes(FILMS, cache_dir=tmp_path), first)
