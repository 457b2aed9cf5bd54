from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.decoding.dicom_files import film_dataset, save
from xray_core.data.masks import lesion_of, load_mask, lungs_of
from xray_core.data.records import Manifest, Record
from xray_core.data.scan import scan
from xray_core.errors import ImageReadError


def test_a_mask_is_bright_in_the_lungs(tmp_path: Path) -> None:
    pixels = np.zeros((64, 48), np.uint8)
    pixels[10:30, 5:20] = 255
    pixels[40:, 30:] = 100  # grey is no lung
    Image.fromarray(pixels).save(tmp_path / "mask.png")
    lungs = load_mask(tmp_path / "mask.png")
    assert lungs.dtype == bool
    np.testing.assert_array_equal(lungs, pixels == 255)


INSIDE = np.zeros((64, 48), bool)
INSIDE[10:30, 5:20] = INSIDE[10:30, 28:43] = True


def _palette(colours: list[int]) -> Image.Image:
    image = Image.fromarray(INSIDE.astype(np.uint8)).convert("P")
    image.putdata(INSIDE.astype(np.uint8).ravel().tolist())
    image.putpalette(colours)
    return image


def _with_alpha(level: int) -> Image.Image:
    image = Image.new("RGBA", (48, 64), (level, level, level, 255))
    image.putalpha(Image.fromarray(INSIDE.astype(np.uint8) * 255))
    return image


def _halves(left: int, right: int, kind: type[np.generic]) -> Image.Image:
    values = INSIDE * np.where(np.arange(48) < 24, left, right)
    return Image.fromarray(values.astype(kind))


@pytest.mark.parametrize(
    ("image", "suffix"),
    [
        (_halves(1, 1, np.uint8), "png"),
        (_halves(2, 2, np.uint8), "png"),
        (_halves(1, 2, np.uint8), "png"),  # labels of the left and the right lung
        (_halves(128, 200, np.uint8), "png"),
        (_halves(1, 1, np.uint16), "png"),
        (_halves(65535, 65535, np.uint16), "png"),
        (_halves(1, 1, np.int32), "tiff"),
        (_halves(1, 1, np.float32), "tiff"),
        (_halves(255, 255, np.uint8).convert("1"), "png"),
        (_halves(200, 200, np.uint8).convert("CMYK"), "jpg"),
        (_palette([0, 0, 0, 255, 0, 0]), "png"),
        (_palette([0, 0, 0, 0, 0, 90]), "png"),
        (_palette([7, 7, 7, 7, 7, 7]), "png"),  # only the numbers differ
        (Image.merge("RGB", [_halves(255, 90, np.uint8), *[Image.new("L", (48, 64))] * 2]), "bmp"),
        (_with_alpha(0), "png"),
        (_with_alpha(255), "png"),
    ],
)
def test_what_is_inside_is_found_however_a_mask_is_written(
    image: Image.Image, suffix: str, tmp_path: Path
) -> None:
    image.save(tmp_path / f"mask.{suffix}")
    found = load_mask(tmp_path / f"mask.{suffix}")
    if image.mode == "RGB":  # 90 is less than half of 255
        np.testing.assert_array_equal(found, INSIDE & (np.arange(48) < 24))
    else:
        np.testing.assert_array_equal(found, INSIDE)


def test_a_mask_whose_background_is_1(tmp_path: Path) -> None:
    Image.fromarray(INSIDE.astype(np.uint8) + 1).save(tmp_path / "mask.png")
    np.testing.assert_array_equal(load_mask(tmp_path / "mask.png"), INSIDE)


@pytest.mark.parametrize(("level", "expected"), [(0, False), (1, True), (255, True)])
def test_an_even_mask_is_empty_only_where_it_is_zero(
    level: int, expected: bool, tmp_path: Path
) -> None:
    Image.new("L", (48, 64), level).save(tmp_path / "mask.png")
    assert np.all(load_mask(tmp_path / "mask.png") == expected)


def test_a_mask_whose_zero_is_white(tmp_path: Path) -> None:
    image = Image.fromarray((~INSIDE).astype(np.uint16))
    image.save(tmp_path / "mask.tif", tiffinfo={262: 0})
    np.testing.assert_array_equal(load_mask(tmp_path / "mask.tif"), INSIDE)


def test_a_dicom_mask_of_ones(tmp_path: Path) -> None:
    for name, inside in (("lungs", INSIDE), ("empty", INSIDE & False)):
        path = tmp_path / f"{name}.dcm"
        path.write_bytes(save(film_dataset(inside.astype(np.uint8))))
        np.testing.assert_array_equal(load_mask(path), inside)


def test_a_mask_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageReadError, match="missing") as caught:
        load_mask(tmp_path / "lost.png")
    assert caught.value.where == "lost.png"


def test_findings_lie_as_the_films_do(films: Manifest) -> None:
    lesions = {record.id: lesion_of(films, record) for record in films.records}
    found = [record for record in films.records if record.label == "covid"]
    for record in found:
        lesion, lungs = lesions[record.id], lungs_of(films, record)
        assert lesion is not None
        assert lungs is not None
        assert 0 < lesion.sum() < lungs.sum()
        assert not (lesion & ~lungs).any()
    assert all(lesions[record.id] is None for record in films.records if record.label == "normal")


def test_an_index_file_may_name_what_is_to_be_found(tmp_path: Path) -> None:
    film = np.tile(np.arange(64, dtype=np.uint8), (64, 1))
    lesion = np.zeros((64, 64), np.uint8)
    lesion[10:20, 30:40] = 255
    Image.fromarray(film).save(tmp_path / "film.png")
    Image.fromarray(lesion).save(tmp_path / "truth.png")
    lines = "disease,path,lesion mask\ncovid,film.png,truth.png\n"
    (tmp_path / "index.csv").write_text(lines)
    films = scan(tmp_path, cache_dir=tmp_path / "cache")
    found = lesion_of(films, films.records[0])
    assert found is not None
    np.testing.assert_array_equal(found, lesion > 0)


def test_a_finding_outside_the_data_set_is_not_opened(tmp_path: Path) -> None:
    Image.fromarray(np.tile(np.arange(64, dtype=np.uint8), (64, 1))).save(tmp_path / "film.png")
    (tmp_path / "index.csv").write_text("disease,path,lesion\ncovid,film.png,../truth.png\n")
    films = scan(tmp_path, cache_dir=tmp_path / "cache")
    assert films.records[0].lesion == ""
    assert lesion_of(films, films.records[0]) is None


def test_a_mask_that_is_not_there_is_none(films: Manifest) -> None:
    record = films.records[0]
    assert lungs_of(films, replace(record, mask="")) is None
    assert lungs_of(films, replace(record, mask="lost.png")) is None
    assert lesion_of(films, replace(record, path="covid/1.png")) is None
    assert lesion_of(films, replace(record, path="images/covid/lost.png")) is None


def test_boxes_are_the_finding_where_no_mask_is() -> None:
    record = Record("d/a.png", "d", "a.png", "covid", boxes=((0.25, 0.5, 0.5, 0.5),))
    films = Manifest((record,), {"d": Path("nowhere")})
    assert lesion_of(films, record) is None  # of unknown size: not scanned
    found = lesion_of(films, replace(record, width=8, height=4))
    assert found is not None
    assert found.shape == (4, 8)
    assert found[2:, 2:6].all()
    assert found.sum() == 8
