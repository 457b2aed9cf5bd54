from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pages.ui.patterns.cache import once, patterns_of
from xray_core.explain.explained import ExplainedFilms
from xray_core.explain.stored import write_maps
from xray_core.patterns.model import learn_patterns


@pytest.fixture
def stored() -> ExplainedFilms:
    """Three films of one class, each of its own patient."""
    return ExplainedFilms(
        ("normal", "covid"),
        tuple("abc"),
        ("covid",) * 3,
        ("",) * 3,
        tuple("pqr"),
        np.full((3, 2), 0.5, np.float32),
        np.ones((3, 2, 4, 4), np.float16),
        np.zeros((3, 64, 64), bool),
    )


def test_what_is_known_of_a_model_is_computed_once_for_what_it_is_not_where_it_lies(
    stored: ExplainedFilms,
) -> None:
    other = replace(stored, evidence=2 * stored.evidence)
    asked: list[str] = []

    def answer(name: str) -> str:
        asked.append(name)
        return name

    models = [learn_patterns("A", item) for item in (stored, replace(stored), other)]
    assert [once(item, "all", lambda: answer("x")) for item in models] == ["x"] * 3
    assert len(asked) == 2, "the second is the first again"
    once(models[0], "right", lambda: answer("y"))
    once(learn_patterns("B", stored), "all", lambda: answer("z"))
    assert asked[2:] == ["y", "z"]


def test_stored_maps_that_come_later_or_change_are_seen(
    stored: ExplainedFilms, tmp_path: Path
) -> None:
    path = tmp_path / "maps.npz"
    assert patterns_of(path, stored.classes, "A") is None
    write_maps(path, stored)
    first = patterns_of(path, stored.classes, "A")
    assert first is not None
    assert first is patterns_of(path, stored.classes, "A")
    write_maps(path, replace(stored, evidence=3 * stored.evidence))
    second = patterns_of(path, stored.classes, "A")
    assert second is not None
    assert second.stored.evidence.max() == 3
