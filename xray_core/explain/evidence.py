"""The pass that gives logits and maps together, by any method."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from xray_core.arrays import Float32Array
from xray_core.errors import ClassIndexError
from xray_core.explain.closed_form import each_likeliest
from xray_core.explain.methods import get_method, layer_of
from xray_core.explain.passes import require_numbers
from xray_core.networks.gradients import LIKELIEST

if TYPE_CHECKING:
    import keras

Columns = Sequence[int] | Literal["likeliest"] | None
"""Logits to explain: some, of each film the greatest, or all."""


def evidence(
    model: "keras.Model",
    films: Float32Array,
    method: str,
    *,
    columns: Columns = None,
    layer: str | None = None,
) -> tuple[Float32Array, Float32Array]:
    """Logits of all classes and the maps of all or of the chosen ones, in one pass, nothing cut.

    Args:
        model: flat functional `keras.Model` ending in logits; read, never changed, so that all
            sessions may share one copy.
        films: float32 (batch, size, size, 1) in [0, 1].
        method: key in `METHODS`. Choose `columns` where its cost isn't `pass`.
        columns: of the logits to explain; None explains all, `likeliest` of each film the class
            that the model finds likeliest, in that same pass where the method names it.
        layer: spelling of the 4-D layer that a layer method explains, or of several joined by plus
            for one that fuses; None takes what `layer_of` does.

    Returns:
        Logits (batch, class) and raw maps (batch, column, height, width), before the negative part
        of those that are shown without it is cut off.

    Raises:
        ClassIndexError: a column is out of range; gives the range.
        ExplainError: unknown method, or the weights are NaN or infinite.
        LayerNotFoundError: the layer isn't in the model or isn't 4-D.
        UnknownNetworkError: no `layer` for a network that carries none and isn't in the registry.
    """
    entry = get_method(method)
    place = layer_of(model, entry, layer)
    if columns == "likeliest":
        compute = entry.compute if entry.names_likeliest else each_likeliest(entry.compute)
        logits, maps = compute(model, films, [LIKELIEST], place)
        require_numbers(model, logits, maps)
        return logits, maps
    n_classes = int(model.output.shape[-1])
    chosen = range(n_classes) if columns is None else columns
    for column in chosen:
        if not 0 <= column < n_classes:
            raise ClassIndexError(
                f"The network has no class {column}.",
                where=model.name,
                fix=f"Choose one from 0 to {n_classes - 1}.",
            )
    logits, maps = entry.compute(model, films, chosen, place)
    require_numbers(model, logits, maps)
    return logits, maps
