"""Grad-CAM: where the last feature maps speak for a class.

Paper: Selvaraju et al. 2017, eqs. 1-2, https://arxiv.org/abs/1610.02391. Each feature map is
weighted by the mean gradient of the class logit (before softmax, so that a saturated probability
does not flatten the map), summed, and the positive part is kept.

Unit: logit units.

On a head of global average pooling and one dense layer the maps of all classes have a closed form
(see `closed_form.py`); on any other head each class takes a gradient.
"""

import numpy as np

from xray_core.arrays import Float32Array


def grad_cam_maps(features: Float32Array, kernel: Float32Array) -> Float32Array:
    """Grad-CAM of all classes in closed form.

    Args:
        features: (batch, height, width, channel), the layer before global average pooling.
        kernel: (channel, class) of the dense layer that gives the logits.

    Returns:
        float32 (batch, class, height, width), >= 0, in logit units; not scaled.
    """
    positive: Float32Array = np.maximum(grad_cam_evidence(features, kernel), 0)
    return positive


def grad_cam_evidence(features: Float32Array, kernel: Float32Array) -> Float32Array:
    """`grad_cam_maps` before the negative part, evidence against the class, is cut off.

    The mean of a map over height and width, times their product, is the logit less its bias.
    """
    height, width = features.shape[1:3]
    maps: Float32Array = np.einsum(
        "bhwk,kc->bchw", features, kernel / (height * width), optimize=True
    ).astype(np.float32)
    return maps


def grad_cam_by_gradient(features: Float32Array, gradients: Float32Array) -> Float32Array:
    """Grad-CAM of one class on any head, before the negative part is cut off.

    Args:
        features: (batch, height, width, channel).
        gradients: of the class logit, of the same shape.

    Returns:
        float32 (batch, height, width), in logit units.
    """
    maps: Float32Array = np.einsum("bhwk,bk->bhw", features, gradients.mean(axis=(1, 2)))
    return maps
