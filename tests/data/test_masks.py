from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xray_core.data.masks import load_mask
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
