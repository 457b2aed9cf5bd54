"""Lung masks that come with a data set."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xray_core.data.images import load_image

BoolArray = NDArray[np.bool_]


def load_mask(path: Path) -> BoolArray:
    """Decode a lung mask.

    Args:
        path: of an image that is bright in the lungs and dark elsewhere.

    Returns:
        bool (height, width) over the whole film; its size need not be that of the film.

    Raises:
        ImageReadError: the file is missing, no image, damaged, or too small or narrow.
        ImageTooLargeError: the file is over the limit on bytes or pixels.
    """
    return load_image(path).pixels > 0.5
