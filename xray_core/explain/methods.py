"""All explanation methods by name, and the pass that gives prediction and maps together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.errors import ClassIndexError, ExplainError
from xray_core.evaluation.predict import softmax
from xray_core.explain.attribution import Attribution
from xray_core.explain.grad_cam import grad_cam_maps, head_kernel
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import get_network

Float32Array = NDArray[np.float32]


@dataclass(frozen=True)
class Method:
    """One explanation method.

    Attributes:
        name: key in `METHODS`.
        title: what people read.
        maps: `(features (b, h, w, k), kernel (k, c)) -> (b, c, h, w)`.
        unit: of the map's values.
    """

    name: str
    title: str
    maps: Callable[[Float32Array, Float32Array], Float32Array]
    unit: str


METHODS = {
    "grad_cam": Method("grad_cam", "Grad-CAM", grad_cam_maps, "logit units"),
}


def get_method(name: str) -> Method:
    """The method of that name.

    Raises:
        ExplainError: lists the names that exist.
    """
    try:
        return METHODS[name]
    except KeyError:
        raise ExplainError(
            f"There is no method '{name}'.", fix=f"Choose one of: {', '.join(METHODS)}."
        ) from None


def predict_and_explain(
    model: Any, films: Float32Array, method: str = "grad_cam"
) -> tuple[Float32Array, Float32Array]:
    """Probabilities and the maps of all classes, in one pass.

    Args:
        model: flat functional `keras.Model` of the registry; read, never changed, so that all
            sessions may share one copy.
        films: float32 (batch, size, size, 1) in [0, 1].
        method: key in `METHODS`.

    Returns:
        Probabilities (batch, class) and raw maps (batch, class, height, width).

    Raises:
        ExplainError: unknown method, the head does not allow it, or the weights are no numbers.
    """
    layer = get_network(model.name).target_layer
    kernel = head_kernel(model, layer)
    logits, features = compile_forward(model, layer)(films)
    maps = get_method(method).maps(features, kernel)
    if not (np.isfinite(logits).all() and np.isfinite(maps).all()):
        raise ExplainError(
            "The network gives values that are no numbers.",
            where=model.name,
            fix="Its weights are damaged: copy the run folder again, or train anew.",
        )
    return softmax(logits), maps


def explain(
    model: Any, film: Float32Array, classes: tuple[str, ...], method: str = "grad_cam"
) -> tuple[Attribution, ...]:
    """The attributions of one film for all classes.

    Args:
        model: as for `predict_and_explain`.
        film: float32 (size, size) in [0, 1], as `resize_image` returns.
        classes: labels in the order of the logits.
        method: key in `METHODS`.

    Raises:
        ClassIndexError: the number of labels is not the number of logits.
    """
    probabilities, maps = predict_and_explain(model, film[None, ..., None], method)
    if len(classes) != maps.shape[1]:
        raise ClassIndexError(
            f"The network has {maps.shape[1]} classes, not {len(classes)}.", where=model.name
        )
    return tuple(
        Attribution(maps[0, index], method, label, float(probabilities[0, index]))
        for index, label in enumerate(classes)
    )
