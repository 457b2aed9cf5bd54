"""The house rules that a machine can hold."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import xray_core
from xray_core.settings import PROJECT_DIR

CORE = PROJECT_DIR / "xray_core"
MODULES = sorted(CORE.rglob("*.py"))
ARRAYS = CORE / "arrays.py"
PAGES = sorted((PROJECT_DIR / "pages").rglob("*.py"))
OTHERS = sorted(path for room in ("tests", "docs") for path in (PROJECT_DIR / room).rglob("*.py"))
PYTHON = [*MODULES, *PAGES, *OTHERS]
SCRIPTS = sorted(
    path for room in ("xray_core", "pages", "tests") for path in (PROJECT_DIR / room).rglob("*.js")
)
MAX_LINES = 300
MAX_FUNCTION_LINES = 60
MAX_PARAMETERS = 8


def name_of(path: Path) -> str:
    return path.relative_to(PROJECT_DIR).as_posix()


def order() -> list[str]:
    """Packages and modules from the drawing in the docstring of `xray_core`, top first."""
    drawing = (xray_core.__doc__ or "").split("\n\n")[2]
    names = [re.split(r"\s{2,}", line.strip())[0] for line in drawing.splitlines()]
    return [name for line in names for name in line.split(", ")]


def part_of(module: str) -> str:
    """`xray_core.data.labels` -> `data`; `xray_core` itself (the version) -> ``."""
    return module.split(".")[1] if "." in module else ""


def imports_at_run_time(tree: ast.AST) -> Iterator[str]:
    """Every imported module, also inside functions, but not those for type checkers alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "absolute imports only"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        yield from imports_at_run_time(node)


def imports_of(path: Path) -> set[str]:
    return set(imports_at_run_time(ast.parse(path.read_text(encoding="utf-8"))))


def test_the_drawing_names_every_part_once() -> None:
    parts = {path.relative_to(CORE).parts[0].removesuffix(".py") for path in MODULES}
    assert sorted(order()) == sorted(parts - {"__init__", "__main__"})


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_what_stands_above_it(path: Path) -> None:
    ranks = {name: rank for rank, name in enumerate(order())}
    own = path.relative_to(CORE).parts[0].removesuffix(".py")
    rank = ranks.get(own, len(ranks))  # __main__ stands below everything
    upwards = [
        found
        for found in imports_of(path)
        if found.startswith("xray_core.") and ranks.get(part_of(found), -1) > rank
    ]
    assert upwards == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_core_knows_nothing_of_the_pages(path: Path) -> None:
    assert not [name for name in imports_of(path) if name.split(".")[0] in ("streamlit", "pages")]


