"""A user's `.keras` file, read without running anything that it holds.

The file is a zip of three members. Its `config.json` names the classes that Keras will build; it is
read here first, and only layers, operations and settings of Keras itself pass. Functions that are
code (`Lambda`), classes of other packages, and layers that open further files do not; neither does
a description of more weights than the file holds.
"""

import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.errors import WeightsError
from xray_core.networks.foreign.kind import foreign_kind
from xray_core.networks.foreign.limits import CONFIG, WEIGHTS, check_numbers, check_weights
from xray_core.networks.weights import MAX_BYTES

if TYPE_CHECKING:
    import keras

MAX_CONFIG_BYTES = 32 * 2**20
MAX_EXPANSION = 100
"""How many times its stored size a member may unpack to; Keras stores them unpacked."""

_MEMBERS = {CONFIG: MAX_CONFIG_BYTES, "metadata.json": 2**20, WEIGHTS: MAX_BYTES}
_ENCRYPTED = 1
_NO_ZIP = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError)

_PARTS = ("layers", "initializers", "regularizers", "constraints", "activations", "random")
_PARTS_WITHIN = ("layers", "ops", "models.functional", "models.sequential", "initializers")
_TOP_CLASSES = ("Sequential", "Functional", "Model", "DTypePolicy", "Quantizer", "SeedGenerator")
_TRAINING = ("optimizers", "losses", "metrics", "dtype_policies")
_FUNCTIONS = ("builtins", "keras.activations", "keras.ops", "keras.initializers", "keras.losses")
_VALUES = ("__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__slice__", "__ellipsis__")
_OF_APPLICATIONS = (
    ("keras.src.applications.convnext", "LayerScale"),
    ("keras.src.applications.convnext", "StochasticDepth"),
    ("keras.src.applications.inception_resnet_v2", "CustomScaleLayer"),
)
"""Layers that Keras itself writes into files of its ready-made networks."""
_CODE = ("Lambda", "__lambda__")
_OPEN_FILES = (
    *("TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"),
    *("TextVectorization", "StringLookup", "IntegerLookup", "IndexLookup"),
)
_IN_PIECES = ("Unstack", "ArraySplit", "TimeDistributed")
MAX_PIECES = 256


def load_own_model(path: Path) -> "keras.Model":
    """Load a model from an untrusted file.

    Args:
        path: ends in `.keras`.

    Returns:
        The `keras.Model`, not compiled.

    Raises:
        WeightsError: the file is missing, not a `.keras` file, of Keras 2 or damaged; it unpacks to
            more than 2 GB; it holds code, a class that is not part of Keras, or weights that
            are NaN or infinite; or it declares more weights than it holds, which are never
            allocated.
    """
    check_own_model(path)
    import keras

    try:
        check_weights(path)
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except WeightsError:
        raise
    except Exception as error:  # a damaged file raises whatever its bytes lead to
        with zipfile.ZipFile(path) as archive:
            other = _other_keras(path, _saved_by(archive))
        raise other or _refused(
            path,
            f"Keras could not build the model: {type(error).__name__}.",
            "Save it again with `model.save('name.keras')` from Keras 3.",
        ) from error
    if not isinstance(model, keras.Model):
        raise _refused(path, "The file holds no model.", "Save the model itself.")
    if not all(np.isfinite(np.asarray(weight, np.float32)).all() for weight in model.weights):
        raise _refused(
            path,
            "The weights hold NaN or infinite values.",
            "Copy the file again, or train again.",
        )
    return model


def check_own_model(path: Path) -> None:
    """Inspect such a file without Keras; nothing is unpacked but its `config.json`.

    Raises:
        WeightsError: as for `load_own_model`.
    """
    copy = "Copy the file again, or save the model again."
    _require_kind(path)
    version = ""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(path, archive)
            config = json.loads(archive.read(CONFIG))
            version = _saved_by(archive)
    except _NO_ZIP as error:
        raise _refused(path, "The file is not a .keras file, or is damaged.", copy) from error
    except (ValueError, RecursionError) as error:
        raise _refused(path, "The description of the model is damaged.", copy) from error
    if not isinstance(config, dict):
        raise _refused(path, "The description of the model is damaged.", copy)
    # What it was trained with is never built, so a custom loss does no harm.
    config.pop("compile_config", None)
    check_numbers(path.name, config)
    for entry in _objects(config):
        _check_object(path, entry, version)


def _require_kind(path: Path) -> None:
    """Raise `WeightsError` where a path leads to something other than a `.keras` file."""
    if not path.exists():
        raise _refused(path, "There is no such file.", "Name a file that ends in .keras.")
    try:
        kind = foreign_kind(path)
    except OSError as error:
        what = f"The file could not be opened: {error.strerror or type(error).__name__}."
        raise _refused(path, what, "Check that it is readable.") from error
    if kind:
        raise _refused(path, *kind)
    if path.is_dir():
        raise _refused(path, "It is a folder.", "Name a file that ends in .keras.")
    if path.suffix != ".keras":
        raise _refused(
            path,
            "Models are read from .keras files only.",
            "Save it with `model.save('name.keras')` from Keras 3.",
        )


