"""Fused maps: one map from those of several layers, early ones fine, late ones selective.

Source: Jiang et al. 2021 (LayerCAM, section III-C, https://doi.org/10.1109/TIP.2021.3089943), who
scale the maps of all layers and join them; they take the larger value at every place. We take the
mean, so that one layer alone cannot speak for a place, or the product, so that all have to.

The positive part of every map is divided by its maximum and stretched (bilinear, cell to cell) to
the finest of the layers. A layer in which nothing speaks for the class adds nothing to a mean, and
leaves a product flat.

Unit: share of the greatest evidence, 0 to 1. The maps of every class are scaled by themselves, so
that those of two classes cannot be subtracted.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from xray_core.arrays import Float32Array
from xray_core.explain.closed_form import Compute, Explained
from xray_core.explain.passes import Weigh, layer_evidence
from xray_core.networks.layers import split_layers

if TYPE_CHECKING:
    import keras

Fuse = Callable[[Sequence[Float32Array]], Float32Array]
LEAST = 1e-12
"""Evidence below this is none, and is not scaled up."""


def fused(weigh: Weigh, fuse: Fuse) -> Compute:
    """A method that explains several layers in one pass and fuses their maps.

    Args:
        weigh: of one layer, as `layer_evidence` takes it.
        fuse: `mean_of` or `product_of`.

    Returns:
        `(model, films, columns, layers joined by plus) -> (logits, maps (b, column, h, w))`.
    """

    def compute(
        model: "keras.Model", films: Float32Array, columns: Sequence[int], layer: str
    ) -> Explained:
        logits, maps = layer_evidence(model, films, columns, split_layers(layer), weigh)
        return logits, fuse(maps)

    return compute


def mean_of(maps: Sequence[Float32Array]) -> Float32Array:
    """The mean of scaled maps.

    Args:
        maps: of one layer each, (batch, column, height, width) of any height and width.

    Returns:
        float32 (batch, column, height, width) in [0, 1], as fine as the finest.
    """
    mean: Float32Array = np.mean(scaled_alike(maps), axis=0)
    return mean.astype(np.float32)


def product_of(maps: Sequence[Float32Array]) -> Float32Array:
    """The product of scaled maps; arguments and result as for `mean_of`."""
    product: Float32Array = np.prod(scaled_alike(maps), axis=0)
    return product.astype(np.float32)


def scaled_alike(maps: Sequence[Float32Array]) -> list[Float32Array]:
    """The positive part of every map with maximum 1, all as fine as the finest.

    Args:
        maps: as for `mean_of`.
    """
    height, width = max((found.shape[2:] for found in maps), key=lambda size: size[0] * size[1])
    return [_stretched(_scaled(found), height, width) for found in maps]


def _scaled(maps: Float32Array) -> Float32Array:
    positive = np.maximum(maps, 0)
    greatest = positive.max(axis=(2, 3), keepdims=True)
    scaled: Float32Array = np.divide(
        positive, greatest, out=np.zeros_like(positive), where=greatest > LEAST
    )
    return scaled


def _stretched(maps: Float32Array, height: int, width: int) -> Float32Array:
    if maps.shape[2:] == (height, width):
        return maps
    stretched = [
        np.asarray(Image.fromarray(one).resize((width, height), Image.Resampling.BILINEAR))
        for one in maps.reshape(-1, *maps.shape[2:])
    ]
    return np.array(stretched, np.float32).reshape(*maps.shape[:2], height, width)
