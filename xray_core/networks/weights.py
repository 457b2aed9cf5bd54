"""Where the weights of a network start: random, ImageNet, or a file.

What is available to start from is found without TensorFlow, so that a page can show it before
anything begins. No format that is read can run code: arrays, HDF5, and `.keras` archives without
`Lambda`.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.errors import WeightsError
from xray_core.networks.imagenet import fetch_imagenet, find_imagenet
from xray_core.networks.registry import Network
from xray_core.settings import expand_home

if TYPE_CHECKING:
    import keras

Arrays = Sequence[Float32Array]

ENDINGS = (".npz", ".h5", ".keras")
MAX_BYTES = 2 * 2**30
_FURTHER = "further-trained "
_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Initialisation:
    """Where the weights of a training start.

    Attributes:
        kind: `random`, `imagenet` or `file`.
        title: display name; holds no folder. Weights of a run are described by where that run
            started.
        path: the file; None where there is none, or none yet.
    """

    kind: str
    title: str
    path: Path | None = None

    @property
    def to_be_fetched(self) -> bool:
        """Whether the internet is needed to begin."""
        return self.kind == "imagenet" and self.path is None


def resolve_weights(network: Network, weights: str) -> Initialisation:
    """Find what a training starts from; quick, without TensorFlow and without the internet.

    Args:
        network: the network to fill.
        weights: `none` (random), `imagenet`, or the path of a file.

    Returns:
        What was found. ImageNet weights without a path are still to be fetched.

    Raises:
        WeightsError: no such weights, or a file that cannot hold weights.
    """
    if weights == "none":
        return Initialisation("random", "random")
    if weights == "imagenet":
        return Initialisation("imagenet", "ImageNet", find_imagenet(network))
    path = expand_home(weights)
    if not path.is_file():
        raise WeightsError(
            "There is no such file of weights.",
            where=path.name,
            fix=f"Give imagenet, none, or a file that ends in {', '.join(ENDINGS)}.",
        )
    if path.suffix not in ENDINGS:
        raise WeightsError(
            "Files of this kind are not read.",
            where=path.name,
            fix=f"Save the weights as one of {', '.join(ENDINGS)}.",
        )
    if not 0 < path.stat().st_size <= MAX_BYTES:
        raise WeightsError(
            "A file of weights holds between 1 byte and 2 GB.",
            where=f"{path.name}, {path.stat().st_size:,} bytes",
            fix="Copy the file again, or save the weights without the optimiser.",
        )
    return Initialisation("file", _title_of(path), path)


def _title_of(path: Path) -> str:
    """The name of the file, or, for one in the folder of a run, where that run had started."""
    try:
        content = json.loads((path.parent / "config.json").read_text(encoding="utf-8"))
        before = content["initialisation"]
    except (OSError, ValueError, KeyError, TypeError):
        return f"file {path.name}"
    return f"{_FURTHER}{str(before).removeprefix(_FURTHER)}"


def load_initial_weights(
    model: "keras.Model", network: Network, initialisation: Initialisation
) -> None:
    """Fill a network as built with what its training starts from.

    Args:
        model: as `build_network` returns; keeps its random weights where the start is random. Its
            head is filled only from a file whose head has the same classes.
        network: what the model was built from.
        initialisation: from `resolve_weights`; fetched here where necessary.

    Raises:
        WeightsError: the file cannot be fetched or read, or does not fit the network.
    """
    path = fetch_imagenet(network) if initialisation.to_be_fetched else initialisation.path
    if path is None:
        return
    _fill(model, network, _read(path, model), path.name)
    if not all(np.isfinite(weight).all() for weight in model.get_weights()):
        raise WeightsError(
            "The weights hold NaN or infinite values.",
            where=path.name,
            fix="Copy the file again, or use another one.",
        )


def _read(path: Path, model: "keras.Model") -> Arrays:
    """The weights of a file, in the order of `model.get_weights()`."""
    try:
        if path.name.endswith(".weights.h5"):
            arrays = _read_weights_h5(path, model)
        else:
            readers = {".npz": _read_npz, ".h5": _read_h5, ".keras": _read_keras}
            arrays = [np.asarray(array) for array in readers[path.suffix](path)]
    except Exception as error:  # a damaged file raises whatever its bytes lead to
        raise _unreadable(path, error) from error
    if not all(np.issubdtype(array.dtype, np.floating) for array in arrays):
        raise WeightsError(
            "The file holds something other than weights.",
            where=path.name,
            fix="Save the arrays of `model.get_weights()` alone.",
        )
    return [array.astype(np.float32) for array in arrays]


def _read_npz(path: Path) -> list[Any]:
    with np.load(path, allow_pickle=False) as file:
        if sum(member.file_size for member in file.zip.infolist()) > MAX_BYTES:
            raise ValueError("it unpacks to more than 2 GB")
        return [file[name] for name in sorted(file.files, key=_by_number)]


def _by_number(name: str) -> list[tuple[int, str]]:
    """Sorts `arr_2` before `arr_10`."""
    return [(int(part or 0), word) for word, part in re.findall(r"(\D*)(\d*)", name)]


def _read_h5(path: Path) -> list[Any]:
    """The older HDF5 format, in which `keras.applications` publishes weights."""
    import h5py

    with h5py.File(path) as file:
        layers = file.get("model_weights", file)
        return [
            layers[layer][weight][()]
            for layer in layers.attrs["layer_names"]
            for weight in layers[layer].attrs["weight_names"]
        ]


def _read_weights_h5(path: Path, model: "keras.Model") -> list[Any]:
    """What `model.save_weights` writes: layers are counted by kind, `conv2d`, `conv2d_1`, ..."""
    import h5py

    arrays: list[Any] = []
    counts: Counter[str] = Counter()
    with h5py.File(path) as file:
        layers = file["layers"]
        for layer in model.layers:
            kind = _WORD_START.sub("_", type(layer).__name__).lower()
            name = f"{kind}_{counts[kind]}" if counts[kind] else kind
            counts[kind] += 1
            if name in layers:
                variables = layers[name]["vars"]
                arrays += [variables[str(index)][()] for index in range(len(variables))]
    return arrays


def _read_keras(path: Path) -> list[Any]:
    import keras

    arrays: list[Any] = keras.saving.load_model(path, compile=False, safe_mode=True).get_weights()
    return arrays


def _fill(model: "keras.Model", network: Network, arrays: Arrays, name: str) -> None:
    import keras

    backbone = keras.Model(model.input, model.get_layer(network.target_layer).output)
    for target, given in ((model, arrays), (backbone, arrays[: len(backbone.weights)])):
        if [tuple(weight.shape) for weight in target.weights] == [array.shape for array in given]:
            target.set_weights(given)
            return
    wanted = [tuple(weight.shape) for weight in backbone.weights]
    pairs = enumerate(zip(arrays, wanted, strict=False))
    differing = (
        f"array {index} has the shape {array.shape}, not {shape}"
        for index, (array, shape) in pairs
        if array.shape != shape
    )
    difference = next(differing, f"{len(arrays)} arrays, not {len(wanted)}")
    raise WeightsError(
        f"The weights do not fit the network {network.title}: {difference}.",
        where=name,
        fix=f"Take weights of {network.title} without head, or of a run of it.",
    )


def _unreadable(path: Path, error: Exception) -> WeightsError:
    if "`Lambda`" in str(error):
        return WeightsError(
            "The file holds a Lambda layer, which is code; it was not read.",
            where=path.name,
            fix="Save the weights alone, with `model.save_weights('name.weights.h5')`.",
        )
    return WeightsError(
        f"The weights could not be read: {type(error).__name__}.",
        where=path.name,
        fix="Copy the file again, or use another one.",
    )
