from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.planted import mover
from xray_core.classifier import Classifier
from xray_core.data.decoding.images import Film, resize_image
from xray_core.errors import (
    ClassIndexError,
    ExplainError,
    LayerNotFoundError,
)
from xray_core.evaluation.predict import predict_film
from xray_core.explain.evidence import evidence
from xray_core.networks.registry import NETWORKS, build_network

CLASSES = ("normal", "viral", "covid")
Pixels = NDArray[np.float32]


@pytest.fixture(scope="module")
def network() -> Any:
    import keras

    keras.utils.set_random_seed(0)
    return build_network("small_cnn", 3, 64)


@pytest.fixture(scope="module")
def model(network: Any) -> Classifier:
    return Classifier(network, CLASSES, 64, network.layers[-4].name, "Small CNN", "a run")


@pytest.fixture(scope="module")
def noises() -> list[Pixels]:
    rng = np.random.default_rng(0)
    return [rng.random(shape, np.float32) for shape in ((64, 64), (80, 100), (64, 64))]


def test_one_film_gives_one_answer_and_several_a_list(
    model: Classifier, noises: list[Pixels]
) -> None:
    alone = model.predict(noises[1])
    assert list(alone) == list(CLASSES)
    assert sum(alone.values()) == pytest.approx(1)
    several = model.predict([noises[0], Film(noises[1]), noises[2]])
    assert len(several) == 3
    assert several[1] == pytest.approx(alone, abs=1e-6)
    assert model.predict([]) == []


def test_a_film_is_squeezed_as_for_training(model: Classifier, noises: list[Pixels]) -> None:
    small = resize_image(noises[1], 64)
    expected = predict_film(model.network, small)
    assert list(model.predict(noises[1]).values()) == pytest.approx(expected.tolist(), abs=1e-6)


def test_every_class_is_explained_with_evidence_that_is_not_cut(
    model: Classifier, noises: list[Pixels]
) -> None:
    found = model.explain(noises[0])
    assert list(found) == list(CLASSES)
    logits, maps = evidence(
        model.network, noises[0][None, ..., None], "grad_cam", layer=model.layer
    )
    answers = model.predict(noises[0])
    for column, (label, item) in enumerate(found.items()):
        assert (item.label, item.method, item.versus) == (label, "grad_cam", "")
        assert item.probability == pytest.approx(answers[label], abs=1e-6)
        np.testing.assert_allclose(item.evidence, maps[0, column], atol=1e-6)
    assert logits.shape == (1, 3)


def test_a_class_of_its_own_is_what_it_is_among_all(
    model: Classifier, noises: list[Pixels]
) -> None:
    every = model.explain(noises[0], "saliency")
    (alone,) = model.explain(noises[0], "saliency", classes=["covid"]).values()
    np.testing.assert_allclose(alone.evidence, every["covid"].evidence, atol=1e-7)


def test_a_linear_map_against_another_class_sums_to_what_parts_their_logits(
    model: Classifier, noises: list[Pixels]
) -> None:
    found = model.explain(noises[0], layer=model.network.layers[-4].name)
    logits = evidence(model.network, noises[0][None, ..., None], "grad_cam", layer=model.layer)[0][
        0
    ]
    bias = model.network.get_layer("logits").get_weights()[1]
    both = found["covid"].against(found["normal"])
    apart = (logits - bias)[2] - (logits - bias)[0]
    assert float(both.evidence.sum()) == pytest.approx(float(apart), abs=1e-4)


def test_another_layer_gives_another_grid(model: Classifier, noises: list[Pixels]) -> None:
    earlier = next(layer.name for layer in model.network.layers if "conv" in layer.name)
    coarse = model.explain(noises[0])["covid"].evidence
    fine = model.explain(noises[0], "layer_cam", layer=earlier)["covid"].evidence
    assert fine.shape > coarse.shape
    with pytest.raises(LayerNotFoundError):
        model.explain(noises[0], layer="no such layer")


def test_a_batch_gives_what_is_shown_of_chosen_classes(
    model: Classifier, noises: list[Pixels]
) -> None:
    batch = model.batch(noises)
    probabilities, maps = model.explain_batch(batch, "layer_cam", columns=[2, 0])
    np.testing.assert_allclose(probabilities, model.probabilities(noises), atol=1e-6)
    assert maps.shape[:2] == (3, 2)
    for row, film in enumerate(noises):
        shown = model.explain(film, "layer_cam")
        np.testing.assert_allclose(maps[row, 0], shown["covid"].values, atol=1e-6)
        np.testing.assert_allclose(maps[row, 1], shown["normal"].values, atol=1e-6)
    signed = model.explain_batch(batch, "gradient_x_input")[1]
    assert signed.min() < 0 <= model.explain_batch(batch)[1].min()


