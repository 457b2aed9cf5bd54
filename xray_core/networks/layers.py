"""The layers of a network that may be explained, and how they are spelled.

A layer is named as Keras names it, `block8_sepconv3_bn`. What a layer takes is spelled `input of
block14_sepconv1`: Keras numbers the sums and activations that nobody named (`add_11`) anew for
every network that is built in a process, so that those names do not stay. Several layers, for the
methods that fuse their maps, are joined by a plus:
`block8_sepconv3_bn+input of block14_sepconv1`.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xray_core.errors import LayerNotFoundError
from xray_core.networks.foreign.candidates import candidates
from xray_core.networks.foreign.flatten import upstream
from xray_core.networks.registry import NETWORKS, get_network

if TYPE_CHECKING:
    import keras

INPUT_OF = "input of "
AND = "+"
MOST_STAGES = 5
"""Sizes of feature maps, the smallest ones, that a network from elsewhere is explained at."""
N_FUSED = 2


def candidate_layers(model: "keras.Model") -> tuple[str, ...]:
    """Layers to choose from: the end of each stage, in the order of the graph.

    Those that the registry lists; of a network from elsewhere the last layer of each of the
    `MOST_STAGES` smallest sizes of feature maps, and the target layer that it carries. There a name
    that Keras gave by number is taken only where no other is found.

    Args:
        model: flat functional `keras.Model`; read, never changed.
    """
    carried = str(getattr(model, "target_layer", ""))
    if not carried and model.name in NETWORKS:
        return NETWORKS[model.name].layers
    sizes: dict[tuple[int, int], list[str]] = {}
    for item in candidates(model):
        if item.inside:
            sizes.setdefault(item.shape[:2], []).append(item.layer)
    smallest = sorted(sizes, key=lambda size: size[0] * size[1])[:MOST_STAGES]
    found = [_stable(model, sizes[size]) for size in sizes if size in smallest]
    return tuple(dict.fromkeys((*found, *([carried] if carried else []))))


def fused_layers(model: "keras.Model") -> tuple[str, ...]:
    """The layers whose maps are fused where none are named.

    Those that the registry names; of a network from elsewhere the last two candidates.

    Raises:
        UnknownNetworkError: the network isn't in the registry and carries no target layer.
    """
    if getattr(model, "target_layer", ""):
        return candidate_layers(model)[-N_FUSED:]
    return get_network(model.name).fused


def split_layers(spelled: str) -> tuple[str, ...]:
    """The layers that a spelling joins, each once.

    >>> split_layers("block8_sepconv3_bn + input of block14_sepconv1")
    ('block8_sepconv3_bn', 'input of block14_sepconv1')
    """
    return tuple(dict.fromkeys(part.strip() for part in spelled.split(AND)))


def join_layers(layers: Sequence[str]) -> str:
    """The spelling of several layers."""
    return AND.join(layers)


def layer_words(spelled: str) -> str:
    """A layer that the registry lists, or several joined by plus, in plain words.

    Any other is named as it is spelled: what its parts mean is not known.

    >>> layer_words("block8_sepconv3_bn+input of block14_sepconv1")
    'block 8 and input of block 14'
    >>> layer_words("conv4_block6_out"), layer_words("my_conv_3")
    ('conv 4, block 6', 'my_conv_3')
    """
    known = {layer for network in NETWORKS.values() for layer in network.layers}
    parts = split_layers(spelled)
    return " and ".join(_plain(part) if part in known else part for part in parts)


def _plain(layer: str) -> str:
    """`block8_sepconv3_bn` -> `block 8`: without the steps inside a stage."""
    start = INPUT_OF if layer.startswith(INPUT_OF) else ""
    stages = re.findall(
        r"(?<![a-z])(block|conv|pool|stage)(\d+[a-z]?)(?=_|$)", layer.removeprefix(INPUT_OF)
    )
    return start + (", ".join(f"{kind} {number}" for kind, number in stages) or layer)


def cells_of(model: "keras.Model", layer: str) -> tuple[int, int]:
    """Rows and columns of the feature maps of a layer.

    Raises:
        LayerNotFoundError: as for `layer_output`.
    """
    _, height, width, _ = layer_output(model, layer).shape
    return int(height), int(width)


def layer_output(model: "keras.Model", layer: str) -> "keras.KerasTensor":
    """The symbolic output (batch, height, width, channel) of a layer, or what a layer takes.

    Args:
        model: flat functional `keras.Model`; read, never changed.
        layer: a name, or `input of` and the name of a layer that takes one tensor.

    Raises:
        LayerNotFoundError: there is none, or it isn't 4-D; lists the candidates.
    """
    name = layer.removeprefix(INPUT_OF)
    step = next((item for item in model.layers if item.name == name), None)
    if step is not None:
        tensors = [step.output] if name == layer else _inputs(step)
        if len(tensors) == 1 and len(getattr(tensors[0], "shape", ())) == 4:
            return tensors[0]
    raise LayerNotFoundError(
        f"The network has no 4-D layer '{layer}'.",
        where=model.name,
        fix=f"Choose one of: {', '.join(candidate_layers(model))}.",
    )


def carries_all(model: "keras.Model", layer: str) -> bool:
    """Whether every path from the film to the logits runs through a layer.

    Raises:
        LayerNotFoundError: as for `layer_output`.
    """
    around = upstream(model.output, layer_output(model, layer))
    return not any(tensor is model.input for tensor in around)


def _stable(model: "keras.Model", layers: Sequence[str]) -> str:
    """The spelling of the last of some layers, in one that stays if there is one."""
    last = model.get_layer(layers[-1])
    if not _numbered(last):
        return str(last.name)
    for step in model.layers:
        taken = _inputs(step)
        if len(taken) == 1 and taken[0] is last.output and not _numbered(step):
            return INPUT_OF + str(step.name)
    named = [name for name in layers if not _numbered(model.get_layer(name))]
    return named[-1] if named else layers[-1]


def _numbered(step: "keras.Layer") -> bool:
    """Whether Keras made up the name: `conv2d`, `batch_normalization_3`."""
    kind = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", type(step).__name__)
    kind = re.sub(r"([a-z])([A-Z])", r"\1_\2", kind).lower()
    return re.fullmatch(rf"{re.escape(kind)}(_\d+)?", step.name) is not None


def _inputs(step: "keras.Layer") -> "list[keras.KerasTensor]":
    """The symbolic tensors that a layer takes where it is called first; none for an input."""
    nodes = step._inbound_nodes[:1]
    return [tensor for node in nodes for tensor in node.input_tensors]
