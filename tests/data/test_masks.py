from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xray_core.data.manifest import scan
from xray_core.data.masks import lesion_of, load_mask, lungs_of
from xray_core.data.records import Manifest, Record
from xray_core.errors import ImageReadError


def test_a_mask_is_bright_in_the_lungs(tmp_path: Path) -> None:
    pixels = np.zeros((64, 48), np.uint8)
    pixels[10:30, 5:20] = 255
    pixels[40:, 30:] = 100  # grey is no lung
    Image.fromarray(pixels).save(tmp_path / "mask.png")
    lungs = load_mask(tmp_path / "mask.png")
    assert lungs.dtype == bool
    np.testing.assert_array_equal(lungs, pixels == 255)


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
    film, lesion = np.full((64, 64), 90, np.uint8), np.zeros((64, 64), np.uint8)
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
    Image.fromarray(np.full((64, 64), 90, np.uint8)).save(tmp_path / "film.png")
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
