from collections.abc import Callable
from dataclasses import replace

import pytest

from xray_core.data.records import Manifest, Record, anonymise
from xray_core.runs.scope import Cell, licences_of, scope_lines, scope_of
from xray_core.runs.store import MANIFEST, Run

MakeRecord = Callable[..., Record]


@pytest.fixture
def trained_on(make_run: Callable[..., Run]) -> Callable[..., Run]:
    """A run that was trained on these records."""

    def make(*records: Record) -> Run:
        run = make_run(classes=["normal", "viral", "covid"])
        Manifest(tuple(map(anonymise, records)), {}).to_csv(run.path / MANIFEST)
        return run

    return make


@pytest.fixture
def several(make_record: MakeRecord) -> Callable[..., list[Record]]:
    """Makes so many training records of a kind."""

    def make(n: int, label: str, source: str, **facts: str) -> list[Record]:
        name = f"{label}-{source}-{facts}"
        return [make_record(f"{name}-{n}.png", label, source=source, **facts) for n in range(n)]

    return make


def test_what_was_met_by_age_group(
    trained_on: Callable[..., Run], several: Callable[..., list[Record]]
) -> None:
    run = trained_on(
        *several(12, "normal", "siim", age_group="adult"),
        *several(8, "normal", "openist", age_group="adult"),
        *several(19, "covid", "siim", age_group="adult"),
        *several(20, "viral", "kermany", age_group="child"),
        *several(500, "covid", "synthetic", age_group="child"),
        *several(300, "covid", "siim", age_group="adult", split="test"),
    )
    scope = scope_of(run)
    assert scope is not None
    assert scope.met == {"adult": ["normal"], "child": ["viral"]}
    assert scope.n_films("covid", "adult") == 19
    assert scope.cells[:2] == (
        Cell("normal", "adult", "openist", 8),
        Cell("normal", "adult", "siim", 12),
    )
    assert (scope.n_synthetic, scope.bases) == (500, {"film": 51, "not stated": 8})
    assert licences_of(scope) == [
        ("siim", 31, "academic, non-commercial research only", True),
        ("kermany", 20, "CC BY 4.0", False),
        ("openist", 8, "licence not stated", False),
    ]
    assert list(scope_lines(scope)) == [
        "scope, adult: met normal (of normal, viral, covid)",
        "scope, child: met viral (of normal, viral, covid)",
    ]


def test_an_age_group_that_is_not_stated_is_a_group_of_its_own(
    trained_on: Callable[..., Run], several: Callable[..., list[Record]]
) -> None:
    scope = scope_of(trained_on(*several(20, "normal", "")))
    assert scope is not None
    assert scope.met == {"adult": [], "child": [], "unknown": ["normal"]}
    assert next(scope_lines(scope)) == "scope, adult: met no class (of normal, viral, covid)"
    assert licences_of(scope) == [("", 20, "licence not stated", False)]


def test_drawn_films_never_count_whatever_reader_listed_them(
    trained_on: Callable[..., Run], make_record: MakeRecord
) -> None:
    records = [
        make_record(f"covid/synthetic-covid-{n:05}.png", "covid", age_group="adult")
        for n in range(30)
    ]
    scope = scope_of(trained_on(*records))
    assert scope is not None
    assert (scope.met["adult"], scope.n_synthetic) == ([], 30)


def test_a_run_without_training_films_in_its_folder_is_of_unknown_scope(
    make_run: Callable[..., Run],
    trained_on: Callable[..., Run],
    several: Callable[..., list[Record]],
) -> None:
    assert scope_of(make_run("2026-01-01T000000Z-small_cnn-aaaa")) is None
    tested = [replace(film, split="test") for film in several(30, "covid", "siim")]
    assert scope_of(trained_on(*tested)) is None
    assert "unknown" in next(scope_lines(None))
