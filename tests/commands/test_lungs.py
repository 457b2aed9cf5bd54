from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xray_core.cli import main
from xray_core.data.decoding.images import encode_png
from xray_core.data.phantom import make_phantom
from xray_core.lungs import finder

PHANTOM = make_phantom("normal", 3, size_px=200)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.png"
    path.write_bytes(encode_png(PHANTOM.image[:, 20:]))
    return path


def test_the_mask_is_as_large_as_the_film(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = np.zeros((256, 256), bool)
    found[64:192, 64:192] = True
    monkeypatch.setattr(finder, "find_lungs", lambda pixels, folder: found)
    assert main(["lungs", "--out", str(tmp_path / "mask.png"), str(film)]) == 0
    mask = np.asarray(Image.open(tmp_path / "mask.png"))
    assert mask.shape == (200, 180)
    assert set(np.unique(mask)) == {0, 255}
    assert "cover 25%" in capsys.readouterr().out


@pytest.mark.parametrize("found", [None, "no network"])
def test_lungs_that_are_not_found_leave_no_file(
    film: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found: str | None,
) -> None:
    if found is None:
        monkeypatch.setattr(finder, "find_lungs", lambda pixels, folder: None)
    words = ["lungs", "--network", str(tmp_path), "--out", str(tmp_path / "mask.png"), str(film)]
    assert main(words) == 2
    assert ("not found on this film" if found is None else "weights are missing") in (
        capsys.readouterr().err
    )
    assert not (tmp_path / "mask.png").exists()
