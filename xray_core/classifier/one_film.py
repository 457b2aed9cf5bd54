"""Probabilities and maps of one film, from one call of a method."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xray_core.arrays import Float32Array
from xray_core.evaluation.predict import softmax
from xray_core.explain.attribution import Attribution
from xray_core.explain.evidence import Columns, evidence

if TYPE_CHECKING:
    import keras

Explained = tuple[dict[str, float], dict[str, Attribution]]
"""`{class: probability}` of all classes, and `{class: Attribution}` of those explained."""


def explain_film(
    network: "keras.Model",
    film: Float32Array,
    classes: Sequence[str],
    columns: Columns,
    chosen: tuple[str, str],
) -> Explained:
    """What a network says of a film, and why.

    Args:
        network: as in `Classifier`.
        film: float32 (1, size, size, 1) in [0, 1].
        classes: labels in the order of the logits.
        columns: of the logits to explain; `likeliest` explains the likeliest class.
        chosen: method and layer, as `Classifier.chosen` returns them.

    Raises:
        ExplainError, LayerNotFoundError: as for `Classifier.explain`.
    """
    method, layer = chosen
    logits, maps = evidence(network, film, method, columns=columns, layer=layer)
    explained = [int(logits[0].argmax())] if columns == "likeliest" else list(columns or ())
    shares = dict(zip(classes, softmax(logits)[0].tolist(), strict=True))
    return shares, {
        (label := classes[column]): Attribution(values, method, label, shares[label], layer=layer)
        for column, values in zip(explained, maps[0], strict=True)
    }
