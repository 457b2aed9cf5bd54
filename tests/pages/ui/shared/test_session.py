import ast
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
import streamlit as st

from pages.ui.shared import session, visit
from pages.ui.shared.session_key import Key
from xray_core.settings import PROJECT_DIR
from xray_core.training.config import TrainingConfig

SESSION = PROJECT_DIR / "pages" / "ui" / "shared" / "session.py"
KEY = SESSION.with_name("session_key.py")
PYTHON = {PROJECT_DIR / "app.py", *(PROJECT_DIR / "pages").rglob("*.py")}
OTHERS = sorted(PYTHON - {SESSION, KEY})
LISTS = (session, visit)
KEYS = [value for module in LISTS for value in vars(module).values() if isinstance(value, Key)]


def uses_of_the_session(tree: ast.AST) -> Iterator[int]:
    """Lines that touch Streamlit's dictionary, under whatever name it was imported."""
    for node in ast.walk(tree):
        imported = [name.name for name in node.names] if isinstance(node, ast.ImportFrom) else []
        if getattr(node, "attr", "") == "session_state" or "session_state" in imported:
            yield node.lineno  # type: ignore[attr-defined]


def keys_of_widgets(tree: ast.AST) -> Iterator[str]:
    """Every key that is given as a literal string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "key":
            yield from (
                part.value
                for part in ast.walk(node.value)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_only_one_module_touches_the_session_and_names_its_keys(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert list(uses_of_the_session(tree)) == []
    settings = {session.setting(field.name).name for field in fields(TrainingConfig)}
    assert not set(keys_of_widgets(tree)) & ({key.name for key in KEYS} | settings)


def test_every_key_has_a_name_of_its_own() -> None:
    names = [key.name for key in KEYS]
    assert len(names) > 30
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("module", LISTS, ids=lambda module: str(module.__name__))
def test_every_key_has_a_docstring(module: ModuleType) -> None:
    body = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body
    documented = {
        ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
        for node, after in pairwise(body)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
    }
    assert {name for name, value in vars(module).items() if isinstance(value, Key)} <= documented


def test_a_default_is_kept_only_where_it_is_to_be_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", kept)
    names = Key[list[str]]("names", list)
    assert names.get() == []
    assert not names.is_kept
    names.hold().append("a")
    assert kept == {"names": ["a"]}
    names.put(["b"])
    assert names.take() == ["b"]
    assert kept == {}
    assert names.take() == [], "a default is new every time"
