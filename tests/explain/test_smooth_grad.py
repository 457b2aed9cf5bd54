from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.explain.saliency import saliency
from xray_core.explain.smooth_grad import N_COPIES, smooth_grad

Films = NDArray[np.float32]


def test_without_noise_it_is_saliency(model: Any, noise: Films) -> None:
    still = np.zeros((2, 64, 64, 1), np.float32)
    logits, maps = smooth_grad(model, noise, 1, still)
    expected, plain = saliency(model, noise, 1)
    np.testing.assert_allclose(logits, expected, atol=1e-6)
    np.testing.assert_allclose(maps, plain, rtol=1e-3, atol=1e-8)


def test_a_map_worked_out_by_hand(square_finder: Any, square_film: Films) -> None:
    # one copy in four makes the whole film so dark that the square isn't found
    noise = np.zeros((4, 64, 64, 1), np.float32)
    noise[3] = -3  # times a fifth of the range: 1 - 0.6 is less than half
    maps = smooth_grad(square_finder, square_film, 0, noise)[1]
    expected = np.zeros((64, 64))
    expected[16:24, 40:48] = 0.75 / 64
    np.testing.assert_allclose(maps[0], expected, rtol=1e-6)


def test_the_same_film_gets_the_same_map_alone_and_among_others(model: Any, noise: Films) -> None:
    together = smooth_grad(model, noise[:2], 0)[1]
    np.testing.assert_allclose(smooth_grad(model, noise[1:2], 0)[1][0], together[1], atol=1e-8)


def test_with_the_same_noise_it_equals_tf_keras_vis(model: Any, noise: Films) -> None:
    from tf_keras_vis.saliency import Saliency
    from tf_keras_vis.utils.scores import CategoricalScore

    np.random.seed(6)  # theirs draws from the global generator
    theirs = Saliency(model, clone=True)(
        CategoricalScore([2]),
        noise[:1],
        smooth_samples=N_COPIES,
        smooth_noise=0.2,
        normalize_map=False,
    )
    drawn = np.random.RandomState(6).normal(size=(N_COPIES, 64, 64, 1)).astype(np.float32)
    ours = smooth_grad(model, noise[:1], 2, drawn)[1]
    np.testing.assert_allclose(ours, theirs, rtol=5e-3, atol=1e-7)
