import dataclasses
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from xray_core.data.records import Manifest
from xray_core.explain import kept_films
from xray_core.explain.explained import ExplainedFilms, collect_films
from xray_core.explain.kept_films import chunks_of, joined_films, kept_path, read_kept, write_kept
from xray_core.runs.store import Run

CLASSES = ("normal", "covid")


def explained(films: Manifest) -> ExplainedFilms:
    """Random answers and maps of films."""
    rng = np.random.default_rng(len(films.records))
    n = len(films.records)
    maps = rng.normal(size=(n, 2, 7, 7)).astype(np.float16)
    chances = rng.uniform(size=(n, 2)).astype(np.float32)
    return collect_films(CLASSES, films, chances, maps, method="layer_cam", layer="block8")


def same(one: ExplainedFilms, other: ExplainedFilms) -> bool:
    return one.hash == other.hash and one.film_ids == other.film_ids and one.layer == other.layer


def test_a_few_films_come_first_and_every_film_once(
    films: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks = list(chunks_of(films))
    assert [len(chunk.records) for chunk in chunks] == [4, 16, 16, 12]
    assert sum((chunk.records for chunk in chunks), ()) == films.records
    assert list(chunks_of(Manifest((), {}))) == []


def test_what_was_kept_is_read_to_the_bit(films: Manifest, tmp_path: Path) -> None:
    some = Manifest(films.records[:5], films.roots)
    found = explained(some)
    path = tmp_path / "deep" / "maps.npz"
    assert read_kept(path, CLASSES, some, "layer_cam", "block8") is None
    write_kept(path, found)
    again = read_kept(path, CLASSES, some, "layer_cam", "block8")
    assert again is not None
    assert same(again, found)
    assert not any(str(record.path).encode() in path.read_bytes() for record in some.records)


@pytest.mark.parametrize("damage", ["cut", "classes", "films", "infinite"])
def test_what_is_damaged_or_of_others_counts_as_not_there(
    films: Manifest, tmp_path: Path, damage: str
) -> None:
    some = Manifest(films.records[:5], films.roots)
    path = tmp_path / "maps.npz"
    found = explained(some)
    if damage == "infinite":
        found = dataclasses.replace(found, evidence=np.full_like(found.evidence, np.inf))
    write_kept(path, found)
    classes: tuple[str, ...] = CLASSES
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:200])
    elif damage == "classes":
        classes = (*CLASSES, "viral")
    elif damage == "films":
        some = Manifest(films.records[:4], films.roots)
    assert read_kept(path, classes, some, "layer_cam", "block8") is None


def test_parts_make_the_whole(films: Manifest) -> None:
    parts = [explained(chunk) for chunk in chunks_of(films)]
    whole = joined_films(parts)
    assert len(whole.film_ids) == len(films.records)
    assert np.array_equal(whole.evidence[4:20], parts[1].evidence)
    assert whole.labels == tuple(record.label for record in films.records)


def test_the_name_changes_with_all_that_a_map_depends_on(films: Manifest, tiny_run: Run) -> None:
    some, others = (Manifest(films.records[at : at + 3], films.roots) for at in (0, 3))
    other_run = replace(tiny_run, path=tiny_run.path)
    names = {
        kept_path(tiny_run, some, "grad_cam", "a"),
        kept_path(tiny_run, some, "grad_cam", "b"),
        kept_path(tiny_run, some, "layer_cam", "a"),
        kept_path(tiny_run, others, "grad_cam", "a"),
    }
    assert len(names) == 4
    assert kept_path(other_run, some, "grad_cam", "a") in names
    assert kept_films.CHUNK > kept_films.FIRST_CHUNK
