"""Score-CAM: a channel weighs what the film scores when only its bright places are shown.

Paper: Wang et al. 2020, eqs. 5-8, https://arxiv.org/abs/1910.01279. No gradient is needed: each
feature map, stretched over the film and scaled to 0-1, is a mask; the logit of the masked film,
less that of a black film, is the weight of the channel.

Unit: logit rise times activation. The positive part is kept.

Restrictions: only the `N_CHANNELS` channels that vary most over the film are tried (the faster
form), in one batch for all classes. A class for which a black film scores more than any masked one
gets a flat map: no place speaks for it more than nothing does.

Two things differ from tf-keras-vis. It takes the softmax of what the network outputs, so that a
channel that speaks against a class still gets a positive weight, and a network that sees nothing
still gets a map; we take logits, relative to the black film. And it stretches the masks corner to
corner; we stretch cell to cell, as a feature map lies on the film.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from xray_core.arrays import Float32Array, IndexArray
from xray_core.explain.closed_form import Explained
from xray_core.explain.passes import forward, logit_changes

if TYPE_CHECKING:
    import keras

N_CHANNELS = 32
"""Channels tried per film."""


def score_cam(
    model: "keras.Model", films: Float32Array, columns: Sequence[int], layer: str
) -> Explained:
    """Score-CAM of the chosen classes.

    Args:
        model: flat functional `keras.Model`; read, never changed.
        films: float32 (batch, size, size, 1) in [0, 1].
        columns: of the logits.
        layer: spelling of a 4-D layer.

    Returns:
        Logits (batch, class) and maps (batch, column, height, width) before the negative part is
        cut off.

    Raises:
        LayerNotFoundError: the layer isn't in the model or isn't 4-D.
        ExplainError: the weights are NaN or infinite.
    """
    logits, features = forward(model, films, layer)
    black = forward(model, np.zeros_like(films[:1]))[0][0]
    maps = []
    for film, feature in zip(films, features, strict=True):
        chosen = feature[..., most_active(feature, N_CHANNELS)]
        masks = masks_of(chosen, film.shape[:2])
        rises = logit_changes(model, film * masks[..., None], black)
        maps.append(np.einsum("hwk,kc->chw", chosen, rises[:, list(columns)]))
    return logits, np.stack(maps).astype(np.float32)


def most_active(features: Float32Array, n_channels: int) -> IndexArray:
    """The channels of features (height, width, channel) that vary most over the film."""
    spread = features.std(axis=(0, 1))
    order: IndexArray = np.argsort(-spread, kind="stable")[:n_channels]
    return order


def masks_of(features: Float32Array, size: tuple[int, ...]) -> Float32Array:
    """Each channel as a mask.

    Args:
        features: (height, width, channel).
        size: height and width of the film.

    Returns:
        float32 (channel, *size) in [0, 1]; an even channel hides everything.
    """
    height, width = size
    stretched = np.stack(
        [
            np.asarray(
                Image.fromarray(np.ascontiguousarray(channel)).resize(
                    (width, height), Image.Resampling.BILINEAR
                )
            )
            for channel in np.moveaxis(features, -1, 0)
        ]
    )
    low = stretched.min(axis=(1, 2), keepdims=True)
    spread = stretched.max(axis=(1, 2), keepdims=True) - low
    masks: Float32Array = np.divide(
        stretched - low, spread, out=np.zeros_like(stretched), where=spread > 1e-12
    )
    return masks
