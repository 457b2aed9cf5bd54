"""Neighbours by features that are planted: squares of known sums."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.planted import mover, planted
from xray_core.data.decoding.images import load_image
from xray_core.data.records import Manifest, anonymise, film_code
from xray_core.data.scan import scan
from xray_core.errors import DatasetError
from xray_core.opinion import similar
from xray_core.opinion.answer import give_opinion
from xray_core.opinion.consulted import Consulted
from xray_core.opinion.similar import SimilarIndex, build_index, films_at_hand, similar_films
from xray_core.runs.store import MANIFEST, Run


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


def index_of(films: Manifest, rows: list[list[float]]) -> SimilarIndex:
    values = np.array(rows, np.float32)
    unit = values / np.linalg.norm(values, axis=1, keepdims=True)
    kept = replace(films, records=films.records[: len(rows)])
    return SimilarIndex(kept, unit, ("test film",) * len(rows))


class Seen:
    """A model to which every film has the features (1, 0)."""

    title = "Seen"

    def features(self, film: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        del film
        return np.array([2.0, 0.0], np.float32)


def test_the_nearest_come_first_by_the_cosine(films: Manifest) -> None:
    index = index_of(films, [[0, 1], [1, 1], [3, 0], [-1, 0]])
    film = load_image(films.path_of(films.records[7]))
    found = similar_films(film, Seen(), index, n=3)  # type: ignore[arg-type]
    assert [item.record.id for item in found.films] == [films.records[row].id for row in (2, 1, 0)]
    # cos 0 = 1, cos 45 = 0.7071, cos 90 = 0
    assert [item.distance for item in found.films] == pytest.approx([0, 0.29289, 1], abs=1e-5)
    assert found.words[0].startswith("To the model this film is the same picture as a test film")


def test_neighbours_of_one_source_are_a_warning(films: Manifest) -> None:
    sources = ["a", "a", "a", "a", "b"]
    records = tuple(
        replace(record, source=source)
        for record, source in zip(films.records[:5], sources, strict=True)
    )
    index = index_of(replace(films, records=records), [[1, number] for number in range(1, 6)])
    film = load_image(films.path_of(films.records[7]))
    found = similar_films(film, Seen(), index)  # type: ignore[arg-type]
    assert found.words == ("4 of 5 come from one source (a): the model may know the scanner.",)
    mixed = tuple(replace(record, source=str(row % 2)) for row, record in enumerate(records))
    index = index_of(replace(films, records=mixed), [[1, number] for number in range(1, 6)])
    assert similar_films(film, Seen(), index).words == ()  # type: ignore[arg-type]


def test_the_film_itself_is_named_with_its_part(films: Manifest, run: Run) -> None:
    model = mover()
    index = build_index(model, run, films)
    record = films.records[0]
    index = replace(
        index,
        manifest=replace(films, records=(record,)),
        features=index.features[:1],
        roles=index.roles[:1],
    )
    found = similar_films(load_image(films.path_of(record)), model, index, n=1)
    assert found.films[0].same
    assert found.words == ("This film is itself a training film of the model, labelled COVID-19.",)


def test_the_index_is_made_once_and_only_on_request(
    films: Manifest, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = mover()
    assert similar.read_index(model, run, films) is None
    steps: list[tuple[int, int]] = []
    made = build_index(model, run, films, lambda *step: steps.append(step))
    assert steps == [(8, 8)]
    assert made.roles.count("training film") == 3
    monkeypatch.setattr(similar, "forward", None)  # a pass would fail now
    kept = similar.read_index(model, run, films)
    assert kept is not None
    assert np.array_equal(kept.features, made.features)


def test_films_of_the_run_are_found_among_the_data_sets_here(
    films: Manifest, films_dir: Path, run: Run
) -> None:
    found = films_at_hand(run, [scan(films_dir), films])
    assert found is not None
    assert {film_code(record) for record in found.records} == {
        film_code(record) for record in films.records
    }
    assert films_at_hand(run, [scan(films_dir)]) is None


def test_without_films_there_is_nothing_to_compare_with(films: Manifest, run: Run) -> None:
    with pytest.raises(DatasetError, match="no film to compare"):
        build_index(mover(), run, replace(films, records=()))


def test_synthetic_films_are_said_to_be_such_in_the_opinion(films_dir: Path, run: Run) -> None:
    drawn = scan(films_dir).usable
    model = mover()
    asked = Consulted(model, None, build_index(model, run, drawn))
    found = give_opinion(load_image(drawn.path_of(drawn.records[0])), [asked], age_group="adult")
    assert found.similar is not None
    assert found.similar.words[0].startswith("These are synthetic films")
    printed = found.as_json()["similar"]
    assert printed["n"] == len(drawn.records)
    assert set(printed["films"][0]) == {"film", "label", "source", "role", "distance", "same"}
