"""Grad-CAM++: Grad-CAM that lets a small finding weigh as much as a large one.

Paper: Chattopadhay et al. 2018, eqs. 10-19, https://arxiv.org/abs/1710.11063. With g the gradient
of the class logit, a channel weighs w_k = sum_ij a_ij max(g_ij, 0), where
a_ij = g_ij^2 / (2 g_ij^2 + g_ij^3 sum A) = 1 / (2 + g_ij sum A). The sum in the denominator makes
a channel that is bright in many places weigh less.

Unit: logit units, larger than those of Grad-CAM by about the number of places. The positive part
is kept. The factor exp(logit) of the paper is left out: it is one number per class, the same
for the whole map, and overflows.

Restriction: features >= 0, as after a ReLU. A channel for which 2 + g sum A isn't positive counts
nothing.

tf-keras-vis divides a by its sum over the map, as the code of the authors does and their equations
do not. On a head of global average pooling a is the same everywhere, so that the division undoes
it: what remains there is exp(logit) times LayerCAM. We follow the equations.
"""

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.explain.closed_form import weigh_channels


def grad_cam_plus_plus_maps(features: Float32Array, kernel: Float32Array) -> Float32Array:
    """Grad-CAM++ of all classes in closed form: w_k = max(W_kc, 0) / (2 + W_kc mean A_k).

    Args:
        features: (batch, height, width, channel), the layer before global average pooling.
        kernel: (channel, class) of the dense layer that gives the logits.

    Returns:
        float32 (batch, class, height, width), in logit units; negative only where features are.
    """
    means = features.mean(axis=(1, 2))[..., None]
    return weigh_channels(features, _positive_share(kernel[None], means))


def grad_cam_plus_plus_by_gradient(features: Float32Array, gradients: Float32Array) -> Float32Array:
    """Grad-CAM++ of one class on any head.

    Args:
        features: (batch, height, width, channel).
        gradients: of the class logit, of the same shape.

    Returns:
        float32 (batch, height, width), in logit units; negative only where features are.
    """
    totals = features.sum(axis=(1, 2), keepdims=True)
    weights = _positive_share(gradients, totals).sum(axis=(1, 2))
    maps: Float32Array = np.einsum("bhwk,bk->bhw", features, weights)
    return maps.astype(np.float32)


def _positive_share(gradients: Float32Array, totals: Float32Array) -> Float32Array:
    """max(g, 0) / (2 + g total), nothing where the denominator isn't positive."""
    below = 2 + gradients * totals
    above = np.broadcast_to(np.maximum(gradients, 0), below.shape)
    share: Float32Array = np.divide(above, below, out=np.zeros_like(below), where=below > 1e-6)
    return share
