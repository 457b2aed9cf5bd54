"""One class of one film, alone or against another class."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.errors import ClassIndexError, ExplainError
from xray_core.evaluation.predict import predict_film, softmax
from xray_core.explain.attribution import Attribution
from xray_core.explain.methods import (
    METHODS,
    evidence,
    get_method,
    predict_and_explain,
    require_labels,
)

Float32Array = NDArray[np.float32]


def explain_class(
    model: Any,
    film: Float32Array,
    classes: tuple[str, ...],
    label: str | None = None,
    method: str = "grad_cam",
    *,
    layer: str | None = None,
) -> Attribution:
    """The attribution of one film for one class; no other class is computed.

    Args:
        model: as for `predict_and_explain`.
        film: float32 (size, size) in [0, 1], as `resize_image` returns.
        classes: labels in the order of the logits.
        label: one of them; None takes the likeliest.
        method: key in `METHODS`.
        layer: as for `predict_and_explain`.

    Raises:
        ClassIndexError: the network has no such class; lists those it has.
        ExplainError: unknown method, or the weights are no numbers.
    """
    require_labels(model, classes)
    column = column_of(classes, label or likeliest(model, film, classes))
    probabilities, maps = predict_and_explain(
        model, film[None, ..., None], method, columns=[column], layer=layer
    )
    return Attribution(maps[0, 0], method, classes[column], float(probabilities[0, column]))


def explain_against(
    model: Any,
    film: Float32Array,
    classes: tuple[str, ...],
    label: str,
    against: str,
    method: str = "grad_cam",
    *,
    layer: str | None = None,
) -> Attribution:
    """Evidence for one class and for another in one signed map.

    Where the method is linear, this is its map of the difference of the two logits. For the other
    layer methods it is the difference of the two maps.

    Args:
        model: as for `predict_and_explain`.
        film: float32 (size, size) in [0, 1], as `resize_image` returns.
        classes: labels in the order of the logits.
        label: the class whose evidence is positive.
        against: the class whose evidence is negative.
        method: key in `METHODS`, linear or of a layer.
        layer: as for `predict_and_explain`.

    Returns:
        Signed attribution; its probability is that of both classes together.

    Raises:
        ClassIndexError: the network has no such class; lists those it has.
        ExplainError: both classes are the same, or the maps of the method have no direction.
    """
    entry = get_method(method)
    if not (entry.linear or entry.of_layer):
        able = (item.name for item in METHODS.values() if item.linear or item.of_layer)
        raise ExplainError(
            f"{entry.title} says how much a place matters, not for which class.",
            fix=f"Choose one of: {', '.join(able)}.",
        )
    require_labels(model, classes)
    columns = [column_of(classes, label), column_of(classes, against)]
    if columns[0] == columns[1]:
        raise ExplainError(
            "A class cannot be held against itself.", where=label, fix="Choose two classes."
        )
    logits, maps = evidence(model, film[None, ..., None], method, columns=columns, layer=layer)
    together = float(softmax(logits)[0, columns].sum())
    return Attribution(maps[0, 0] - maps[0, 1], method, label, min(together, 1.0), against)


def likeliest(model: Any, film: Float32Array, classes: tuple[str, ...]) -> str:
    """The label that the network finds likeliest for a film (size, size)."""
    return classes[int(np.argmax(predict_film(model, film)))]


def column_of(classes: tuple[str, ...], label: str) -> int:
    """Where a label stands among the logits.

    Raises:
        ClassIndexError: lists the labels that exist.
    """
    if label not in classes:
        raise ClassIndexError(
            "The model does not know that class.",
            where=label,
            fix=f"Choose one of: {', '.join(classes)}.",
        )
    return classes.index(label)