@pytest.mark.parametrize("path", [*PYTHON, *SCRIPTS], ids=name_of)
def test_files_stay_small_and_have_a_purpose(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES
    assert path.stem not in ("utils", "helpers", "misc", "common")


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_functions_stay_short_and_take_little(path: Path) -> None:
    """The docstring counts in neither; options of the command line are no parameters."""
    for function in functions_of(path):
        told = len((ast.get_docstring(function, clean=False) or "").splitlines())
        assert (function.end_lineno or 0) - function.lineno + 1 - told <= MAX_FUNCTION_LINES, (
            function.name
        )
        taken = function.args
        names = [item.arg for item in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
        assert len([name for name in names if name not in ("self", "cls")]) <= MAX_PARAMETERS, (
            function.name
        )


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_network_is_passed_under_its_type(path: Path) -> None:
    for function in functions_of(path):
        taken = function.args
        for item in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs):
            if item.arg in ("model", "network") and item.annotation:
                kind = ast.unparse(item.annotation)
                assert kind not in ("Any", "object"), f"{function.name}({item.arg}: {kind})"


def test_types_of_arrays_are_named_once() -> None:
    """`NDArray[np.float32]` is `Float32Array` everywhere but in the module that says so."""
    known = dict(re.findall(r"^(\w+) = (NDArray\[.+\])$", ARRAYS.read_text("utf-8"), re.MULTILINE))
    assert "Float32Array" in known
    found = [
        f"{name_of(path)}: {name}"
        for path in [*MODULES, *PAGES]
        if path != ARRAYS
        for name, spelled in known.items()
        if spelled in path.read_text(encoding="utf-8")
    ]
    assert not found


def test_every_room_stands_in_the_picture_of_the_architecture() -> None:
    words = (PROJECT_DIR / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {path.relative_to(CORE).parts[0].removesuffix(".py") for path in MODULES}
    rooms |= {path.parent.name for path in (PROJECT_DIR / "pages" / "ui").rglob("*.py")}
    unnamed = {room for room in rooms - {"__init__", "__main__", "ui"} if f"`{room}" not in words}
    assert not unnamed


def room_of(module: str) -> str:
    """`pages.ui.opinion.uploads`, `pages.second_opinion` -> `opinion`; "" for what is no page's."""
    names = module.split(".")
    if names[0] != "pages" or len(names) == 1:
        return ""
    return names[2] if names[1] == "ui" else names[1].removeprefix("second_")


def test_what_several_pages_use_lies_in_a_room_that_they_share() -> None:
    """A page's own room lends a module to one other page at most; shared rooms borrow none."""
    common = {"film", "shared"}
    users: dict[str, set[str]] = {}
    for path in PAGES:
        own = room_of(".".join(path.relative_to(PROJECT_DIR).with_suffix("").parts))
        for found in imports_of(path):
            module = ".".join(found.split(".")[:4])
            if found.startswith("pages.ui.") and room_of(found) not in {own, *common}:
                users.setdefault(module, set()).add(own)
    assert {module: rooms for module, rooms in users.items() if len(rooms) > 1} == {}
    assert {module: rooms for module, rooms in users.items() if rooms & common} == {}


def test_only_the_pages_cache_holds_what_streamlit_caches() -> None:
    caching = re.compile(r"st\.cache_(data|resource)\b")
    users = [name_of(path) for path in PAGES if caching.search(path.read_text(encoding="utf-8"))]
    rooms = ("shared/cache", "compare/cache", "patterns/cache", "explain/filling")
    assert set(users) <= {f"pages/ui/{room}.py" for room in rooms}


def test_light_modules_import_neither_tensorflow_nor_streamlit() -> None:
    """What pages, readers and the command line's first second need must start fast."""
    light = [
        *(
            f"xray_core.data.{path.stem}"
            for path in (CORE / "data").glob("*.py")
            if path.stem != "__init__"
        ),
        *(
            f"xray_core.data.decoding.{path.stem}"
            for path in (CORE / "data" / "decoding").glob("*.py")
            if path.stem != "__init__"
        ),
        "xray_core.data.readers",
        "xray_core.settings",
        "xray_core.errors",
        "xray_core.runs.store",
        "xray_core.runs.status",
        "xray_core.jobs.queue",
        "xray_core.networks.registry",
        "xray_core.training.config",
        "xray_core.evaluation.scores",
        "xray_core.explain.attribution",
        "xray_core.explain.methods",
        "xray_core.explain.overlay",
        "xray_core.explain.stored",
        "xray_core.patterns.findings",
        "xray_core.patterns.typical",
        "xray_core.arguments",
        "xray_core.cli",
    ]
    code = (
        f"import importlib, sys\nfor name in {light!r}: importlib.import_module(name)\n"
        "heavy = {'tensorflow', 'keras', 'streamlit'} & sys.modules.keys()\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_DIR, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def tracked_text_files() -> list[Path]:
    found = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT_DIR,
        capture_output=True,
        check=False,
    )
    if found.returncode != 0:
        pytest.skip("not a git checkout")
    paths = [PROJECT_DIR / name for name in found.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    folders = re.compile("/(?:" + "|".join(("home", "work", "root", "Users")) + r")/\w")
    found = [
        name_of(path)
        for path in tracked_text_files()
        if folders.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
