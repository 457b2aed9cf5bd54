"""Pages without a browser: each is opened through `app.py`, as a visitor would."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from xray_core.data import catalogue
from xray_core.runs.store import Run, open_run
from xray_core.settings import PROJECT_DIR, Settings

OpenPage = Callable[[str], AppTest]


@pytest.fixture(scope="session")
def small_shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped models without the large ones, which take long to load."""
    folder = tmp_path_factory.mktemp("shipped")
    for name in ("small_cnn", "lung_unet"):
        shutil.copytree(Settings.shipped_dir / name, folder / name)
    return folder


@pytest.fixture(autouse=True)
def _own_folders(settings: Settings, small_shipped: Path) -> None:
    """Empty folders and empty caches for every test."""
    object.__setattr__(settings, "shipped_dir", small_shipped)
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def no_shipped(settings: Settings, tmp_path: Path) -> None:
    """A checkout without shipped models."""
    object.__setattr__(settings, "shipped_dir", tmp_path / "no-shipped")


@pytest.fixture
def few_demo_films(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve demo films instead of 96."""
    monkeypatch.setattr(catalogue, "DEMO_COUNT", 12)


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
