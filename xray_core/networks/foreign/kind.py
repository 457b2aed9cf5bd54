"""What a file or folder is that is not a `.keras` file of Keras 3, judging by its content.

Only the first bytes, names in a table of contents and words in the file are inspected; nothing is
unpacked or parsed. Every kind comes with the way from there to a `.keras` file.
"""

import mmap
import zipfile
from pathlib import Path

HEAD = 512
_PACKED = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_HDF5 = b"\x89HDF\r\n\x1a\n"
_SAVE = "save it with `model.save('name.keras')` from Keras 3"
_REBUILD = f"Build the same model in Keras 3, copy the weights into it, and {_SAVE}."

SAVED_MODEL = (
    "It is a SavedModel of TensorFlow, a graph without the layers of Keras.",
    "Save the Keras model itself where it was made; from Keras 2, save it as HDF5 "
    f"(`model.save('name.h5')`), load that in Keras 3 and {_SAVE}.",
)
_WHOLE_HDF5 = (
    "It is a whole model in HDF5 (.h5), whatever its name.",
    f"Load it with `keras.models.load_model('name.h5')` and {_SAVE}.",
)
_WEIGHTS_HDF5 = (
    "It holds weights alone (HDF5), without the model.",
    f"Build the model, call `model.load_weights` on this file, and {_SAVE}.",
)
_PYTORCH = ("It is a file of PyTorch.", _REBUILD)
_PICKLE = ("It is a pickle (PyTorch, scikit-learn), which is code; it was not read.", _REBUILD)
_ONNX = ("It is an ONNX file.", _REBUILD)
_TFLITE = ("It is a TensorFlow Lite file.", _REBUILD)
_TFJS = ("It is a model of TensorFlow.js.", _REBUILD)
_GRAPH = ("It is a graph of TensorFlow (.pb), without the layers of Keras.", SAVED_MODEL[1])
_ARRAYS = ("It holds arrays alone, without the model.", _REBUILD)
_JSON = (
    "It holds the description of a model, without its weights.",
    f"Build the model from it, load its weights, and {_SAVE}.",
)
_UNPACKED = (
    "It is an unpacked .keras file.",
    f"Load the model where it was made, and {_SAVE}.",
)
_ARCHIVE = ("It is an archive.", "Unpack it, and name the .keras file in it.")
_POINTER = (
    "It is a pointer of Git LFS, not the file itself.",
    "Fetch the file with `git lfs pull`.",
)
_WEB_PAGE = ("It is a web page, not a model.", "Download the file itself again.")
_EMPTY = ("The file is empty.", "Copy the file again.")

Reason = tuple[str, str]


def foreign_kind(path: Path) -> Reason | None:
    """What a file other than `.keras` is, and what to do; None where it is unknown.

    Args:
        path: of a file or folder that exists.

    Raises:
        OSError: it cannot be read.
    """
    if path.is_dir():
        return _kind_of_names({entry.name for entry in path.iterdir()})
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(_HDF5):
        return _WHOLE_HDF5 if _contains(path, b"model_config") else _WEIGHTS_HDF5
    if head.startswith(b"PK"):
        return _kind_of_zip(path)
    return _kind_of_head(path, head)


def _kind_of_names(names: set[str]) -> Reason | None:
    if "saved_model.pb" in names or {"keras_metadata.pb", "variables"} <= names:
        return SAVED_MODEL
    if "model.weights.h5" in names:
        return _UNPACKED
    return _TFJS if "model.json" in names else None


def _kind_of_zip(path: Path) -> Reason | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return None
    ends = {name.rsplit("/", 1)[-1] for name in names}
    if "data.pkl" in ends or "constants.pkl" in ends:
        return _PYTORCH
    if names and all(name.endswith(".npy") for name in names):
        return _ARRAYS
    if "saved_model.pb" in ends:
        return SAVED_MODEL
    if "config.json" not in names and {"config.json", "model.weights.h5"} <= ends:
        return _UNPACKED
    return _ARCHIVE if any(name.endswith(".keras") for name in names) else None


def _kind_of_head(path: Path, head: bytes) -> Reason | None:
    text, suffix = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower(), path.suffix.lower()
    safetensors = head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 2**27
    known = (
        (not head, _EMPTY),
        (head[:1] == b"\x80" and head[1:2] in (b"\2", b"\3", b"\4", b"\5"), _PICKLE),
        (head[4:8] == b"TFL3", _TFLITE),
        (suffix == ".pb" or head.startswith(b"\x08\x01\x12"), _GRAPH),
        (suffix == ".onnx" or _looks_like_onnx(head), _ONNX),
        (safetensors or head.startswith(b"\x93NUMPY"), _ARRAYS),
        (head.startswith(_PACKED) or head[257:262] == b"ustar", _ARCHIVE),
        (text.startswith(b"version https://git-lfs"), _POINTER),
        (text.startswith((b"<!doctype", b"<html")), _WEB_PAGE),
        (text.startswith(b"{") and _contains(path, b"modelTopology"), _TFJS),
        (text.startswith(b"{") and _contains(path, b"class_name"), _JSON),
    )
    return next((kind for fits, kind in known if fits), None)


def _looks_like_onnx(head: bytes) -> bool:
    """Its first field is a small version, its second a name or the graph (onnx.proto)."""
    return len(head) > 3 and head[0] == 0x08 and head[1] < 32 and head[2] in (0x12, 0x3A, 0x42)


def _contains(path: Path, words: bytes) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(words) >= 0
