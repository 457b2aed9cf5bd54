"""A model as people bring it, and the same with another description."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.foreign import build

Config = dict[str, Any]
Change = Callable[[Config], object]


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("good") / "chest.keras"
    build("flat_sequential").save(path)
    return path


@pytest.fixture
def changed(good: Path, tmp_path: Path) -> Callable[[Change], Path]:
    """Writes the good file with another description."""

    def write(change: Change) -> Path:
        path = tmp_path / "changed.keras"
        with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
            config = json.loads(old.read("config.json"))
            change(config)
            new.writestr("config.json", json.dumps(config))
            for name in ("metadata.json", "model.weights.h5"):
                new.writestr(name, old.read(name))
        return path

    return write
