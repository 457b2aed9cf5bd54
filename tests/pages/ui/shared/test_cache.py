from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pages.ui.shared.cache import record_finding, record_lungs
from xray_core.data.phantom import write_phantoms
from xray_core.data.scan import scan


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
