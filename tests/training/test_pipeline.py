from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from xray_core.training import pipeline
from xray_core.training.pipeline import (
    Examples,
    Variation,
    film_weights,
    steps_per_epoch,
    training_batches,
    validation_batches,
)

N_FILMS = 20
# film i is even, with grey level i: a batch shows which films it holds
FILMS = np.repeat(np.arange(N_FILMS, dtype=np.uint8), 64).reshape(N_FILMS, 8, 8)
ROWS = np.arange(4, 16)  # twelve training films
TARGETS = np.eye(2, dtype=np.float32)[np.arange(N_FILMS) % 2]
WEIGHTS = np.arange(N_FILMS, dtype=np.float32) / np.float32(10)


FIELDS = ("plain_from", "tone_mixing", "lung_focus")
EXAMPLES = Examples(FILMS, ROWS, np.array([1, 17]), TARGETS, WEIGHTS)


def batches(
    first: int, last: int, examples: Examples = EXAMPLES, **changes: Any
) -> list[tuple[Any, Any, Any]]:
    shown = {key: changes.pop(key) for key in (*FIELDS, "augment") if key in changes}
    variation = Variation(**shown) if shown.pop("augment", False) else None
    options = {"batch_size": 4, "seed": 0, "variation": variation} | changes
    found = training_batches(examples, first_step=first, last_step=last, **options)
    return [tuple(part.numpy() for part in batch) for batch in found]


def numbers(found: list[tuple[Any, Any, Any]]) -> list[int]:
    return [round(float(film[0, 0, 0]) * 255) for films, _, _ in found for film in films]


def test_an_epoch_shows_every_training_film_once_and_no_other() -> None:
    for epoch in range(3):
        found = numbers(batches(3 * epoch, 3 * epoch + 3))
        assert sorted(found) == ROWS.tolist()


def test_epochs_have_different_orders_and_so_have_seeds() -> None:
    first, second = numbers(batches(0, 3)), numbers(batches(3, 6))
    assert first != second
    assert numbers(batches(0, 3, seed=1)) != first
    assert numbers(batches(0, 3)) == first


def test_targets_and_weights_go_with_their_film() -> None:
    for films, targets, weights in batches(0, 3):
        assert films.shape == (4, 8, 8, 1)
        for film, target, weight in zip(films, targets, weights, strict=True):
            number = round(float(film[0, 0, 0]) * 255)
            assert target.tolist() == TARGETS[number].tolist()
            assert weight == pytest.approx(number / 10)


@pytest.mark.parametrize("augment", [False, True])
def test_a_batch_depends_on_its_step_alone(augment: bool) -> None:
    whole = batches(0, 7, augment=augment)
    for step in (0, 2, 5):
        ((films, targets, weights),) = batches(step, step + 1, augment=augment)
        np.testing.assert_array_equal(films, whole[step][0])
        np.testing.assert_array_equal(targets, whole[step][1])
        np.testing.assert_array_equal(weights, whole[step][2])


