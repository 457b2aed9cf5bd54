import numpy as np
import pytest

from tests.explained import classifier_of
from xray_core.classifier import Classifier
from xray_core.errors import ExplainError
from xray_core.patterns.prototypes import make_prototypes


@pytest.fixture(scope="module")
def bright_or_dark() -> Classifier:
    """A network whose first logit is the mean brightness of the film, its second less that."""
    import keras

    film = keras.Input((32, 32, 1))
    cells = keras.layers.Conv2D(1, 8, strides=8, name="cells")(film)
    pooled = keras.layers.GlobalAveragePooling2D()(cells)
    model = keras.Model(film, keras.layers.Dense(2, name="logits")(pooled), name="brightness")
    model.get_layer("cells").set_weights([np.ones((8, 8, 1, 1)), np.zeros(1)])
    model.get_layer("logits").set_weights([np.array([[1, -1]]), np.zeros(2)])
    return classifier_of(model)


def test_each_prototype_is_what_its_class_looks_for(bright_or_dark: Classifier) -> None:
    before = [weights.copy() for weights in bright_or_dark.network.get_weights()]
    steps: list[tuple[int, int]] = []
    first, second = make_prototypes(
        bright_or_dark, n_steps=8, progress=lambda done, total: steps.append((done, total))
    )
    assert first.shape == (32, 32)
    assert first.mean() > 0.6
    assert second.mean() < 0.4
    assert steps == [(step, 8) for step in range(1, 9)]
    for old, new in zip(before, bright_or_dark.network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_the_same_seed_makes_the_same_prototypes(bright_or_dark: Classifier) -> None:
    once, again = (make_prototypes(bright_or_dark, n_steps=2, seed=5) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    assert not np.array_equal(once, make_prototypes(bright_or_dark, n_steps=2, seed=6))


def test_damaged_weights_are_an_error_in_words(bright_or_dark: Classifier) -> None:
    import keras

    damaged = keras.models.clone_model(bright_or_dark.network)
    damaged.set_weights([np.full_like(w, np.nan) for w in bright_or_dark.network.get_weights()])
    with pytest.raises(ExplainError, match="NaN or infinite"):
        make_prototypes(classifier_of(damaged), n_steps=1)
