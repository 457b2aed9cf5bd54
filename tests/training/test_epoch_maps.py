from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.explained import explained
from xray_core.arrays import UInt8Array
from xray_core.data.film_cache import as_batch
from xray_core.data.records import Record, film_code
from xray_core.networks.registry import build_network
from xray_core.runs.store import EPOCH_MAPS
from xray_core.training.epoch_maps import EpochMaps, choose_films


@pytest.fixture
def records(make_record: Callable[..., Record]) -> tuple[Record, ...]:
    """Ten validation films of one class, two of another, and training films between them."""
    kinds = ["normal"] * 10 + ["covid"] * 2
    return tuple(
        make_record(f"{split}{number}", label, split=split)
        for number, label in enumerate(kinds)
        for split in ("train", "val")
    )


@pytest.fixture(scope="module")
def films() -> UInt8Array:
    return np.random.default_rng(0).integers(0, 256, (24, 32, 32), np.uint8)


@pytest.fixture(scope="module")
def model() -> Any:
    return build_network("small_cnn", 2, 32)


def read(run_dir: Path) -> dict[str, Any]:
    with np.load(run_dir / EPOCH_MAPS) as file:
        return dict(file)


def test_six_validation_films_of_each_class_and_no_other(records: tuple[Record, ...]) -> None:
    chosen = choose_films(records, seed=0)
    assert {records[row].split for row in chosen} == {"val"}
    labels = [records[row].label for row in chosen]
    assert (labels.count("normal"), labels.count("covid")) == (6, 2)
    assert choose_films(records, seed=0).tolist() == chosen.tolist()
    assert choose_films(records, seed=1).tolist() != chosen.tolist()


def test_maps_are_those_of_grad_cam(
    records: tuple[Record, ...], films: UInt8Array, model: Any, tmp_path: Path
) -> None:
    maps = EpochMaps(tmp_path, records, films, seed=0)
    head = model.get_layer("logits").get_weights()
    maps.add(1, maps.features(model), *head)
    maps.add(2, maps.features(model), -head[0], head[1])
    kept = read(tmp_path)
    rows = choose_films(records, seed=0)
    assert kept["film_ids"].tolist() == [film_code(records[row]) for row in rows]
    assert kept["labels"].tolist() == [records[row].label for row in rows]
    assert kept["epochs"].tolist() == [1, 2]
    chosen = as_batch(films[rows])
    probabilities, expected = explained(model, chosen)
    np.testing.assert_allclose(kept["maps"][0], expected, atol=1e-3)
    np.testing.assert_allclose(kept["probabilities"][0], probabilities, atol=1e-3)
    assert not np.array_equal(kept["maps"][0], kept["maps"][1])


def test_resuming_forgets_epochs_that_will_come_again(
    records: tuple[Record, ...], films: UInt8Array, model: Any, tmp_path: Path
) -> None:
    maps = EpochMaps(tmp_path, records, films, seed=0)
    features, head = maps.features(model), model.get_layer("logits").get_weights()
    for epoch in (1, 2, 3):
        maps.add(epoch, features * epoch, *head)
    before = read(tmp_path)["maps"]
    EpochMaps(tmp_path, records, films, seed=0, epoch=1).add(2, features, *head)
    kept = read(tmp_path)
    assert kept["epochs"].tolist() == [1, 2]
    np.testing.assert_array_equal(kept["maps"], before[[0, 0]])
    EpochMaps(tmp_path, records, films, seed=0).add(1, features, *head)
    assert read(tmp_path)["epochs"].tolist() == [1]
