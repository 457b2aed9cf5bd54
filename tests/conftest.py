"""Folders of their own for every test, synthetic films, and one small trained run for all."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from xray_core.cli import main
from xray_core.data.phantom import write_phantoms
from xray_core.data.records import Manifest, Record
from xray_core.data.scan import scan
from xray_core.data.splits import assign_splits
from xray_core.files import write_json
from xray_core.runs.ids import new_run_id
from xray_core.runs.store import CONFIG, Run, open_run
from xray_core.settings import PROJECT_DIR, Settings, get_settings, settings_of_environment
from xray_core.training.config import TrainingConfig

SHARED = PROJECT_DIR.parent / "shared"
N_FILMS = 48
FILM_PX = 64

LONGEST = (
    "tests/browser/test_films.py",
    "tests/browser/test_training.py",
    "tests/jobs/test_queue_processes.py",
    "tests/training/test_train.py",
    "tests/training/test_strategy.py",
    "tests/pages/test_train.py",
    "tests/commands/test_explaining.py",
    "tests/pages/test_explain.py",
    "tests/lungs/test_training.py",
    "tests/benchmarks/test_explaining.py",
    "tests/test_readme.py",
    "tests/networks/test_applications.py",
    "tests/jobs/test_estimate.py",
)
"""Started last, one of these files would run alone while the other workers have nothing to do."""

_SERVED = ("films", "front_door", "opinion", "pages", "present", "viewer")
ONE_SERVER = tuple(f"tests/browser/test_{name}.py" for name in _SERVED)
"""Files of one worker: another would start the app, draw the films and load the networks again."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.split("::")[0], len(place)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file stays with one worker, and so do the files of one server."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class Scheduling(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return ONE_SERVER[0] if file in ONE_SERVER else file

    return Scheduling(config, log)


@pytest.fixture(scope="session", autouse=True)
def _folders_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the models and caches of the checkout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XRAY_MODELS_DIR", str(tmp_path_factory.mktemp("models")))
        patch.setenv("XRAY_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        roots = (tmp_path_factory.getbasetemp(), SHARED)
        patch.setenv("XRAY_DATA_ROOTS", os.pathsep.join(map(str, roots)))
        patch.delenv("XRAY_READ_ONLY", raising=False)
        settings_of_environment.cache_clear()
        yield
    settings_of_environment.cache_clear()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Empty folders for models and caches, of this test alone."""
    monkeypatch.setenv("XRAY_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setenv("XRAY_CACHE_DIR", str(tmp_path / "cache"))
    settings_of_environment.cache_clear()
    yield get_settings()
    monkeypatch.undo()
    settings_of_environment.cache_clear()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real films beside the checkout, where there are any."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("no real films at ../shared/data")
    return folder


@pytest.fixture(scope="session")
def films_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of 48 synthetic films, twelve of each class, each of its own patient."""
    return write_phantoms(
        tmp_path_factory.mktemp("data") / "synthetic", N_FILMS, 5, size_px=FILM_PX
    ).parent


@pytest.fixture(scope="session")
def films(films_dir: Path) -> Manifest:
    """The synthetic films, scanned and divided."""
    return assign_splits(scan(films_dir), seed=0)


@pytest.fixture(scope="session")
def tiny_config() -> TrainingConfig:
    """The quickest training that is one: two epochs of four steps."""
    return TrainingConfig("small_cnn", epochs=2, image_size_px=FILM_PX, batch_size=8, seed=3)


@pytest.fixture(scope="session")
def tiny_run(films: Manifest, tiny_config: TrainingConfig) -> Run:
    """A finished run of the small CNN on the synthetic films."""
    from xray_core.training.train import train

    return train(films, tiny_config, get_settings().models_dir / new_run_id("small_cnn"))


@pytest.fixture
def film(films_dir: Path) -> Path:
    """A synthetic film with signs of COVID-19."""
    return sorted((films_dir / "images" / "covid").iterdir())[0]


@pytest.fixture
def run_words(tiny_run: Run) -> list[str]:
    """Words of the command line that name the small run."""
    return ["--run", tiny_run.id, "--models-dir", str(tiny_run.path.parent)]


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command that must end with status 2 and one line; gives the line."""

    def run(*words: str | Path) -> str:
        try:
            status = main([str(word) for word in words])
        except SystemExit as stop:  # the parser ends this way
            status = int(stop.code or 0)
        shown = capsys.readouterr()
        assert status == 2
        assert shown.out == ""
        lines = shown.err.splitlines()
        assert len(lines) == 1, shown.err
        assert lines[0].startswith("error: ")
        return lines[0]

    return run


@pytest.fixture
def make_record() -> Callable[..., Record]:
    """Makes a usable training record whose id, path and hash come from its name."""

    def make(name: str, label: str = "normal", **facts: str) -> Record:
        record = Record(f"set/{name}", "set", name, label, sha256=f"hash of {name}", split="train")
        return replace(record, **facts)  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_run(settings: Settings) -> Callable[..., Run]:
    """Makes a run folder that holds `config.json` alone."""

    def make(run_id: str = "", **config: object) -> Run:
        run_dir = settings.models_dir / (run_id or new_run_id("small_cnn"))
        run_dir.mkdir(parents=True)
        head = {"network": "small_cnn", "classes": ["normal", "covid"], "image_size_px": 32}
        write_json(run_dir / CONFIG, head | config)
        return open_run(run_dir)

    return make


@pytest.fixture(scope="session")
def noise() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Three films of noise, float32 (3, 64, 64, 1)."""
    return np.random.default_rng(1).random((3, 64, 64, 1), dtype=np.float32)
