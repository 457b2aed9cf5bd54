from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.explained import explained
from tests.foreign import SHAPES, SIDE_PX, build, given_to
from xray_core.errors import LayerNotFoundError
from xray_core.evaluation.predict import softmax
from xray_core.explain.evidence import evidence
from xray_core.explain.methods import METHODS
from xray_core.networks.foreign.adapt import adapt_network
from xray_core.networks.foreign.flatten import leaves

Films = NDArray[np.float32]
every_shape = pytest.mark.parametrize("shape", SHAPES)
every_method = pytest.mark.parametrize("method", METHODS)


@pytest.fixture
def films() -> Films:
    """Three films of 32 px with a bright square each."""
    drawn = np.random.default_rng(2).random((3, SIDE_PX, SIDE_PX, 1), dtype=np.float32) * 0.4
    for row in range(3):
        drawn[row, 6 + 4 * row : 14 + 4 * row, 10:18] = 1
    return drawn


@pytest.fixture(scope="module")
def networks() -> dict[str, tuple[Any, Any]]:
    """Every shape with what it was adapted to."""
    originals = {shape: build(shape) for shape in SHAPES}
    return {shape: (model, adapt_network(model)) for shape, model in originals.items()}


def state_of(model: Any) -> list[Any]:
    steps = [model, *model.layers, *leaves(model)]
    return [
        [
            (
                id(step),
                step.name,
                getattr(step, "trainable", None),
                id(getattr(step, "activation", None)),
                [id(node) for node in (*step._inbound_nodes, *step._outbound_nodes)],
                sorted(vars(step)),
            )
            for step in steps
        ],
        [id(variable) for variable in model.variables],
        [variable.numpy() for variable in model.variables],
    ]


@every_method
@every_shape
def test_every_method_explains_every_shape(
    networks: dict[str, tuple[Any, Any]], films: Films, shape: str, method: str
) -> None:
    adapted = networks[shape][1]
    probabilities, maps = evidence(adapted.model, films[:1], method)
    assert maps.shape[:2] == (1, adapted.n_classes)
    assert np.isfinite(maps).all()
    if not method.endswith("_product"):  # two layers of random weights may agree on no place
        assert all(np.ptp(each) > 0 for each in maps[0, 1:])
    assert np.isfinite(probabilities).all()


@pytest.mark.filterwarnings("ignore:The structure of `inputs`")
@every_shape
def test_tf_keras_vis_takes_what_was_adapted(
    networks: dict[str, tuple[Any, Any]], films: Films, shape: str
) -> None:
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.saliency import Saliency
    from tf_keras_vis.utils.scores import CategoricalScore

    adapted, score = networks[shape][1], CategoricalScore(1)
    cam = Gradcam(adapted.model)(score, films[:1], penultimate_layer=adapted.target_layer)
    slopes = Saliency(adapted.model)(score, films[:1])
    for maps in (cam, slopes):
        assert np.isfinite(maps).all()
    assert np.ptp(slopes) > 0


@every_shape
def test_probabilities_are_those_of_the_original(
    networks: dict[str, tuple[Any, Any]], films: Films, shape: str
) -> None:
    original, adapted = networks[shape]
    wanted = np.asarray(original(given_to(shape, films), training=False))
    found = explained(adapted.model, films, "grad_cam", columns=[0])[0]
    if adapted.ending == "sigmoid":
        wanted = np.concatenate([1 - wanted, wanted], axis=1)
    np.testing.assert_allclose(found, wanted, atol=1e-5)


@every_shape
def test_the_original_stays_as_it_was(films: Films, shape: str) -> None:
    original = build(shape)
    before = state_of(original)
    answers = np.asarray(original(given_to(shape, films), training=False))
    adapted = adapt_network(original)
    adapted.model.target_layer = "other"
    for method in ("grad_cam", "saliency", "guided_backprop", "score_cam"):
        evidence(adapted.model, films[:1], method, columns=[1], layer=adapted.target_layer)
    after = state_of(original)
    assert before[:2] == after[:2]
    for old, new in zip(before[2], after[2], strict=True):
        np.testing.assert_array_equal(old, new)
    same = np.asarray(original(given_to(shape, films), training=False))
    np.testing.assert_array_equal(answers, same)


