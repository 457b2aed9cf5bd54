from typing import Any

import numpy as np
import pytest

from xray_core.training.pipeline import steps_per_epoch, training_batches

N_FILMS = 20
# film i is even, with grey level i: a batch tells which films it holds
FILMS = np.repeat(np.arange(N_FILMS, dtype=np.uint8), 64).reshape(N_FILMS, 8, 8)
ROWS = np.arange(4, 16)  # twelve training films
TARGETS = np.eye(2, dtype=np.float32)[np.arange(N_FILMS) % 2]
WEIGHTS = np.arange(N_FILMS, dtype=np.float32) / np.float32(10)


def batches(first: int, last: int, **changes: Any) -> list[tuple[Any, Any, Any]]:
    options = {"batch_size": 4, "seed": 0, "augment": False} | changes
    found = training_batches(
        FILMS, ROWS, TARGETS, WEIGHTS, first_step=first, last_step=last, **options
    )
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
    # five a step: two steps an epoch show ten of twelve films
    seen = [set(numbers(batches(2 * epoch, 2 * epoch + 2, batch_size=5))) for epoch in range(6)]
    assert {len(films) for films in seen} == {10}
    assert set.union(*seen) == set(ROWS.tolist())
