"""Grad-CAM: where the last feature maps speak for a class.

Paper: Selvaraju et al. 2017, eqs. 1-2, https://arxiv.org/abs/1610.02391. Each feature map is
weighted by the mean gradient of the class logit (before softmax, so that a saturated probability
does not flatten the map), summed, and the positive part is kept.

Restriction: the closed form needs a head of global average pooling and one dense layer. There the
logit is y_c = b_c + sum_k W_kc mean_ij A_ijk, so that dy_c/dA_ijk = W_kc / (H W): the weights are
known before any film is seen, and the maps of all classes come with the prediction, without a
gradient (section 3 of the paper; Zhou et al. 2016, https://arxiv.org/abs/1512.04150).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.errors import ExplainError

Float32Array = NDArray[np.float32]


def grad_cam_maps(features: Float32Array, kernel: Float32Array) -> Float32Array:
    """Grad-CAM of all classes in closed form.

    Args:
        features: (batch, height, width, channel), the layer before global average pooling.
        kernel: (channel, class) of the dense layer that gives the logits.

    Returns:
        float32 (batch, class, height, width), >= 0, in logit units; not scaled.
    """
    height, width = features.shape[1:3]
    maps = np.einsum("bhwk,kc->bchw", features, kernel / (height * width), optimize=True)
    positive: Float32Array = np.maximum(maps, 0).astype(np.float32)
    return positive


def head_kernel(model: Any, layer: str) -> Float32Array:
    """The (channel, class) kernel of a head of average pooling and one dense layer.

    Args:
        model: flat functional `keras.Model`; read, never changed.
        layer: the 4-D layer that is explained.

    Raises:
        ExplainError: between that layer and the logits stands something else.
    """
    names = [item.name for item in model.layers]
    kinds = [type(item).__name__ for item in model.layers[names.index(layer) + 1 :]]
    if [kind for kind in kinds if kind != "Dropout"] != ["GlobalAveragePooling2D", "Dense"]:
        raise ExplainError(
            "Grad-CAM's closed form needs a head of global average pooling and one dense layer.",
            where=f"{model.name}, after {layer}: {', '.join(kinds)}",
            fix="Take a network of the registry.",
        )
    return np.asarray(model.layers[-1].kernel.numpy(), np.float32)
