import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.explained import explained
from xray_core.classifier import Classifier
from xray_core.data.film_cache import as_batch, cache_films
from xray_core.data.masks import lungs_of
from xray_core.data.records import Manifest, anonymise, film_code
from xray_core.errors import DatasetError, ExplainError
from xray_core.explain.evidence import evidence
from xray_core.explain.explained import ExplainedFilms, as_float16, collect_films
from xray_core.explain.stored import films_to_test, is_old, maps_path, read_maps, write_maps
from xray_core.networks.registry import NETWORKS
from xray_core.runs.map_default import MapDefault, MeasuredOn, write_map_default
from xray_core.runs.store import EXPLAIN, MANIFEST, TEST_MAPS, Run, open_run
from xray_core.settings import Settings

CLASSES = ("normal", "covid")


@pytest.fixture
def two_classes(films: Manifest) -> Manifest:
    return films.where(lambda record: record.label in CLASSES)


@pytest.fixture
def run(make_run: Callable[..., Run], two_classes: Manifest) -> Run:
    """A run that was tested on the test split of the synthetic films."""
    made = make_run(classes=list(CLASSES), image_size_px=64)
    Manifest(tuple(map(anonymise, two_classes.records)), {}).to_csv(made.path / MANIFEST)
    made.weights_path.write_bytes(b"weights")
    return made


@pytest.fixture(scope="module")
def finder(square_finder: Any) -> Any:
    """The finder of squares as a model that knows which of its layers is explained."""
    import keras

    model = keras.Model(square_finder.input, square_finder.output, name="finder")
    model.target_layer = "look"
    return model


@pytest.fixture
def stored(two_classes: Manifest, finder: Any) -> ExplainedFilms:
    model = Classifier(finder, CLASSES, 64, "look", "Finder", "finder")
    return model.explain_films(two_classes.split("test"), lungs=True)


def test_maps_and_probabilities_are_those_of_one_pass(
    stored: ExplainedFilms, two_classes: Manifest, finder: Any
) -> None:
    tested = two_classes.split("test")
    pixels = as_batch(np.asarray(cache_films(tested, 64)))
    probabilities, maps = explained(finder, pixels)
    found = evidence(finder, pixels, "grad_cam")[1]
    assert found.min() < 0
    np.testing.assert_allclose(stored.evidence, found, rtol=1e-3, atol=1e-6)
    rows = np.arange(len(maps))
    np.testing.assert_array_equal(stored.positive(rows, "covid"), as_float16(maps[:, 1]))
    np.testing.assert_allclose(stored.probabilities, probabilities, atol=1e-6)
    assert stored.labels == tuple(record.label for record in tested.records)


