"""Mean maps as pictures, over the mean film of the class."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from xray_core.arrays import BoolArray, Float32Array, UInt8Array
from xray_core.explain.overlay import lay_over
from xray_core.lungs.boxes import Box
from xray_core.patterns.frame import mean_in_frame
from xray_core.patterns.means import MeanMap

PICTURE_PX = 192
UNIT = "times an even map"


def mean_film(films: UInt8Array, boxes: Sequence[Box | None]) -> Float32Array:
    """The mean of films, uint8 (film, side, side), in the common frame: what stands behind a map.

    Returns:
        float32 (192, 192) in [0, 1]; black without any film.
    """
    mean: Float32Array = np.clip(mean_in_frame(films, boxes, PICTURE_PX) / np.float32(255), 0, 1)
    return mean


def mean_lungs(lungs: BoolArray, boxes: Sequence[Box | None]) -> Float32Array:
    """The mean outline of lungs (film, side, side), dim grey: for where films are not available."""
    mean = Image.fromarray(mean_in_frame(lungs, boxes, lungs.shape[1]))
    large = mean.resize((PICTURE_PX, PICTURE_PX), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(large, np.float32), 0, 1) * np.float32(0.3)


def top_of(means: Sequence[MeanMap | None]) -> float:
    """The greatest value of all mean maps, which all of them are drawn relative to."""
    return max((float(mean.values.max()) for mean in means if mean), default=0.0)


def mean_picture(back: Float32Array, mean: MeanMap | None, top: float) -> UInt8Array:
    """A mean map over a film: transparent at zero, full colour at `top`.

    Args:
        back: float32 (height, width) in [0, 1].
        mean: None draws the film alone.
        top: as `top_of` gives it.
    """
    values = np.zeros((1, 1), np.float32) if mean is None or top <= 0 else mean.values / top
    return lay_over(back, values.astype(np.float32))


def difference_picture(back: Float32Array, difference: Float32Array) -> tuple[UInt8Array, float]:
    """A difference of two mean maps over a film: orange where the first has more, blue the second.

    Returns:
        uint8 (height, width, 3), and the greatest difference, which has full colour.
    """
    top = float(np.abs(difference).max())
    scaled = difference / top if top > 0 else difference
    return lay_over(back, scaled.astype(np.float32), signed=True), top