@every_shape
def test_what_the_original_learns_later_is_seen(films: Films, shape: str) -> None:
    original = build(shape)
    adapted = adapt_network(original)
    before = np.asarray(adapted.model(films, training=False))
    head = original.trainable_variables[-1]
    head.assign(head + np.arange(1, head.shape[0] + 1))
    shift = np.asarray(adapted.model(films, training=False)) - before
    np.testing.assert_allclose(shift[:, -1], head.shape[0], rtol=1e-4)


@every_shape
def test_size_scale_ending_and_layer_are_detected(
    networks: dict[str, tuple[Any, Any]], shape: str
) -> None:
    adapted = networks[shape][1]
    assert adapted.image_size_px == SIDE_PX
    assert adapted.target_layer == adapted.model.target_layer == "last"
    assert adapted.ending == ("sigmoid" if shape == "nested_sequential" else "softmax")
    assert adapted.n_classes == (2 if shape == "nested_sequential" else 3)
    preprocessed = shape == "with_preprocessing"
    assert (adapted.scale, adapted.scale_known) == (255 if preprocessed else 1, preprocessed)


@every_shape
def test_any_layer_of_maps_can_be_named_also_inside_a_nested_model(
    networks: dict[str, tuple[Any, Any]], films: Films, shape: str
) -> None:
    model = networks[shape][1].model
    first = next(layer.name for layer in model.layers if hasattr(layer, "kernel_size"))
    maps = explained(model, films[:1], "layer_cam", columns=[1], layer=first)[1]
    assert np.isfinite(maps).all()
    assert adapt_network(networks[shape][0], layer=first).target_layer == first


def test_a_size_that_the_network_does_not_take_is_made_inside(films: Films) -> None:
    original = build("flat_sequential")
    adapted = adapt_network(original, image_size_px=64)
    large = films.repeat(2, axis=1).repeat(2, axis=2)
    found = softmax(np.asarray(adapted.model(large)))
    np.testing.assert_allclose(found, np.asarray(original(films)), atol=1e-5)
    assert explained(adapted.model, large, "saliency", columns=[0])[1].shape[-1] == 64


def test_a_given_scale_goes_before_what_is_detected(films: Films) -> None:
    original = build("flat_sequential")
    adapted = adapt_network(original, scale=255)
    found = softmax(np.asarray(adapted.model(films)))
    np.testing.assert_allclose(found, np.asarray(original(films * 255)), atol=1e-5)
    assert adapted.scale_known


@pytest.mark.parametrize("axis", [None, -1])
def test_what_a_normalisation_has_learnt_is_kept(films: Films, axis: Any) -> None:
    import keras

    greys = keras.layers.Normalization(axis)
    greys.adapt(films * 7 - 3)
    tail = [keras.layers.Conv2D(4, 3), keras.layers.GlobalAveragePooling2D()]
    original = keras.Sequential([keras.Input((SIDE_PX, SIDE_PX, 1)), greys, *tail])
    model = adapt_network(original).model
    wanted = np.asarray(original(films))
    np.testing.assert_allclose(np.asarray(model(films)), wanted, atol=1e-5)
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    np.testing.assert_allclose(np.asarray(copy(films)), wanted, atol=1e-5)


def test_greys_that_are_divided_by_255_tell_the_scale() -> None:
    import keras

    image = keras.Input((SIDE_PX, SIDE_PX, 3))
    x = keras.layers.Conv2D(4, 3, activation="relu")(image / 255.0)
    x = keras.layers.GlobalAveragePooling2D()(x)
    assert adapt_network(keras.Model(image, keras.layers.Dense(2)(x))).scale == 255


@pytest.mark.parametrize("units", [1, 2])
def test_a_network_without_activation_already_gives_logits(films: Films, units: int) -> None:
    import keras

    layers = [keras.layers.Conv2D(4, 3), keras.layers.Flatten(), keras.layers.Dense(units)]
    original = keras.Sequential([keras.Input((SIDE_PX, SIDE_PX, 1)), *layers])
    adapted = adapt_network(original)
    assert (adapted.ending, adapted.n_classes) == ("logits", 2)
    logits = np.asarray(adapted.model(films))
    np.testing.assert_allclose(logits[:, -units:], np.asarray(original(films)), atol=1e-5)
    if units == 1:
        assert not logits[:, 0].any()


