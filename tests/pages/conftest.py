"""Pages without a browser: each is opened through `app.py`, as a visitor would."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from pages.ui.shared import session
from pages.ui.shared.garbage import keep_out_of_garbage
from tests.pages.train_page import RUN_ID, a_run, say
from xray_core.classifier import opening
from xray_core.data import catalogue
from xray_core.data.catalogue import DEMO_NAME, DEMO_TITLE, Dataset
from xray_core.explain import kept_films
from xray_core.runs.loading import load_model
from xray_core.runs.store import CONFIG, HISTORY, LOG, STEPS, Run, open_run
from xray_core.settings import PROJECT_DIR, Settings
from xray_core.training.config import TrainingConfig

OpenPage = Callable[[str], AppTest]
N_DEMO_FILMS = 12


def files_below(*folders: Path) -> set[Path]:
    """All files in these folders."""
    return {path for folder in folders for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def small_shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped models without the large ones, which take long to load."""
    folder = tmp_path_factory.mktemp("shipped")
    for name in ("small_cnn", "lung_unet"):
        shutil.copytree(Settings.shipped_dir / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def load_once() -> Callable[[Run], Any]:
    """Loads networks as `load_model` does, those of equal settings and weights once.

    Networks are shared by all sessions and never changed, so tests can share them as well.
    """
    loaded: dict[str, Any] = {}

    def load(run: Run) -> Any:
        if not run.weights_path.is_file():
            return load_model(run)  # which says what is wrong
        facts = (run.path / CONFIG).read_bytes() + run.weights_path.read_bytes()
        key = hashlib.sha256(facts).hexdigest()
        if key not in loaded:
            loaded[key] = load_model(run)
        return loaded[key]

    return load


@pytest.fixture(scope="session", autouse=True)
def _packages_looked_through_once() -> Iterator[None]:
    """For components: Streamlit reads what is installed for every `AppTest`, 0.5 s each time."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture(scope="module", autouse=True)
def _little_garbage() -> None:
    """Once a file, not once a model: Streamlit looks for garbage after every run of a page."""
    import keras  # noqa: F401

    keep_out_of_garbage()


@pytest.fixture(autouse=True)
def _own_folders(
    settings: Settings,
    small_shipped: Path,
    load_once: Callable[[Run], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Empty folders and empty caches for every test; only networks are loaded once for all."""
    object.__setattr__(settings, "shipped_dir", small_shipped)
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setattr(opening, "load_model", load_once)


@pytest.fixture
def no_shipped(settings: Settings, tmp_path: Path) -> None:
    """A checkout without shipped models."""
    object.__setattr__(settings, "shipped_dir", tmp_path / "no-shipped")


@pytest.fixture(scope="session")
def drawn_films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve demo films, drawn once."""
    index = tmp_path_factory.mktemp("demo") / DEMO_NAME / "index.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "DEMO_COUNT", N_DEMO_FILMS)
        return catalogue.prepare(Dataset(DEMO_NAME, index, DEMO_TITLE)).parent


@pytest.fixture
def few_demo_films(settings: Settings, drawn_films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve demo films instead of 96, there from the start."""
    monkeypatch.setattr(catalogue, "DEMO_COUNT", N_DEMO_FILMS)
    monkeypatch.setattr(kept_films, "FIRST_CHUNK", 1000)
    shutil.copytree(drawn_films, settings.cache_dir / DEMO_NAME)


@pytest.fixture
def own_run(settings: Settings, tiny_run: Run) -> Run:
    """The tiny run among the runs of this machine."""
    shutil.copytree(tiny_run.path, settings.models_dir / tiny_run.id)
    return open_run(tiny_run.id)


@pytest.fixture
def open_page() -> OpenPage:
    """Opens a page by the name of its file."""

    def open_named(name: str) -> AppTest:
        app = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=90).run()
        return app if name == "home" else app.switch_page(f"pages/{name}.py").run()

    return open_named


@pytest.fixture
def open_tab(open_page: OpenPage) -> OpenPage:
    """Opens a tab of Compare."""

    def opened(name: str) -> AppTest:
        page = open_page("compare")
        page.session_state[session.COMPARE_TABS.name] = name
        return page.run()

    return opened


@pytest.fixture
def measured(few_demo_films: None, monkeypatch: pytest.MonkeyPatch) -> list[TrainingConfig]:
    """Twelve demo films, and settings whose speed a page asks to be measured, instead of that."""
    asked: list[TrainingConfig] = []
    monkeypatch.setattr("pages.ui.train.estimate.start_measuring", asked.append)
    return asked


@pytest.fixture
def running(settings: Settings) -> Path:
    """A run whose training is this very process, in its second epoch of four."""
    folder = a_run(settings, RUN_ID, TrainingConfig("small_cnn", epochs=4, image_size_px=64))
    (folder / HISTORY).write_text(
        "epoch,phase,accuracy,loss,val_accuracy,val_loss,seconds\n1,training,.5,1.2,.4,1.3,2\n"
    )
    (folder / STEPS).write_text("step,epoch,phase,loss\n1,1,training,1.5\n11,2,training,1.1\n")
    (folder / LOG).write_text("first line\nlast line\n")
    say(folder, state="training", epoch=2, epochs=4, step=5, steps=10, films_per_second=81.4)
    return folder


@pytest.fixture
def clinic(films_dir: Path, tmp_path: Path) -> Path:
    """A data set of 48 films that a test may change."""
    return Path(shutil.copytree(films_dir, tmp_path / "clinic"))


@pytest.fixture
def open_dataset(open_page: OpenPage) -> Callable[[str], AppTest]:
    """Opens the page on a data set."""

    def open_named(name: str) -> AppTest:
        return open_page("dataset").selectbox(key="dataset").set_value(name).run()

    return open_named
