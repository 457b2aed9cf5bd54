"""Any Keras classifier with a graph as one flat graph on a film.

Explanations reach a layer by name and start from logits. A backbone that is called as a layer
hides its own layers, and a softmax at the end flattens every gradient. So the graph is rebuilt on
twins of the layers: objects with the same weights, without the connections of the original,
which stays as it is.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import keras


def is_graph(layer: Any) -> bool:
    """Whether it is a `Sequential` or functional model, whose layers can be reached."""
    import keras

    if isinstance(layer, keras.Sequential):
        return bool(layer.built)
    return isinstance(layer, keras.Model) and hasattr(layer, "_run_through_graph")


def leaves(model: "keras.Model") -> Iterator[Any]:
    """Layers and operations in the order of the graph, those of nested models too."""
    import keras

    steps = model.layers if isinstance(model, keras.Sequential) else model.operations
    for step in steps:
        if is_graph(step):
            yield from leaves(step)
        else:
            yield step


class Flattener:
    """Rebuilds the graphs of models on twins of their layers.

    Args:
        taken: names that no twin may have.
        after: name of a twin -> what is done with the tensor that it gives.
    """

    def __init__(
        self,
        taken: tuple[str, ...] = (),
        after: Mapping[str, Callable[[Any], Any]] | None = None,
    ) -> None:
        self._names = set(taken)
        self._after = dict(after or {})
        self._twins: dict[int, Any] = {}

    def run(self, model: "keras.Model", tensor: Any, prefix: str = "") -> Any:
        """The output of a model on a symbolic tensor.

        Args:
            model: for which `is_graph` holds; read, never changed.
            tensor: of the shape that the model takes; a list where it takes several.
            prefix: put before the name of a layer where that name is taken.
        """
        import keras

        def call(step: Any, *args: Any, **options: Any) -> Any:
            if is_graph(step):
                return self.run(step, args[0] if args else options["inputs"], f"{step.name}_")
            twin = self._twin(step, prefix)
            given = twin(*args, **options)
            return self._after[twin.name](given) if twin.name in self._after else given

        if isinstance(model, keras.Sequential):
            for layer in model.layers:
                tensor = call(layer, tensor)
            return tensor
        return model._run_through_graph(tensor, call_fn=call)

    def _twin(self, layer: Any, prefix: str) -> Any:
        if id(layer) not in self._twins:  # a layer that is called twice is one layer
            name = layer.name
            for number in range(1, 1000):
                if name not in self._names:
                    break
                name = f"{prefix}{layer.name}" if number == 1 else f"{prefix}{layer.name}_{number}"
            self._names.add(name)
            self._twins[id(layer)] = twin_of(layer, name=name)
        return self._twins[id(layer)]


def twin_of(layer: Any, **attributes: Any) -> Any:
    """A layer with the same weights, without connections.

    Args:
        layer: built; read, never changed.
        attributes: that the twin has instead, as `name` or `activation`.
    """
    import keras

    name = attributes.get("name", layer.name)
    learnt = type(layer).__name__ == "Normalization" and layer.input_mean is None
    if learnt and layer.axis in ((), (-1,), (3,)):
        # What `adapt` has found is not a weight and would be lost in a copy of the network.
        return keras.layers.Normalization(
            layer.axis or None,
            mean=np.asarray(layer.adapt_mean),
            variance=np.asarray(layer.adapt_variance),
            invert=layer.invert,
            name=name,
            dtype=layer.dtype_policy,
        )
    twin = object.__new__(type(layer))
    own: dict[str, Any] = {"_inbound_nodes": [], "_outbound_nodes": []}
    if hasattr(layer, "_losses"):
        own |= {"_losses": [], "_loss_ids": set()}
    vars(twin).update(vars(layer) | own | attributes)
    return twin


def inputs_of(tensor: Any) -> list[Any]:
    """The symbolic tensors that the step behind one took; none for an input."""
    step, node, _ = tensor._keras_history
    return list(step._inbound_nodes[node].input_tensors)


def upstream(end: Any, stop: Any = None) -> list[Any]:
    """All tensors that lead to one, with it, the last first; not what leads there by `stop`."""
    found: dict[int, Any] = {}
    waiting = [end]
    while waiting:
        tensor = waiting.pop()
        if id(tensor) not in found and tensor is not stop:
            found[id(tensor)] = tensor
            waiting.extend(inputs_of(tensor))
    return list(found.values())