def _saved_by(archive: zipfile.ZipFile) -> str:
    """Version of the Keras that wrote the file; empty where it is unknown."""
    try:
        version = json.loads(archive.read("metadata.json"))["keras_version"]
    except (*_NO_ZIP, KeyError, TypeError, ValueError, RecursionError):
        return ""
    return version if re.fullmatch(r"\d{1,4}\.\d{1,4}[\w.]{0,12}", str(version)) else ""


def _other_keras(path: Path, version: str) -> WeightsError | None:
    """Why a file of another Keras is refused; None for one of this Keras."""
    if version.startswith("2."):
        return _refused(
            path,
            f"The model was saved by Keras 2 ({version}), whose .keras files Keras 3 cannot read.",
            "Load it there and save it as HDF5 (`model.save('name.h5')`), load that in Keras 3 "
            "and save it with `model.save('name.keras')`; or rebuild it in Keras 3 and load "
            "its weights.",
        )
    import keras

    if version and _numbers(version) > _numbers(keras.__version__):
        return _refused(
            path,
            f"The model was saved by Keras {version}, which is newer than {keras.__version__}.",
            "Save it with the version that is installed here.",
        )
    return None


def _numbers(version: str) -> tuple[int, ...]:
    """The first two numbers of a version.

    >>> _numbers("3.15.1")
    (3, 15)
    """
    return tuple(map(int, version.split(".")[:2]))


def _check_members(path: Path, archive: zipfile.ZipFile) -> None:
    """Check the table of contents before anything is unpacked."""
    members = archive.infolist()
    names = [member.filename for member in members]
    others = sorted(set(names) - set(_MEMBERS))
    if others:
        raise _refused(
            path,
            f"The file holds something other than a model: {others[0][:60]!r}.",
            "Save the model again, without layers that add files.",
        )
    if len(names) != len(set(names)) or not {CONFIG, WEIGHTS} <= set(names):
        raise _refused(path, "The file lacks a part, or holds one twice.", "Save the model again.")
    for member in members:
        packed = max(member.compress_size, 1)
        bomb = member.file_size > 2**20 and member.file_size > MAX_EXPANSION * packed
        if bomb or member.file_size > _MEMBERS[member.filename]:
            raise _refused(
                path,
                f"{member.filename} would unpack to {member.file_size:,} bytes.",
                "Save the model again; models up to 2 GB are read.",
            )
        if member.flag_bits & _ENCRYPTED:
            raise _refused(path, "The file is encrypted.", "Save the model again.")


def _objects(config: Any) -> Iterator[dict[str, Any]]:
    """Every description of a class or function, however deep."""
    waiting = [config]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, dict):
            if "class_name" in entry or "module" in entry or "registered_name" in entry:
                yield entry
            waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)


def _check_object(path: Path, entry: dict[str, Any], version: str) -> None:
    kind, module = str(entry.get("class_name")), entry.get("module")
    if kind in _CODE:
        raise _refused(
            path,
            "The file holds a Lambda layer, which is code; it was not read.",
            "Write the step with layers of Keras, as Rescaling, and save the model again.",
        )
    if kind in _OPEN_FILES:
        raise _refused(
            path,
            f"The file holds a layer of the kind {kind}, which opens other files.",
            "Leave that layer out and save the model again.",
        )
    settings = entry.get("config")
    if kind in _IN_PIECES or (isinstance(settings, dict) and _in_pieces(settings)):
        raise _refused(
            path,
            f"The file holds a layer of the kind {kind}, of which every step becomes a layer.",
            f"Leave it out, or build it with unroll=False or at most {MAX_PIECES} parts.",
        )
    if module is None and kind in _VALUES:
        return
    name = entry.get("config") if kind == "function" else kind
    registered = entry.get("registered_name")
    if not _is_of_keras(module, kind) or (registered or name) != name:
        shown = registered or f"{module or 'unknown'}.{name}"
        raise (_other_keras(path, version) if version.startswith("2.") else None) or _refused(
            path,
            f"The file needs a class or function that is not part of Keras: {str(shown)[:80]!r}.",
            "Build the model from layers of Keras alone and save it again.",
        )


def _in_pieces(settings: dict[str, Any]) -> bool:
    """Whether Keras would build a graph as long as an array has entries."""
    parts = settings.get("indices_or_sections")
    return bool(settings.get("unroll")) or (isinstance(parts, int) and parts > MAX_PIECES)


def _is_of_keras(module: Any, kind: str) -> bool:
    """Whether a class or function lies where layers, operations and their settings lie."""
    if kind == "function":  # those of `builtins` are looked up among the activations by name
        return module in _FUNCTIONS
    if not (kind.isidentifier() and kind[0].isupper()):  # a function where a class is expected
        return False
    if module == "keras":
        return kind in _TOP_CLASSES
    if (module, kind) in _OF_APPLICATIONS:
        return True
    parts = (*_PARTS, *_TRAINING)
    allowed = [f"keras.{part}" for part in parts] + [f"keras.src.{part}" for part in _PARTS_WITHIN]
    return any(module == part or str(module).startswith(f"{part}.") for part in allowed)


def _refused(path: Path, what: str, fix: str) -> WeightsError:
    return WeightsError(what, where=path.name, fix=fix)
