"""HiResCAM: feature maps times their own gradient, place by place.

Paper: Draelos and Carin 2020, https://arxiv.org/abs/2011.08891. Grad-CAM averages the gradient
over the map first, and so can point to places that the network did not use. HiResCAM does not;
with one linear layer after the features its sum is the logit less its bias.

Unit: logit units. The positive part is kept.

On a head of global average pooling and one dense layer the gradient is the same at every place, so
that HiResCAM is Grad-CAM there (section 3 of the paper), and takes its closed form.
"""

import numpy as np

from xray_core.arrays import Float32Array


def hires_cam_by_gradient(features: Float32Array, gradients: Float32Array) -> Float32Array:
    """HiResCAM of one class on any head, before the negative part is cut off.

    Args:
        features: (batch, height, width, channel).
        gradients: of the class logit, of the same shape.

    Returns:
        float32 (batch, height, width), in logit units.
    """
    maps: Float32Array = np.einsum("bhwk,bhwk->bhw", features, gradients)
    return maps
