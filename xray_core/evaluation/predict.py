"""Probabilities. The only softmax of the project is here."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.data.film_cache import as_batch
from xray_core.networks.compiled import compile_forward

if TYPE_CHECKING:
    import keras


def softmax(logits: NDArray[np.floating[Any]]) -> Float32Array:
    """Probabilities from logits, along the last axis; each row sums to 1."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: Float32Array = (shifted / shifted.sum(axis=-1, keepdims=True)).astype(np.float32)
    return probabilities


def predict(model: "keras.Model", films: UInt8Array, *, batch_size: int = 32) -> Float32Array:
    """Probabilities of many films.

    Args:
        model: `keras.Model`, logits out.
        films: uint8 (films, size, size), as `cache_films` returns.
        batch_size: films per step.

    Returns:
        float32 (films, classes).
    """
    forward = compile_forward(model)
    logits = [
        forward(as_batch(films[start : start + batch_size]))[0]
        for start in range(0, len(films), batch_size)
    ]
    return softmax(np.concatenate(logits))


def predict_film(model: "keras.Model", film: Float32Array) -> Float32Array:
    """Probabilities (classes,) of one film, float32 (size, size) in [0, 1]."""
    probabilities: Float32Array = softmax(compile_forward(model)(film[None, ..., None])[0])[0]
    return probabilities