@pytest.mark.parametrize("ending", ["layer", "operation", "activation"])
def test_a_softmax_is_taken_off_wherever_it_stands(films: Films, ending: str) -> None:
    import keras

    film = keras.Input((SIDE_PX, SIDE_PX, 1))
    x = keras.layers.Flatten()(keras.layers.Conv2D(4, 3)(film))
    logits = keras.layers.Dense(3, name="answer")(x)
    softmaxes = {
        "layer": keras.layers.Softmax(),
        "operation": keras.ops.softmax,
        "activation": keras.layers.Activation("softmax", dtype="float32"),
    }
    adapted = adapt_network(keras.Model(film, softmaxes[ending](logits)))
    assert adapted.ending == "softmax"
    assert adapted.model.layers[-1].name == "answer"
    wanted = np.asarray(keras.Model(film, logits)(films))
    np.testing.assert_allclose(np.asarray(adapted.model(films)), wanted, atol=1e-5)


@pytest.mark.parametrize("form", ["list", "dictionary", "bytes", "half precision"])
def test_inputs_and_outputs_of_any_form_are_taken(films: Films, form: str) -> None:
    import keras

    dtype = "uint8" if form == "bytes" else "float32"
    image = keras.Input((SIDE_PX, SIDE_PX, 1), dtype=dtype, name="image")
    policy = "mixed_bfloat16" if form == "half precision" else "float32"
    x = keras.layers.Rescaling(1 / 255, dtype="float32")(image)
    x = keras.layers.Conv2D(4, 3, activation="relu", dtype=policy)(x)
    x = keras.layers.GlobalAveragePooling2D(dtype=policy)(x)
    x = keras.layers.Dense(2, activation="softmax", dtype=policy)(x)
    forms: dict[str, Any] = {
        "list": ([image], [x]),
        "dictionary": ({"image": image}, {"answer": x}),
    }
    adapted = adapt_network(keras.Model(*forms.get(form, (image, x))))
    assert adapted.scale == 255
    for method in ("grad_cam", "saliency", "ablation_cam"):
        maps = evidence(adapted.model, films[:1], method, columns=[1])[1]
        assert np.isfinite(maps).all()
        assert np.ptp(maps) > 0


@pytest.mark.parametrize("batch", [1, 4])
def test_a_model_for_a_fixed_number_of_films_is_taken(films: Films, batch: int) -> None:
    import keras

    layers = keras.layers
    body = [layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), layers.Dense(2, "softmax")]
    original = keras.Sequential([keras.Input(batch_shape=(batch, SIDE_PX, SIDE_PX, 1)), *body])
    adapted = adapt_network(original)
    wanted = np.asarray(original(films[:1].repeat(batch, axis=0)))[:1]
    np.testing.assert_allclose(softmax(np.asarray(adapted.model(films)))[:1], wanted, atol=1e-5)


def test_a_layer_that_is_called_twice_is_one_layer(films: Films) -> None:
    import keras

    film = keras.Input((SIDE_PX, SIDE_PX, 1))
    shared = keras.layers.Conv2D(1, 3, padding="same", activation="relu")
    x = keras.layers.Flatten()(shared(shared(film)))
    original = keras.Model(film, keras.layers.Dense(2, activation="softmax")(x))
    adapted = adapt_network(original)
    assert len(adapted.model.weights) == len(original.weights)


def test_a_layer_without_maps_is_refused() -> None:
    with pytest.raises(LayerNotFoundError, match="no 4-D layer 'nowhere'"):
        adapt_network(build("flat_sequential"), layer="nowhere")


def test_layers_that_may_be_explained_are_told() -> None:
    flat = build("flat_sequential")
    assert adapt_network(flat).layers == ("first", "last")
    pooling = flat.layers[1].name
    assert adapt_network(flat, layer=pooling).layers == ("first", "last", pooling)
    nested = adapt_network(build("nested_backbone"))
    assert nested.layers == ("conv", "norm", "depthwise", "last")
