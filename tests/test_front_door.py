"""What an engineer meets first: `import xray_core`, its names, its page, its package, its tour."""

import doctest
import importlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import xray_core
from docs.make_api import API, api
from xray_core.data.records import Manifest
from xray_core.runs.store import Run
from xray_core.settings import PROJECT_DIR

TOUR = PROJECT_DIR / "docs" / "tour.ipynb"
WITH_EXAMPLES = [
    path.relative_to(PROJECT_DIR).with_suffix("").as_posix().replace("/", ".")
    for path in sorted((PROJECT_DIR / "xray_core").rglob("*.py"))
    if ">>>" in path.read_text(encoding="utf-8")
]
SLOW_EXAMPLES = ("xray_core.training.train", "xray_core.quality.report")
HEAVY = ("tensorflow", "keras", "streamlit", "numpy", "pandas", "cv2", "pydicom")


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_DIR, capture_output=True, text=True, check=False
    )


def test_the_import_brings_nothing_heavy_and_sets_nothing() -> None:
    code = (
        "import os, sys\nbefore = dict(os.environ)\nimport xray_core\n"
        f"heavy = set({HEAVY!r}) & sys.modules.keys()\n"
        "sys.exit(f'{heavy} {before == dict(os.environ)}' if heavy or before != os.environ else 0)"
    )
    result = python(code)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", xray_core.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    found = getattr(xray_core, name)
    assert found is getattr(xray_core, name)
    assert found.__doc__


def test_names_that_are_not_public_are_refused_as_anywhere() -> None:
    with pytest.raises(AttributeError, match="no attribute 'no_such_name'"):
        _ = xray_core.no_such_name
    assert set(xray_core.__all__) <= set(dir(xray_core))


def test_the_page_of_the_library_is_what_the_docstrings_say() -> None:
    page = API.read_text(encoding="utf-8")
    assert page == api(), "make it again: python -m docs.make_api"
    headings = {line[3:] for line in page.splitlines() if line.startswith("## ")}
    assert headings == set(xray_core.__all__)


@pytest.fixture(scope="module")
def names(films_dir: Path, films: Manifest, tiny_run: Run) -> dict[str, Any]:
    """What the examples in docstrings may name."""
    public = {name: getattr(xray_core, name) for name in xray_core.__all__}
    film = xray_core.read_film(films.path_of(films.records[0]))
    model = xray_core.open_model(tiny_run)
    return public | {
        "folder": films_dir,
        "manifest": films,
        "film": film,
        "run": tiny_run,
        "model": model,
    }


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.long) if name in SLOW_EXAMPLES else name
        for name in WITH_EXAMPLES
    ],
)
def test_examples_in_docstrings_hold(
    name: str, names: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    results = doctest.testmod(importlib.import_module(name), extraglobs=names)
    assert results.attempted
    assert results.failed == 0


@pytest.mark.parametrize("name", xray_core.__all__)
def test_every_public_name_has_an_example(name: str) -> None:
    found = getattr(xray_core, name)
    if not isinstance(found, dict):
        assert ">>>" in (found.__doc__ or "")


def test_the_package_needs_what_the_app_pins() -> None:
    """Every dependency of the package is pinned for the app, and of the versions it allows."""
    project = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text())["project"]
    lines = (PROJECT_DIR / "requirements.txt").read_text().splitlines()
    pins = dict(line.split("#")[0].strip().split("==") for line in lines if "==" in line)
    wanted = [*project["dependencies"], *project["optional-dependencies"]["app"]]
    ranges = {item.split(">=")[0]: item.split(">=")[1].split(",<") for item in wanted}
    assert set(ranges) == set(pins)
    for name, (least, below) in ranges.items():
        pinned = tuple(map(int, pins[name].split(".")))
        assert tuple(map(int, least.split("."))) <= pinned < tuple(map(int, below.split("."))), name


def run_tour(folder: Path, **environment: str) -> str:
    """All code cells of the tour in a fresh process; what they print."""
    cells = json.loads(TOUR.read_text(encoding="utf-8"))["cells"]
    script = folder / "tour.py"
    parts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    script.write_text("\n\n".join(parts), encoding="utf-8")
    result = subprocess.run(
        [sys.executable, str(script)],
        cwd=folder,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.long
def test_the_installed_package_runs_the_tour(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    subprocess.run([*pip, str(tmp_path / "site"), str(PROJECT_DIR)], check=True)
    assert (tmp_path / "site" / "xray_core" / "py.typed").is_file()
    assert (tmp_path / "site" / "bin" / "thoraxlens").is_file()
    said = run_tour(
        tmp_path,
        PYTHONPATH=str(tmp_path / "site"),
        XRAY_MODELS_DIR=str(PROJECT_DIR / "models"),
        XRAY_CACHE_DIR=str(tmp_path / "cache"),
    )
    assert "Classifier(classes=('normal', 'bacterial', 'viral', 'covid')" in said
    assert "48 films: 32 train, 8 val, 8 test" in said
