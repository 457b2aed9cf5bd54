"""LayerCAM: feature maps times the positive part of their own gradient, place by place.

Paper: Jiang et al. 2021, eqs. 6-8, https://doi.org/10.1109/TIP.2021.3089943. Channels that speak
against the class count nothing instead of less than nothing, which makes maps of early layers
useful.

Unit: logit units. The positive part is kept.
"""

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.explain.grad_cam import grad_cam_evidence
from xray_core.explain.hires_cam import hires_cam_by_gradient


def layer_cam_maps(features: Float32Array, kernel: Float32Array) -> Float32Array:
    """LayerCAM of all classes in closed form: sum_k max(W_kc, 0) A_ijk / (H W).

    Args:
        features: (batch, height, width, channel), the layer before global average pooling.
        kernel: (channel, class) of the dense layer that gives the logits.

    Returns:
        float32 (batch, class, height, width), in logit units; negative only where features are.
    """
    return grad_cam_evidence(features, np.maximum(kernel, 0))


def layer_cam_by_gradient(features: Float32Array, gradients: Float32Array) -> Float32Array:
    """LayerCAM of one class on any head.

    Args:
        features: (batch, height, width, channel).
        gradients: of the class logit, of the same shape.

    Returns:
        float32 (batch, height, width), in logit units; negative only where features are.
    """
    return hires_cam_by_gradient(features, np.maximum(gradients, 0))
