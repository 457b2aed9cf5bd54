"""Randomisation: does the map change when what the network has learnt is taken from it?

Paper: Adebayo et al. 2018, section 3, https://arxiv.org/abs/1810.03292. The weights are
re-drawn from the head down, layer after layer, and the maps are compared with the original ones. A
map that stays alike shows the film, not the network.

How alike is too much? As alike as the maps of two different films are on the network as it is
(Arun et al. 2021, https://doi.org/10.1148/ryai.2021200267): the map of another network should show
no more about this one than the map of another film does.

Weights are drawn with the mean and the spread that they had, so that deep networks do not fall
silent; numbers of each channel (biases, normalisation) change places.

All this happens on a copy: the network itself is read, never changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import Float32Array, Float64Array
from xray_core.classifier import Classifier
from xray_core.quality.grid import maps_of
from xray_core.quality.similarity import rank_correlation, structural_similarity

if TYPE_CHECKING:
    import keras

Array = NDArray[Any]

N_DEPTHS = 5
"""Depths at which maps are compared, from the head alone to the whole network."""

N_PAIRS = 50
"""Most pairs of films, as in Arun et al."""


@dataclass(frozen=True)
class Likeness:
    """How alike maps are.

    Attributes:
        rank: rank correlations, float64 of any shape.
        structure: structural similarity indices of the same shape.
    """

    rank: Float64Array
    structure: Float64Array


@dataclass(frozen=True)
class Randomisation:
    """Maps of a network that forgets, compared with those of the network itself.

    The mean over depths is what is compared with `pairs_of_films`: guided backpropagation stays
    alike until the very first layer is re-drawn, so that the last depth alone would miss it.

    Attributes:
        depths: name of the lowest layer that was re-drawn at each depth, from the head down.
        likeness: (depth, film).
    """

    depths: tuple[str, ...]
    likeness: Likeness


def randomise(
    model: Classifier,
    films: Float32Array,
    columns: Sequence[int],
    maps: Float32Array,
    method: str,
    *,
    layer: str | None = None,
    seed: int = 0,
    progress: Callable[[], None] | None = None,
) -> Randomisation:
    """Cascading randomisation from the head down.

    Args:
        model: whose maps they are.
        films: float32 (film, size, size, 1) in [0, 1].
        columns: of the class explained, one per film.
        maps: (film, height, width), as `maps_of` returns for these.
        method: key in `METHODS`.
        layer: as for `maps_of`.
        seed: of the new weights.
        progress: called after every depth.

    Raises:
        ClassIndexError, ExplainError, LayerNotFoundError: as `Classifier.explain_batch`.
    """
    copy = replace(model, network=_copy(model.network))
    random = np.random.default_rng(seed)
    found: list[list[tuple[float, float]]] = []
    names = []
    for group in _groups(copy.network):
        for item in group:
            item.set_weights(redraw(item.get_weights(), random))
        names.append(group[-1].name)
        others = maps_of(copy, films, columns, method, layer=layer)
        found.append([_compare(*pair) for pair in zip(maps, others, strict=True)])
        if progress:
            progress()
    both = np.array(found)
    return Randomisation(tuple(names), Likeness(both[..., 0], both[..., 1]))


def pairs_of_films(maps: Float32Array, *, n_pairs: int = N_PAIRS, seed: int = 0) -> Likeness:
    """How alike the maps of two different films are: the threshold for `randomise`.

    Args:
        maps: (film, height, width) of one model and method, of two films or more.
        n_pairs: of random pairs; all pairs where there are fewer.
        seed: of the choice.

    Returns:
        (pair,).
    """
    pairs = [(one, other) for one in range(len(maps)) for other in range(one)]
    if len(pairs) > n_pairs:
        chosen = np.random.default_rng(seed).choice(len(pairs), n_pairs, replace=False)
        pairs = [pairs[place] for place in chosen]
    both = np.array([_compare(maps[one], maps[other]) for one, other in pairs]).reshape(-1, 2)
    return Likeness(both[:, 0], both[:, 1])


def redraw(weights: Sequence[Array], random: np.random.Generator) -> list[Array]:
    """Weights that know nothing, with the statistics of those of one layer.

    Args:
        weights: as `get_weights` returns. Kernels are drawn from a normal distribution with their
            mean and standard deviation; vectors are shuffled; whole numbers are kept.
        random: is drawn from.
    """
    found = []
    for array in weights:
        if not np.issubdtype(array.dtype, np.floating):
            found.append(array)
        elif array.ndim < 2:
            found.append(random.permutation(array) if array.ndim else array)
        else:
            drawn = random.normal(array.mean(), array.std(), array.shape)
            found.append(drawn.astype(array.dtype))
    return found


def _copy(network: "keras.Model") -> "keras.Model":
    """The same network with separate weights."""
    import keras

    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    return copy


def _groups(network: "keras.Model") -> list[list[Any]]:
    """Layers with weights from the head down, in `N_DEPTHS` groups or fewer: first the head."""
    layers = [item for item in reversed(network.layers) if item.weights]
    kernels = [place for place, item in enumerate(layers) if _has_kernel(item)]
    chosen = np.linspace(0, len(kernels) - 1, N_DEPTHS).round().astype(int)
    ends = [kernels[place] + 1 for place in np.unique(chosen)]
    ends[-1] = len(layers)
    return [layers[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def _has_kernel(layer: Any) -> bool:
    return any(len(weight.shape) > 1 for weight in layer.weights)


def _compare(one: Float32Array, other: Float32Array) -> tuple[float, float]:
    return rank_correlation(one, other), structural_similarity(one, other)
