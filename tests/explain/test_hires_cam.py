from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.explained import explained
from xray_core.explain.evidence import evidence
from xray_core.explain.grad_cam import grad_cam_by_gradient
from xray_core.explain.hires_cam import hires_cam_by_gradient

Films = NDArray[np.float32]


def test_a_map_worked_out_by_hand_that_grad_cam_gets_wrong() -> None:
    # one channel: seen in both corners, but the gradient is nought where it is brightest
    features = np.array([[[[4], [0]], [[0], [2]]]], np.float32)
    gradients = np.array([[[[0], [1]], [[1], [3]]]], np.float32)
    np.testing.assert_allclose(hires_cam_by_gradient(features, gradients)[0], [[0, 0], [0, 6]])
    mean = 5 / 4
    np.testing.assert_allclose(
        grad_cam_by_gradient(features, gradients)[0], [[4 * mean, 0], [0, 2 * mean]]
    )


def test_on_average_pooling_it_is_grad_cam(model: Any, noise: Films) -> None:
    ours, theirs = (explained(model, noise, name)[1] for name in ("hires_cam", "grad_cam"))
    np.testing.assert_array_equal(ours, theirs)


def test_on_a_linear_head_the_map_sums_to_the_logit_less_its_bias(
    flat_head: Any, flat_head_facts: tuple[Films, Films, Films]
) -> None:
    films, features, gradients = flat_head_facts
    logits, maps = evidence(flat_head, films, "hires_cam", layer="last")
    np.testing.assert_allclose(maps, np.einsum("bhwk,hwkc->bchw", features, gradients), atol=1e-6)
    bias = flat_head.get_layer("logits").get_weights()[1]
    np.testing.assert_allclose(maps.sum(axis=(2, 3)), logits - bias, atol=1e-5)