def test_what_is_kept_is_what_is_read(stored: ExplainedFilms, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "maps.npz"
    write_maps(path, stored)
    kept = read_maps(path, CLASSES)
    assert kept is not None
    for field in fields(ExplainedFilms):
        if field.name != "evidence":
            np.testing.assert_array_equal(getattr(kept, field.name), getattr(stored, field.name))
    greatest = np.abs(stored.evidence).max(axis=(2, 3), keepdims=True)
    assert (np.abs(kept.evidence - stored.evidence) <= greatest / 200).all(), "8 bits"
    assert [item.name for item in path.parent.iterdir()] == ["maps.npz"], "written in one step"


def test_the_hash_is_that_of_the_content(stored: ExplainedFilms) -> None:
    changed: dict[str, Any] = {
        "film_ids": stored.film_ids[::-1],
        "labels": stored.labels[::-1],
        "probabilities": stored.probabilities[::-1],
        "evidence": stored.evidence[::-1],
        "lungs": ~stored.lungs,
        "cut": True,
    }
    hashes = {replace(stored, **{name: value}).hash for name, value in changed.items()}
    assert len(hashes | {stored.hash}) == len(changed) + 1
    assert replace(stored).hash == stored.hash


def test_fine_maps_are_kept_coarse_and_peak_where_they_did(
    stored: ExplainedFilms, tmp_path: Path
) -> None:
    fine = np.zeros((*stored.evidence.shape[:2], 40, 32), np.float16)
    fine[..., 20:25, 4:6] = -2
    fine[..., 5:10, 24:26] = 8
    write_maps(tmp_path / "maps.npz", replace(stored, evidence=fine))
    kept = read_maps(tmp_path / "maps.npz", CLASSES)
    assert kept is not None
    assert kept.evidence.shape == (*stored.evidence.shape[:2], 16, 16)
    assert (kept.evidence[..., 2:4, 12] == 8).all(), "5 of 40 rows and 2 of 32 columns are 2 and 1"
    np.testing.assert_allclose(kept.evidence[..., 8:10, 2], -2, atol=0.04)
    np.testing.assert_allclose(
        kept.evidence.mean(axis=(2, 3)), fine.mean(axis=(2, 3), dtype=float), rtol=0.02
    )


def test_maps_are_old_where_the_run_shows_another_map_today(
    run: Run, stored: ExplainedFilms, tmp_path: Path
) -> None:
    last = NETWORKS["small_cnn"].target_layer
    of_last = replace(stored, layer=last)
    assert not is_old(run, of_last)
    assert not is_old(run, replace(stored, layer="")), "older files name no layer: it was the last"
    assert is_old(run, replace(of_last, method="layer_cam"))
    measured = MeasuredOn(40, "clinic", peak_in_box=0.7, chance=0.2)
    default = MapDefault("layer_cam", "stage3_relu2", measured, None, "LayerCAM at stage 3")
    write_map_default(run.path / EXPLAIN, default)
    assert is_old(run, of_last)
    assert is_old(run, replace(stored, layer=""))
    assert not is_old(run, replace(stored, method="layer_cam", layer="stage3_relu2"))


def test_the_file_names_films_by_code_alone(
    stored: ExplainedFilms, two_classes: Manifest, tmp_path: Path
) -> None:
    write_maps(tmp_path / "maps.npz", stored)
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in stored.film_ids)
    with np.load(tmp_path / "maps.npz", allow_pickle=False) as file:
        words = " ".join(" ".join(file[name]) for name in file if file[name].dtype.kind == "U")
    record = two_classes.split("test").records[0]
    assert record.patient not in words
    assert Path(record.path).name not in words


def test_maps_of_an_older_version_take_every_film_for_a_patient(
    stored: ExplainedFilms, tmp_path: Path
) -> None:
    path = tmp_path / "maps.npz"
    write_maps(path, stored)
    with np.load(path) as file:
        older = {name: file[name] for name in file if name != "patients"}
    np.savez(path, **older)
    kept = read_maps(path, CLASSES)
    assert kept is not None
    assert kept.patients == kept.film_ids


def test_maps_of_an_older_version_are_shown_but_not_held_against_each_other(
    stored: ExplainedFilms, tmp_path: Path
) -> None:
    path = tmp_path / "maps.npz"
    write_maps(path, stored)
    with np.load(path) as file:
        older = {
            name: file[name]
            for name in file
            if name not in ("evidence", "scale", "method", "layer")
        }
    older["maps"] = np.maximum(stored.evidence, 0)
    older["probabilities"] = stored.probabilities.astype(np.float16)
    np.savez(path, **older)
    kept = read_maps(path, CLASSES)
    assert kept is not None
    assert (kept.cut, kept.method) == (True, "grad_cam")
    assert kept.probabilities.dtype == np.float32
    first, second = kept.attributions(0)
    np.testing.assert_array_equal(first.positive, stored.attribution(0, CLASSES[0]).positive)
    with pytest.raises(ExplainError, match="only the positive part"):
        first.against(second)
    first, second = stored.attributions(0)
    np.testing.assert_array_equal(first.against(second).evidence, first.evidence - second.evidence)


