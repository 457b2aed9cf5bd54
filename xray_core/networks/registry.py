"""All networks by name. Adding one is a file with a `build` function and a line here, or a line
alone where `keras.applications` has it."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.errors import NetworkError, UnknownNetworkError, WeightsError
from xray_core.files import replacing
from xray_core.networks.applications import application_builder
from xray_core.networks.small_cnn import CANDIDATE_LAYERS, TARGET_LAYER, build_small_cnn

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Pretrained:
    """How a network starts from ImageNet weights.

    Attributes:
        application: name of the function in `keras.applications`.
        fine_tune_from: start of the name of the first layer that is trained after the head.
    """

    application: str
    fine_tune_from: str


@dataclass(frozen=True)
class Network:
    """One architecture.

    Attributes:
        name: key in `NETWORKS`.
        title: display name.
        build: `(n_classes, image_size_px) -> keras.Model`, flat functional, logits out.
        target_layer: the last 4-D layer, whose feature maps the class activation maps weigh.
        image_size_px: side of the film that suits the network.
        layers: candidates for explaining, ends of stages and blocks, in the order of the graph;
            spelled as `networks/layers.py` says.
        fused: those whose maps are fused where none are named.
        min_size_px: smallest side that it can take.
        pretrained: None where no pre-trained weights exist.
    """

    name: str
    title: str
    build: "Callable[[int, int], keras.Model]"
    target_layer: str
    image_size_px: int
    layers: tuple[str, ...]
    fused: tuple[str, ...]
    min_size_px: int = 32
    pretrained: Pretrained | None = None


def _application(
    title: str,
    inputs: str,
    layers: Sequence[str],
    fused: Sequence[str],
    fine_tune_from: str,
    min_size_px: int = 32,
    **options: Any,
) -> Network:
    """A network of `keras.applications`; its title is the name of the function there, the last of
    its layers its target."""
    name = title.lower()
    build = application_builder(name, title, inputs, **options)
    start = Pretrained(title, fine_tune_from)
    of_maps = (layers[-1], 224, tuple(layers), tuple(fused))
    return Network(name, title, build, *of_maps, min_size_px, start)


_RESNET50 = (
    "conv2_block3_out",
    "conv3_block4_out",
    "conv4_block2_out",
    "conv4_block6_out",
    "conv5_block1_out",
    "conv5_block3_out",
)
_XCEPTION = (
    "block4_sepconv2_bn",
    "block6_sepconv3_bn",
    "block7_sepconv3_bn",
    "block8_sepconv3_bn",
    "block10_sepconv3_bn",
    "block11_sepconv3_bn",
    "block12_sepconv3_bn",
    "block13_sepconv2_bn",
    "input of block14_sepconv1",
    "block14_sepconv2_act",
)
_DENSENET121 = ("pool2_relu", "pool3_relu", "pool4_relu", "relu")
_EFFICIENTNETV2B0 = ("block2b_add", "block3b_add", "block5e_add", "block6h_add", "top_activation")

NETWORKS = {
    network.name: network
    for network in (
        Network(
            "small_cnn",
            "Small CNN",
            build_small_cnn,
            TARGET_LAYER,
            160,
            CANDIDATE_LAYERS,
            CANDIDATE_LAYERS[-2:],
        ),
        _application(
            "ResNet50", "caffe", _RESNET50, ("conv3_block4_out", "conv4_block6_out"), "conv3_block1"
        ),
        _application(
            "Xception",
            "tf",
            _XCEPTION,
            ("block8_sepconv3_bn", "input of block14_sepconv1"),
            "block5",
            min_size_px=96,
        ),
        _application("DenseNet121", "torch", _DENSENET121, _DENSENET121[1:3], "conv4_block1"),
        _application(
            "EfficientNetV2B0",
            "torch",
            _EFFICIENTNETV2B0,
            _EFFICIENTNETV2B0[1:3],
            "block4a",
            include_preprocessing=False,
        ),
    )
}


def get_network(name: str) -> Network:
    """The network of that name.

    Raises:
        UnknownNetworkError: lists the names that exist.
    """
    try:
        return NETWORKS[name]
    except KeyError:
        raise UnknownNetworkError(
            f"There is no network '{name}'.", fix=f"Choose one of: {', '.join(NETWORKS)}."
        ) from None


def target_layer_of(model: "keras.Model") -> str:
    """The layer that is explained where none is named.

    Args:
        model: of the registry, or one from elsewhere that carries its `target_layer`.

    Raises:
        UnknownNetworkError: the network isn't in the registry and carries none.
    """
    return str(getattr(model, "target_layer", "") or get_network(model.name).target_layer)


def build_network(name: str, n_classes: int, image_size_px: int) -> "keras.Model":
    """Build a network with random weights.

    Args:
        name: key in `NETWORKS`.
        n_classes: columns of the logits, at least 2.
        image_size_px: side of the square film, 32 to 1024.

    Returns:
        `keras.Model`: float32 (batch, size, size, 1) in [0, 1] -> logits (batch, n_classes).

    Raises:
        UnknownNetworkError: no such network.
        NetworkError: the network cannot take films that small.
    """
    network = get_network(name)
    if image_size_px < network.min_size_px:
        raise NetworkError(
            f"{network.title} cannot take films that small.",
            where=f"{image_size_px} px",
            fix=f"Take {network.min_size_px} px or more.",
        )
    return network.build(n_classes, image_size_px)


def save_weights(model: "keras.Model", path: Path, dtype: str = "float32") -> None:
    """Write all weights as one `.npz` of plain arrays, replacing it in one step.

    Args:
        model: a built `keras.Model`.
        path: ends in `.npz`.
        dtype: `float32`, or `float16` for half the size (relative rounding error 0.05 %), packed
            as well.
    """
    arrays = {
        f"{index:04d} {variable.path}": np.asarray(variable.numpy(), dtype)
        for index, variable in enumerate(model.weights)
    }
    pack = np.savez_compressed if dtype == "float16" else np.savez
    with replacing(path) as part:
        pack(part, **arrays)  # type: ignore[arg-type]


def load_weights(model: "keras.Model", path: Path) -> None:
    """Fill a model with weights that `save_weights` wrote.

    Raises:
        WeightsError: the file is missing, damaged or belongs to another network.
    """
    fix = "Copy the run folder again, or train again."
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays: Sequence[Float32Array] = [
                file[name].astype(np.float32) for name in sorted(file.files)
            ]
    except FileNotFoundError:
        raise WeightsError("The weights are missing.", where=path.name, fix=fix) from None
    except Exception as error:  # a damaged zip raises whatever its bytes lead to
        raise WeightsError(
            f"The weights could not be read: {type(error).__name__}.", where=path.name, fix=fix
        ) from error
    shapes = [tuple(variable.shape) for variable in model.weights]
    if shapes != [array.shape for array in arrays]:
        raise WeightsError(
            f"The weights do not fit the network {model.name}.", where=path.name, fix=fix
        )
    model.set_weights(arrays)


@functools.lru_cache(maxsize=4)
def load_once(build: "Callable[[], keras.Model]", path: Path) -> "keras.Model":
    """A network with its weights, read once for the whole process: it must not be changed.

    Raises:
        WeightsError: as for `load_weights`; the next call tries again.
    """
    model = build()
    load_weights(model, path)
    return model
