"""What makes a network explainable and ready for its ImageNet weights, at its smallest film.

The contract of all networks stands in test_registry.py.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.explained import explained
from xray_core.evaluation.predict import softmax
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import NETWORKS, Network, build_network, get_network

PRETRAINED = [name for name, network in NETWORKS.items() if network.pretrained]
N_CLASSES = 3

Films = NDArray[np.float32]
each_network = pytest.mark.parametrize("name", NETWORKS)
each_application = pytest.mark.parametrize("name", PRETRAINED)


@pytest.fixture(scope="module")
def build() -> Callable[[str], Any]:
    """Each network once."""
    import keras

    built: dict[str, Any] = {}

    def get(name: str) -> Any:
        if name not in built:
            keras.utils.set_random_seed(5)
            built[name] = build_network(name, N_CLASSES, get_network(name).min_size_px)
        return built[name]

    return get


def noise(network: Network, n_films: int = 2) -> Films:
    size = network.min_size_px
    return np.random.default_rng(3).random((n_films, size, size, 1), dtype=np.float32)


@each_network
def test_the_target_layer_is_the_last_with_maps_before_a_head_that_can_be_explained(
    name: str, build: Any
) -> None:
    layers = build(name).layers
    with_maps = [layer.name for layer in layers if len(layer.output.shape) == 4]
    assert with_maps[-1] == get_network(name).target_layer
    assert [layer.name for layer in layers[-3:]] == ["average", "dropout", "logits"]
    assert layers[-4].name == with_maps[-1]


@each_network
def test_exposure_does_not_matter(name: str, build: Any) -> None:
    films = noise(get_network(name))
    forward = compile_forward(build(name))
    logits, _ = forward(films)
    darker, _ = forward(0.5 * films + 0.1)  # another contrast and another brightness
    assert np.ptp(logits) > 0
    np.testing.assert_allclose(darker, logits, atol=0.02 * float(np.ptp(logits)))


@each_network
def test_maps_come_with_the_prediction_in_closed_form(name: str, build: Any) -> None:
    network, model = get_network(name), build(name)
    films = noise(network)
    probabilities, maps = explained(model, films)
    logits, features = compile_forward(model, network.target_layer)(films)
    kernel, bias = model.get_layer("logits").get_weights()
    np.testing.assert_allclose(probabilities, softmax(logits), atol=1e-6)
    np.testing.assert_allclose(features.mean(axis=(1, 2)) @ kernel + bias, logits, atol=1e-4)
    assert maps.shape == (2, N_CLASSES, *features.shape[1:3])
    assert maps.min() >= 0


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("name", ["resnet50", "xception"])
def test_the_closed_form_equals_tf_keras_vis(name: str) -> None:
    import keras
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.scores import CategoricalScore

    network = get_network(name)
    keras.utils.set_random_seed(5)
    model = build_network(name, N_CLASSES, network.min_size_px)
    films = noise(network)
    # Features shrink on their way through random layers; the maps are brought to about 1.
    kernel, bias = model.get_layer("logits").get_weights()
    largest = explained(model, films)[1].max()
    model.get_layer("logits").set_weights([kernel / largest, bias])
    maps = explained(model, films)[1]
    cam = Gradcam(model, clone=True)
    for column in range(N_CLASSES):
        theirs = cam(
            CategoricalScore([column] * len(films)),
            films,
            penultimate_layer=network.target_layer,
            seek_penultimate_conv_layer=False,
            normalize_cam=False,
            expand_cam=False,
        )
        np.testing.assert_allclose(maps[:, column], theirs, atol=1e-5)
    assert maps.max() == pytest.approx(1, abs=1e-4)


@each_application
def test_the_backbone_sees_what_it_was_pretrained_with(name: str, build: Any) -> None:
    """Films of the mean and spread of ImageNet pictures, in the scale that Keras prepares."""
    import keras

    model = build(name)
    films = noise(get_network(name))
    seen = np.asarray(keras.Model(model.input, model.get_layer("preprocess").output)(films))
    assert seen.shape[-1] == 3
    np.testing.assert_array_equal(seen[..., 0], seen[..., 2])
    colours = 255 * np.array([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]])
    mean, spread = colours.mean(axis=1)
    grey = np.array([mean - spread, mean + spread])
    low, high = _prepared(name, np.repeat(grey[:, None], 3, axis=1)).mean(axis=-1)
    np.testing.assert_allclose(seen.mean(), (low + high) / 2, atol=0.02 * (high - low))
    np.testing.assert_allclose(seen.std(), (high - low) / 2, rtol=0.02)


def _prepared(name: str, pixels: Any) -> Any:
    """What Keras feeds the network, for grey levels of 0 to 255."""
    import keras

    modes = {
        "resnet50": keras.applications.resnet.preprocess_input,
        "xception": keras.applications.xception.preprocess_input,
        "densenet121": keras.applications.densenet.preprocess_input,
    }
    if name in modes:
        return np.asarray(modes[name](pixels[None, None].astype(np.float32)))[0, 0]
    theirs = keras.applications.EfficientNetV2B0(
        include_top=False, weights=None, input_shape=(32, 32, 3)
    )
    rescaling, normalization = theirs.layers[1:3]
    return np.asarray(normalization(rescaling(pixels[None, None])))[0, 0]


@each_application
def test_fine_tuning_starts_at_a_later_layer(name: str, build: Any) -> None:
    pretrained = get_network(name).pretrained
    assert pretrained is not None
    names = [layer.name for layer in build(name).layers]
    first = next(i for i, layer in enumerate(names) if layer.startswith(pretrained.fine_tune_from))
    assert 0 < first < names.index(get_network(name).target_layer)
