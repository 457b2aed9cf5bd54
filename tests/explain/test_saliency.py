from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.explained import explained
from xray_core.explain.saliency import gradient_x_input, saliency

Films = NDArray[np.float32]


def test_maps_worked_out_by_hand(square_finder: Any, square_film: Films) -> None:
    # where a cell is more than half bright the logit gains 1 / 64 per pixel, elsewhere nothing
    half = square_film.copy()
    half[0, 16:20, 40:48] = 0.75
    expected = np.zeros((64, 64))
    expected[16:24, 40:48] = 1 / 64
    for column, sign in ((0, 1), (1, -1)):
        np.testing.assert_allclose(saliency(square_finder, half, column)[1][0], expected)
        np.testing.assert_allclose(
            gradient_x_input(square_finder, half, column)[1][0],
            sign * expected * half[0, ..., 0],
        )


def test_saliency_equals_tf_keras_vis(model: Any, noise: Films) -> None:
    from tf_keras_vis.saliency import Saliency
    from tf_keras_vis.utils.scores import CategoricalScore

    ours = explained(model, noise, "saliency", columns=[1])[1][:, 0]
    theirs = Saliency(model, clone=True)(
        CategoricalScore([1] * len(noise)), noise, normalize_map=False
    )
    np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-8)