def test_the_box_of_the_lungs_goes_with_its_film(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = np.tile(np.arange(N_FILMS, dtype=np.float32)[:, None], (1, 4))
    given: list[tuple[Any, float, float]] = []

    def changed(films: Any, _rng: Any, *, lungs: Any, tone_mixing: float, lung_focus: float) -> Any:
        given.append((lungs, tone_mixing, lung_focus))
        return films

    monkeypatch.setattr(pipeline, "augment_batch", changed)
    shares = {"tone_mixing": 0.125, "lung_focus": 0.25}
    found = batches(0, 1, replace(EXAMPLES, lungs=boxes), augment=True, **shares)
    ((lungs, mixing, focus),) = given
    assert (mixing, focus) == (0.125, 0.25)
    assert lungs[:, 0].astype(int).tolist() == numbers(found)


def test_the_last_steps_show_films_as_they_are() -> None:
    plain, augmented = batches(0, 6), batches(0, 6, augment=True)
    mixed = batches(0, 6, augment=True, plain_from=4)
    for step, (films, _, _) in enumerate(mixed):
        np.testing.assert_array_equal(films, (augmented if step < 4 else plain)[step][0])


def test_augmentation_changes_films_and_not_their_order() -> None:
    plain, augmented = batches(0, 3), batches(0, 3, augment=True)
    for (films, targets, _), (others, same, _) in zip(plain, augmented, strict=True):
        assert not np.array_equal(films, others)
        np.testing.assert_array_equal(targets, same)


@pytest.mark.parametrize(
    ("n_films", "batch_size", "steps"), [(12, 4, 3), (13, 4, 3), (3, 4, 1), (4, 4, 1)]
)
def test_steps_an_epoch(n_films: int, batch_size: int, steps: int) -> None:
    assert steps_per_epoch(n_films, batch_size) == steps


def test_fewer_films_than_a_batch_still_make_an_epoch() -> None:
    assert sorted(numbers(batches(0, 1, batch_size=32))) == ROWS.tolist()


def test_what_is_left_over_comes_in_another_epoch() -> None:
    # five per step: two steps per epoch show ten of twelve films
    seen = [set(numbers(batches(2 * epoch, 2 * epoch + 2, batch_size=5))) for epoch in range(6)]
    assert {len(films) for films in seen} == {10}
    assert set.union(*seen) == set(ROWS.tolist())


def test_odds_decide_how_often_a_film_is_shown() -> None:
    odds = np.zeros(len(ROWS))
    odds[2], odds[5] = 0.25, 0.75  # films 6 and 9
    found = numbers(batches(0, 60, replace(EXAMPLES, odds=odds)))
    assert len(found) == 240
    assert set(found) == {6, 9}
    assert 0.65 < found.count(9) / 240 < 0.85


def test_features_come_as_they_are() -> None:
    features = np.arange(2 * N_FILMS, dtype=np.float16).reshape(N_FILMS, 2)
    ((values, targets, _), *_) = batches(0, 1, replace(EXAMPLES, values=features))
    assert values.dtype == np.float32
    for value, target in zip(values, targets, strict=True):
        assert target.tolist() == TARGETS[round(value[0] / 2)].tolist()
        assert value[1] == value[0] + 1


def test_validation_films_come_in_order_and_unchanged() -> None:
    ((films, targets),) = validation_batches(EXAMPLES, 4)
    assert (films[:, 0, 0, 0].numpy() * 255).round().tolist() == [1, 17]
    assert targets.numpy().tolist() == TARGETS[[1, 17]].tolist()


def test_rare_classes_weigh_more_or_are_shown_more_often() -> None:
    labels = np.array([0, 0, 0, 1, 1, 0])  # the last two are not trained on
    rows = np.array([0, 1, 2, 3])
    same = np.zeros(6, int)
    weights, odds = film_weights(labels, rows, 2, "weights", same)
    # 4 films / (2 classes x 3 films) and 4 / (2 x 1); their mean over the training films is 1
    np.testing.assert_allclose(weights, [2 / 3, 2 / 3, 2 / 3, 2, 2, 2 / 3], rtol=1e-6)
    assert weights[:4].mean() == pytest.approx(1)
    assert odds is None
    weights, odds = film_weights(labels, rows, 2, "sampling", same)
    assert weights.tolist() == [1.0] * 6
    np.testing.assert_allclose(odds, [1 / 6, 1 / 6, 1 / 6, 1 / 2])
    assert film_weights(labels, rows, 2, "none", same)[0].tolist() == [1.0] * 6


def test_classes_weigh_the_same_within_each_age_group() -> None:
    labels = np.array([0, 0, 0, 1, 0, 1, 1, 1])
    strata = np.array([0, 0, 0, 0, 1, 1, 1, 2])  # children, adults, one film not trained on
    weights, odds = film_weights(labels, np.arange(7), 2, "age", strata)
    assert odds is None
    np.testing.assert_allclose(weights[:4], [2 / 3, 2 / 3, 2 / 3, 2])
    np.testing.assert_allclose(weights[4:7], [3 / 2, 3 / 4, 3 / 4])
    assert np.isfinite(weights[7])
