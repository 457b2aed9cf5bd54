import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from xray_core.networks.foreign.kind import foreign_kind


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    return buffer.getvalue()


def arrays() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, weights=np.zeros(3))
    return buffer.getvalue()


HDF5 = b"\x89HDF\r\n\x1a\n" + bytes(600)
ONNX = b"\x08\x08\x12\x07pytorch\x1a\x052.1.0"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HDF5 + b"model_config", "whole model in HDF5"),
        (HDF5, "weights alone"),
        (zipped("chest/data.pkl", "chest/version"), "PyTorch"),
        (pickle.dumps({"weights": 1}), "pickle"),
        (pickle.dumps({"weights": 1}, 2), "pickle"),
        (ONNX, "ONNX"),
        (b"\x1c\0\0\0TFL3" + bytes(20), "TensorFlow Lite"),
        (b"\x08\x01\x12\x80\x04", "graph of TensorFlow"),
        (b'{"format": "layers-model", "modelTopology": {}}', "TensorFlow.js"),
        (b'{"class_name": "Functional", "config": {}}', "without its weights"),
        (b"\x10\0\0\0\0\0\0\0{}" + bytes(20), "arrays alone"),
        (arrays(), "arrays alone"),
        (zipped("saved/saved_model.pb"), "SavedModel"),
        (zipped("chest/config.json", "chest/model.weights.h5"), "unpacked .keras"),
        (zipped("chest.keras"), "archive"),
        (b"\x1f\x8b\x08" + bytes(20), "archive"),
        (b"version https://git-lfs.github.com/spec/v1", "Git LFS"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"", "empty"),
    ],
)
@pytest.mark.parametrize("name", ["chest.keras", "chest"])
def test_a_file_is_known_by_its_content(
    tmp_path: Path, content: bytes, words: str, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = foreign_kind(path)
    assert found
    assert words in found[0]
    assert found[1].endswith(".")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("saved_model.pb", "variables/"), "SavedModel"),
        (("config.json", "model.weights.h5"), "unpacked .keras"),
        (("model.json",), "TensorFlow.js"),
    ],
)
def test_a_folder_is_known_by_its_files(tmp_path: Path, names: tuple[str, ...], words: str) -> None:
    for name in names:
        (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    found = foreign_kind(tmp_path)
    assert found
    assert words in found[0]


def test_nothing_is_said_of_what_may_be_a_model(good: Path, tmp_path: Path) -> None:
    assert foreign_kind(good) is None
    assert foreign_kind(tmp_path) is None
    (tmp_path / "text.keras").write_text("a text file")
    assert foreign_kind(tmp_path / "text.keras") is None
