"""Neighbours by features that are planted, and the index that is kept of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.planted import mover, planted
from xray_core.classifier import Classifier
from xray_core.data.decoding.images import load_image
from xray_core.data.records import Manifest, anonymise, film_code
from xray_core.data.scan import scan
from xray_core.errors import DatasetError
from xray_core.opinion import similar_index
from xray_core.opinion.answer import give_opinion
from xray_core.opinion.consulted import Consulted
from xray_core.opinion.similar import IndexedFilm, SimilarIndex, similar_films
from xray_core.opinion.similar_index import (
    SIMILAR,
    THUMBNAIL_PX,
    build_index,
    build_synthetic,
    films_at_hand,
    read_index,
    write_index,
)
from xray_core.runs.listing import list_runs
from xray_core.runs.store import MANIFEST, Run
from xray_core.settings import Settings


@pytest.fixture(scope="module")
def model() -> Classifier:
    return mover()


@pytest.fixture
def films(tmp_path: Path) -> Manifest:
    return planted(tmp_path / "set", train=3, val=1, test=2, normal=2)


@pytest.fixture
def run(make_run: Callable[..., Run], films: Manifest) -> Run:
    made = make_run(image_size_px=64)
    codes = tuple(map(anonymise, films.records))
    replace(films, records=codes).to_csv(made.path / MANIFEST)
    made.weights_path.write_bytes(b"weights")
    return made


def index_of(rows: list[list[float]], sources: str = "", ids: str = "abcdefgh") -> SimilarIndex:
    values = np.array(rows, np.float32)
    unit = (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float16)
    known = tuple(
        IndexedFilm(name, "covid", source, "test film", "normal", 0.75)
        for name, source, _ in zip(ids, sources or " " * len(rows), rows, strict=False)
    )
    return SimilarIndex(known, unit, (b"jpeg",) * len(rows))


class Seen:
    """A model to which every film has the features (1, 0)."""

    title = "Seen"

    def features(self, film: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        del film
        return np.array([2.0, 0.0], np.float32)


def test_the_nearest_come_first_by_the_cosine(films: Manifest) -> None:
    film = load_image(films.path_of(films.records[7]))
    index = index_of([[0, 1], [1, 1], [3, 0], [-1, 0]])
    found = similar_films(film, Seen(), index, n=3)  # type: ignore[arg-type]
    assert [item.film.film_id for item in found.films] == ["c", "b", "a"]
    # cos 0 = 1, cos 45 = 0.7071, cos 90 = 0
    assert [item.distance for item in found.films] == pytest.approx([0, 0.29289, 1], abs=1e-3)
    assert found.words[0].startswith("To the model this film is the same picture as a test film")


def test_neighbours_of_one_source_are_a_warning(films: Manifest) -> None:
    film = load_image(films.path_of(films.records[7]))
    rows = [[1.0, number] for number in range(1, 6)]
    found = similar_films(film, Seen(), index_of(rows, "xxxxy"))  # type: ignore[arg-type]
    assert found.words == ("4 of 5 come from one source (x): the model may know the scanner.",)
    mixed = similar_films(film, Seen(), index_of(rows, "xxyyx"))  # type: ignore[arg-type]
    assert mixed.words == ()


def test_a_film_is_known_by_its_part_and_by_the_models_own_answer(
    films: Manifest, run: Run, model: Classifier
) -> None:
    steps: list[tuple[int, int]] = []
    index = build_index(model, run, films, lambda *step: steps.append(step))
    assert steps == [(8, 8)]
    assert [film.role for film in index.films].count("training film") == 3
    record = films.records[0]
    film = load_image(films.path_of(record))
    found = similar_films(film, model, index, n=8)
    (same,) = [item for item in found.films if item.same]
    assert same.film.film_id == film_code(record)
    assert same.film.probability == pytest.approx(model.predict(film)[same.film.answer], abs=1e-3)
    assert "This film is itself a training film of the model, labelled COVID-19." in found.words


def test_an_index_is_kept_for_its_weights_alone_and_names_no_file_and_no_patient(
    films: Manifest, run: Run, model: Classifier, settings: Settings
) -> None:
    assert read_index(run) is None
    made = build_index(model, run, films)
    path = write_index(run, made)
    assert path.is_relative_to(settings.cache_dir)
    kept = read_index(run)
    assert kept is not None
    assert kept.films == made.films
    assert kept.thumbnails == made.thumbnails
    assert np.array_equal(kept.features, made.features)
    written = path.read_bytes()
    assert not [word for word in (b"films/", b"p0", str(path.parent).encode()) if word in written]
    run.weights_path.write_bytes(b"other weights")
    assert read_index(run) is None


def test_a_damaged_index_counts_as_none(films: Manifest, run: Run, model: Classifier) -> None:
    path = write_index(run, build_index(model, run, films))
    path.write_bytes(path.read_bytes()[:300])
    assert read_index(run) is None


def test_an_interrupted_index_leaves_what_was_there(
    films: Manifest,
    run: Run,
    model: Classifier,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    index = build_index(model, run, films)
    monkeypatch.setattr(np, "savez", stop)
    with pytest.raises(KeyboardInterrupt):
        write_index(run, index)
    assert not [path for path in settings.cache_dir.rglob("*") if path.is_file()]


def test_only_films_of_the_run_are_indexed(films: Manifest, films_dir: Path, run: Run) -> None:
    other = scan(films_dir)
    both = replace(films, records=films.records + other.records, roots={**films.roots})
    found = films_at_hand(run, both)
    assert {record.id for record in found.records} == {record.id for record in films.records}
    with pytest.raises(DatasetError, match="No film of this run"):
        films_at_hand(run, other)
    (run.path / MANIFEST).unlink()  # as of a model of your own
    assert len(films_at_hand(run, other).records) == len(other.usable.records)


def test_synthetic_films_stay_with_the_run_and_are_said_to_be_such(
    films: Manifest, run: Run, model: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar_index, "SYNTHETIC_FILMS", 4)
    index = build_synthetic(model, run)
    assert write_index(run, index, with_run=True) == run.path / SIMILAR
    film = load_image(films.path_of(films.records[0]))
    found = give_opinion(film, [Consulted(model, run)], age_group="adult", answer_anyway=True)
    assert found.similar is not None
    assert found.similar.words[0].startswith("These are synthetic films")
    printed = found.as_json()["similar"]
    assert printed["n"] == 4
    keys = {"film", "label", "source", "role", "answer", "probability", "distance", "same"}
    assert set(printed["films"][0]) == keys
    real = build_index(model, run, films)
    write_index(run, real)
    preferred = give_opinion(film, [Consulted(model, run)], answer_anyway=True).similar
    assert preferred is not None
    assert preferred.n == len(films.records)


def test_each_shipped_model_comes_with_a_small_index_of_synthetic_films() -> None:
    for run in (run for run in list_runs() if run.shipped):
        assert read_index(run), f"{run.id}: its index is of other weights; see similar-index"
        path = run.path / SIMILAR
        assert path.stat().st_size < 400_000, run.id
        with np.load(path) as kept:
            written = kept["facts"].tobytes().decode()
        assert '"synthetic": false' not in written
        assert written.count('"synthetic": true') == similar_index.SYNTHETIC_FILMS
    assert THUMBNAIL_PX <= 128
