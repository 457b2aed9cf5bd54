"""How much memory a `.keras` file asks for, known before any of it is allocated.

A file of a few kB may declare a layer of a billion units, or enlarge a film a million times. Three
bounds stand before that: on the numbers in its description, on the weights that it declares, which
must lie in the file, and on the values that one film becomes on its way through the network.
"""

import io
import json
import math
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xray_core.errors import NetworkError, WeightsError

if TYPE_CHECKING:
    import keras

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
MAX_NUMBER = 2**24
"""No side of an array and no count of units of a classifier is larger; seeds may be. Nor are all
arrays together that its layers make of their settings."""
MAX_VALUES = 1_600_000_000
"""Values that one film may become over all steps, 6.4 GB if all are kept at once; those of
EfficientNetV2-L on 480 px are 1,391,670,609."""
UNSTORED_BYTES = 2**20
"""How much more than the file holds the weights may take, for what is never stored."""

_NO_SIZES = ("seed", "shared_object_id")
_ANEW = "Save the model again with `model.save('name.keras')` from Keras 3."


def check_numbers(name: str, config: Any) -> None:
    """Look for enormous whole numbers in the description of a model.

    Args:
        name: of the file, for the error.
        config: content of `config.json`.

    Raises:
        WeightsError: one is larger than `MAX_NUMBER`.
    """
    waiting = [config]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, dict):
            waiting.extend(
                value
                for key, value in entry.items()
                if not (key in _NO_SIZES and isinstance(value, int))
            )
        elif isinstance(entry, list):
            waiting.extend(entry)
        elif isinstance(entry, int) and abs(entry) > MAX_NUMBER:
            raise WeightsError(
                f"The model declares a size of {_grouped(entry)}.",
                where=name,
                fix=f"Sizes up to {MAX_NUMBER:,} are read.",
            )


def check_weights(path: Path) -> None:
    """Compare the weights that a model declares with those that its file holds.

    Nothing is allocated but the stored weights, and they are let go.

    Args:
        path: a `.keras` file whose description names layers of Keras alone.

    Raises:
        WeightsError: it declares more than it holds, or more than `MAX_NUMBER` values that need
            not be stored; or it holds something other than arrays.
        Exception: whatever Keras or HDF5 raise for a damaged file.
    """
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read(CONFIG))
        stored = archive.read(WEIGHTS)
    in_layers, made = _declared(config)
    if made > MAX_NUMBER:
        raise WeightsError(
            f"The layers of the model make {_grouped(made)} values of their settings.",
            where=path.name,
            fix=f"At most {MAX_NUMBER:,} are built.",
        )
    for declared in (_bytes_of_arrays(path.name, stored), in_layers):
        if declared > len(stored) + UNSTORED_BYTES:
            raise WeightsError(
                f"The model declares {_grouped(declared)} bytes of weights; the file holds "
                f"{len(stored):,}.",
                where=path.name,
                fix=_ANEW,
            )


def check_values(model: "keras.Model") -> int:
    """Count what one film becomes on its way through a network, which isn't run for it.

    Args:
        model: flat functional `keras.Model` on (batch, size, size, 1) of a known size.

    Returns:
        How many values that are.

    Raises:
        NetworkError: more than `MAX_VALUES` values.
    """
    import tensorflow as tf

    @tf.function(autograph=False)  # type: ignore[untyped-decorator]
    def answer(film: Any) -> Any:
        return model(film, training=False)

    film = tf.TensorSpec((1, *model.input.shape[1:]), tf.float32)
    values = _values_in(answer.get_concrete_function(film).graph)
    if values > MAX_VALUES:
        raise NetworkError(
            f"The network makes {_grouped(values)} values of one film.",
            where=f"{model.name}, {model.input.shape[1]} px",
            fix=f"Give a smaller size, or a network that makes at most {MAX_VALUES:,}.",
        )
    return values


def _bytes_of_arrays(name: str, stored: bytes) -> int:
    """What the arrays in an HDF5 file take when they are read; links aren't followed."""
    import h5py

    arrays: list[Any] = []

    def look(_: str, entry: Any) -> None:
        if isinstance(entry, h5py.Dataset):
            arrays.append((entry.dtype, entry.size or 0))

    with h5py.File(io.BytesIO(stored), "r") as file:
        file.visititems(look)
    if any(dtype.hasobject for dtype, _ in arrays):
        raise WeightsError("The weights are not arrays of numbers.", where=name, fix=_ANEW)
    return sum(int(size) * int(dtype.itemsize) for dtype, size in arrays)


def _declared(config: dict[str, Any]) -> tuple[int, int]:
    """Bytes of the variables of a model, and how many values its layers make of their settings."""
    import keras
    import tensorflow as tf
    from keras.src.saving.serialization_lib import ObjectSharingScope

    def build() -> tuple[int, int]:
        # Variables get no values here, and what a layer computes is a graph that never runs.
        stateless, graph = keras.StatelessScope(initialize_variables=False), tf.Graph()
        with stateless, graph.as_default(), ObjectSharingScope():
            model = keras.saving.deserialize_keras_object(
                config | {"compile_config": None}, safe_mode=True
            )
        in_layers = sum(
            math.prod(variable.shape) * int(tf.as_dtype(variable.dtype).size)
            for variable in getattr(model, "variables", ())
        )
        return in_layers, _values_in(graph)

    # Keras keeps variables without values in a list of the thread, to fill them later.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(build).result()


def _values_in(graph: Any) -> int:
    """Values of all tensors of a graph but its variables, as far as their shapes are known."""
    return sum(
        tensor.shape.num_elements() or 0
        for step in graph.get_operations()
        if step.type != "ReadVariableOp"
        for tensor in step.outputs
    )


def _grouped(number: int) -> str:
    """A number for display, however many digits it has."""
    return f"{number:,}" if abs(number) < 10**15 else f"about 1e{len(str(abs(number))) - 1}"
