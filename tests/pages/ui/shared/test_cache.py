import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pages.ui.shared.cache import film_of, record_finding, record_lungs, small_film_of
from xray_core.data.decoding.images import load_image, to_uint8
from xray_core.data.phantom import write_phantoms
from xray_core.data.scan import scan
from xray_core.errors import ImageReadError


def test_the_true_finding_of_a_synthetic_film_lies_beside_its_lungs(tmp_path: Path) -> None:
    manifest = scan(write_phantoms(tmp_path / "films", 4, 3, size_px=128))
    by_label = {record.label: record.id for record in manifest.records}
    for label in ("covid", "normal"):
        finding = record_finding(manifest, by_label[label])
        lungs = record_lungs(manifest, by_label[label])
        assert finding is not None
        assert lungs is not None
        assert finding.shape == lungs.shape
        assert finding.any() == (label != "normal")
        assert not (finding & ~lungs).any()


@pytest.mark.parametrize("masks", ["masks", "outlines"])
def test_other_films_have_no_true_finding(tmp_path: Path, masks: str) -> None:
    film = np.random.default_rng(0).integers(0, 255, (96, 96)).astype(np.uint8)
    for folder in ("images", masks):
        (tmp_path / "set" / folder).mkdir(parents=True)
        Image.fromarray(film).save(tmp_path / "set" / folder / "1.png")
    index = tmp_path / "set" / "index.csv"
    index.write_text(f"disease,image path,lung mask\ncovid,images/1.png,{masks}/1.png\n")
    (record,) = scan(index).records
    assert record.mask
    assert record_finding(scan(index), record.id) is None


def test_boxes_are_the_true_finding_of_a_real_film(tmp_path: Path) -> None:
    film = np.random.default_rng(0).integers(0, 255, (96, 48)).astype(np.uint8)
    Image.fromarray(film).save(tmp_path / "1.png")
    (tmp_path / "index.csv").write_text('path,label,boxes\n1.png,covid,"[[0.5, 0.25, 0.5, 0.5]]"\n')
    manifest = scan(tmp_path / "index.csv")
    finding = record_finding(manifest, manifest.records[0].id)
    assert finding is not None
    assert finding.shape == (96, 48)
    assert finding[24:72, 24:].all()
    assert finding.sum() == 48 * 24


def draw_film(path: Path, side: int, seed: int, changed: int) -> None:
    """Noise, in a file that last changed at that nanosecond."""
    levels = np.random.default_rng(seed).integers(0, 255, (side, side)).astype(np.uint8)
    Image.fromarray(levels).save(path)
    os.utime(path, ns=(changed, changed))


def test_a_film_that_was_replaced_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "1.png"
    with pytest.raises(ImageReadError):
        film_of(path)
    for seed in (1, 2):
        draw_film(path, 64, seed, changed=seed)
        np.testing.assert_array_equal(film_of(path).pixels, load_image(path).pixels)
        np.testing.assert_array_equal(small_film_of(path), to_uint8(load_image(path).pixels))
    path.unlink()
    with pytest.raises(ImageReadError):
        film_of(path)


def test_a_file_of_another_size_is_another_file_even_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "1.png"
    for side in (64, 96):
        draw_film(path, side, 0, changed=1)
        assert film_of(path).pixels.shape == (side, side)


def test_a_mask_that_was_replaced_is_read_again(tmp_path: Path) -> None:
    grey = np.random.default_rng(0).integers(0, 255, (64, 64)).astype(np.uint8)
    Image.fromarray(grey).save(tmp_path / "1.png")
    (tmp_path / "index.csv").write_text("path,label,lesion mask\n1.png,covid,m.png\n")
    inside = np.zeros((64, 64), np.uint8)
    inside[:32] = 255
    Image.fromarray(inside).save(tmp_path / "m.png")
    manifest = scan(tmp_path / "index.csv")
    (record,) = manifest.records
    assert record.lesion
    for turn, values in enumerate((inside, inside[::-1])):
        Image.fromarray(values).save(tmp_path / "m.png")
        os.utime(tmp_path / "m.png", ns=(turn, turn))
        finding = record_finding(manifest, record.id)
        assert finding is not None
        np.testing.assert_array_equal(finding, values > 0)