def test_features_are_the_means_of_the_feature_maps(
    model: Classifier, noises: list[Pixels]
) -> None:
    one, several = model.features(noises[0]), model.features([noises[0], noises[2]])
    assert one.ndim == 1
    assert several.shape == (2, len(one))
    np.testing.assert_allclose(several[0], one, atol=1e-6)
    kernel, bias = model.network.get_layer("logits").get_weights()
    logits = evidence(model.network, noises[0][None, ..., None], "grad_cam", layer=model.layer)[0][
        0
    ]
    np.testing.assert_allclose(one @ kernel + bias, logits, atol=1e-5)


def test_threads_share_one_classifier(model: Classifier, noises: list[Pixels]) -> None:
    alone = [model.predict(film) for film in noises]
    with ThreadPoolExecutor(3) as threads:
        together = list(threads.map(model.predict, noises * 4))
    for place, answer in enumerate(together):
        assert answer == pytest.approx(alone[place % 3], abs=1e-6)


def test_what_it_does_not_know_is_refused(model: Classifier, noises: list[Pixels]) -> None:
    with pytest.raises(ClassIndexError, match="does not know that class") as caught:
        model.explain(noises[0], classes=["zoster"])
    assert "covid" in caught.value.fix
    with pytest.raises(ExplainError, match="no method"):
        model.explain(noises[0], "tea leaves")
    with pytest.raises(ClassIndexError, match="3 classes, not 2"):
        Classifier(model.network, ("normal", "covid"), 64, model.layer, "Small CNN", "a run")


def test_its_repr_says_what_it_is(model: Classifier) -> None:
    words = repr(model)
    assert all(part in words for part in ("Small CNN", "normal", "64", model.layer, "a run"))
    assert "Functional" not in words


def test_layers_are_candidates_and_any_of_them_can_be_explained(
    model: Classifier, noises: list[Pixels]
) -> None:
    assert model.layers == NETWORKS["small_cnn"].layers
    for layer in model.layers:
        found = model.explain(noises[0], "layer_cam", layer, classes=[model.classes[0]])
        side = model.network.get_layer(layer).output.shape[1]
        assert found[model.classes[0]].evidence.shape == (side, side)


def test_what_is_not_named_is_grad_cam_at_the_layer_of_the_model(model: Classifier) -> None:
    assert model.chosen() == ("grad_cam", "stage5_relu2")
    assert model.chosen("layer_cam") == ("layer_cam", "stage5_relu2")
    assert model.chosen(layer="stage3_relu2") == ("grad_cam", "stage3_relu2")
    assert model.chosen("layer_cam_product") == ("layer_cam_product", "stage4_relu2+stage5_relu2")
    assert model.chosen("occlusion", "stage3_relu2") == ("occlusion", "")
    with pytest.raises(ExplainError, match="tea leaves"):
        model.chosen("tea leaves")


@pytest.mark.parametrize(
    ("method", "layer"),
    [
        ("grad_cam", None),
        ("layer_cam", "stage3_relu2"),
        ("layer_cam_fused", None),
        ("saliency", None),
    ],
)
def test_the_likeliest_class_is_explained_as_it_is_among_all(
    model: Classifier, noises: list[Pixels], method: str, layer: str | None
) -> None:
    for film in noises:
        probabilities = model.predict(film)
        (found,) = model.explain(film, method, layer, classes="likeliest").items()
        label, item = found
        assert label == item.label == max(probabilities, key=probabilities.__getitem__)
        assert item.probability == pytest.approx(probabilities[label], abs=1e-6)
        answer, maps = model.predict_and_explain(film, method, layer)
        assert answer == pytest.approx(probabilities, abs=1e-6)
        assert list(maps) == [label]
        among_all = model.explain(film, method, layer)[label]
        np.testing.assert_allclose(item.values, among_all.values, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("layer", ["look", "moved"])
def test_films_of_one_batch_are_each_explained_for_their_own_likeliest_class(layer: str) -> None:
    model, films = mover(), np.zeros((2, 64, 64, 1), np.float32)
    films[1, 40:48, 48:56] = 1
    films[0] = 0.3
    model.network.get_layer("logits").set_weights([np.array([[-9, 9]]), np.array([0.1, 0])])
    logits, found = evidence(model.network, films, "grad_cam", columns="likeliest", layer=layer)
    assert logits.argmax(axis=1).tolist() == [0, 1]
    _, all_ = evidence(model.network, films, "grad_cam", layer=layer)
    np.testing.assert_allclose(found[:, 0], [all_[0, 0], all_[1, 1]], atol=1e-6)
    assert found[1, 0].max() > 0