def test_maps_that_were_kept_in_16_bits_are_read_as_they_are(
    stored: ExplainedFilms, tmp_path: Path
) -> None:
    path = tmp_path / "maps.npz"
    write_maps(path, stored)
    with np.load(path) as file:
        older = {name: file[name] for name in file if name != "scale"}
    np.savez(path, **(older | {"evidence": stored.evidence}))
    kept = read_maps(path, CLASSES)
    assert kept is not None
    np.testing.assert_array_equal(kept.evidence, stored.evidence)


@pytest.mark.parametrize("name", ["small_cnn", "resnet50", "xception"])
def test_maps_that_a_shipped_model_brings_are_those_that_it_shows(name: str) -> None:
    run = open_run(name)
    kept = read_maps(run.path / TEST_MAPS, run.classes)
    assert kept is not None
    assert not is_old(run, kept)


@pytest.mark.parametrize("damage", ["cut", "text", "classes", "missing"])
def test_a_file_that_cannot_be_used_counts_as_not_there(
    stored: ExplainedFilms, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "maps.npz"
    if damage != "missing":
        write_maps(path, stored)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-400])
    if damage == "text":
        path.write_text("no maps")
    classes = ("normal", "viral") if damage == "classes" else CLASSES
    assert read_maps(path, classes) is None


def test_arrays_that_do_not_belong_together_count_as_not_there(
    stored: ExplainedFilms, tmp_path: Path
) -> None:
    path = tmp_path / "maps.npz"
    write_maps(path, replace(stored, labels=stored.labels[1:]))
    assert read_maps(path, CLASSES) is None
    write_maps(path, replace(stored, evidence=stored.evidence * np.float16(np.nan)))
    assert read_maps(path, CLASSES) is None


def test_lungs_are_kept_where_the_mask_can_be_relied_on(
    two_classes: Manifest, stored: ExplainedFilms
) -> None:
    assert stored.has_lungs.all(), "phantoms come with their lungs"
    tested = two_classes.split("test")
    broken = [replace(record, mask="masks/none.png") for record in tested.records[:1]]
    broken += [replace(record, mask="") for record in tested.records[1:2]]
    broken += [replace(record, mask=record.path) for record in tested.records[2:3]]  # no mask
    kept = collect_films(
        CLASSES,
        Manifest(tuple(broken), tested.roots),
        np.zeros((3, 2), np.float32),
        stored.evidence[:3],
        [lungs_of(tested, record) for record in broken],
    )
    assert kept.has_lungs[:2].tolist() == [False, False]
    assert (kept.lungs[2] == stored.lungs[2]).mean() < 0.99


def test_the_films_are_those_of_the_own_test_split(run: Run, two_classes: Manifest) -> None:
    found = films_to_test(run, two_classes)
    assert {record.split for record in found.records} == {"test"}
    twice = replace(found.records[0], id="set/again")
    assert twice.id not in {
        record.id
        for record in films_to_test(
            run, Manifest((*two_classes.records, twice), two_classes.roots)
        ).records
    }, "the same film counts once"


def test_other_films_are_those_that_the_run_has_not_seen(
    run: Run, films: Manifest, two_classes: Manifest
) -> None:
    trained = two_classes.split("train")
    with pytest.raises(DatasetError, match="has seen all these films"):
        films_to_test(run, trained)
    others = films.where(lambda record: record.label == "viral")
    with pytest.raises(DatasetError, match="label that the model knows"):
        films_to_test(run, others)


def test_maps_of_other_films_never_take_the_place_of_the_test_films(
    run: Run, two_classes: Manifest, settings: Settings
) -> None:
    tested = two_classes.split("test")
    assert maps_path(run, tested) == run.path / TEST_MAPS
    part = Manifest(tested.records[1:], tested.roots)
    elsewhere = maps_path(run, part)
    assert elsewhere.is_relative_to(settings.cache_dir)
    assert elsewhere == maps_path(run, Manifest(part.records[::-1], part.roots))
    assert elsewhere != maps_path(run, two_classes.split("val"))
    assert film_code(tested.records[0]) not in elsewhere.name
