import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from xray_core.classifier import Classifier
from xray_core.explain.evidence import evidence
from xray_core.explain.methods import METHODS
from xray_core.networks.foreign.adapt import Adapted, adapt_network

SIDE_PX = 24


def adapted(body: Callable[[Any, Any], Any], layer: str | None = None) -> Adapted:
    """A tiny classifier: `body(layers, film)` gives features, pooled if they have places."""
    import keras

    keras.utils.set_random_seed(6)
    layers = keras.layers
    film = keras.Input((SIDE_PX, SIDE_PX, 1))
    x = body(layers, film)
    if len(x.shape) == 4:
        x = layers.GlobalAveragePooling2D()(x)
    if len(x.shape) == 3:
        x = layers.GlobalAveragePooling1D()(x)
    return adapt_network(keras.Model(film, layers.Dense(2)(x)), layer=layer)


def patches(layers: Any, film: Any) -> Any:
    """36 tokens of 4 numbers, by name `patches`."""
    return layers.Reshape((36, 4))(layers.Conv2D(4, 4, strides=4, name="patches")(film))


def block(layers: Any, x: Any, name: str) -> Any:
    """One block of a transformer."""
    mixed = layers.MultiHeadAttention(2, 4, name=f"attention_{name}")(x, x)
    return layers.Add(name=f"tokens_{name}")([x, mixed])


def residual(layers: Any, film: Any) -> Any:
    x = layers.Conv2D(3, 3, padding="same", name="one")(film)
    return layers.Add(name="sum")([x, layers.Conv2D(3, 3, padding="same", name="two")(x)])


def gated(layers: Any, film: Any) -> Any:
    x = layers.Conv2D(3, 3, padding="same", name="one")(film)
    gate = layers.Dense(3, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))
    return layers.Multiply(name="scaled")([x, gate])


@pytest.mark.parametrize(("body", "layer"), [(residual, "sum"), (gated, "scaled")])
def test_a_layer_that_all_paths_run_through_has_no_note(
    body: Callable[[Any, Any], Any], layer: str
) -> None:
    found = adapted(body)
    assert (found.target_layer, found.notes) == (layer, ())


def two_branches(layers: Any, film: Any) -> Any:
    pooled = layers.GlobalAveragePooling2D()
    left = layers.Conv2D(3, 3, activation="relu", name="left")(film)
    right = layers.Conv2D(3, 5, activation="relu", name="right")(film)
    return layers.Concatenate()([pooled(left), layers.GlobalMaxPooling2D()(right)])


def skip_from_film(layers: Any, film: Any) -> Any:
    x = layers.Conv2D(3, 3, name="one")(film)
    pooled = layers.GlobalAveragePooling2D()
    return layers.Concatenate()([pooled(x), layers.GlobalAveragePooling2D()(film)])


@pytest.mark.parametrize(
    ("body", "layer", "past"),
    [
        (two_branches, None, " Others run past it, as through left."),
        (two_branches, "left", " Others run past it, as through right."),
        (skip_from_film, None, ""),
        (residual, "two", ""),
    ],
)
def test_a_path_past_the_layer_is_told(
    body: Callable[[Any, Any], Any], layer: str | None, past: str
) -> None:
    found = adapted(body, layer)
    assert found.notes == (
        "The map shows a part: not every path from the film to the output runs through "
        f"{found.target_layer}.{past}",
    )
    classes = tuple("abcdef"[: found.model.output.shape[-1]])
    size = found.image_size_px
    model = Classifier(
        found.model, classes, size, found.target_layer, "mine", "mine", None, found.notes
    )
    assert model.map_notes("grad_cam") == found.notes
    assert model.map_notes("occlusion") == ()


def test_an_operation_that_joins_paths_can_be_explained() -> None:
    found = adapted(lambda ls, film: ls.Conv2D(3, 3, name="a")(film) + ls.Conv2D(3, 3)(film))
    assert re.fullmatch(r"add(_\d+)?_places", found.target_layer)
    assert found.notes == ()
    films = np.random.default_rng(0).random((2, SIDE_PX, SIDE_PX, 1), dtype=np.float32)
    maps = evidence(found.model, films, "grad_cam")[1]
    assert maps.shape == (2, 2, SIDE_PX - 2, SIDE_PX - 2)


def test_a_transformer_is_explained_at_the_tokens_of_its_last_block() -> None:
    found = adapted(lambda ls, film: block(ls, block(ls, patches(ls, film), "1"), "2"))
    assert found.target_layer == "tokens_2_places"
    assert found.notes == (
        "Before tokens_2_places places are mixed (attention_1, attention_2): a cell may also "
        "carry what was seen elsewhere on the film.",
    )
    assert {"patches", "tokens_1_places"} <= set(found.layers)
    film = np.zeros((1, SIDE_PX, SIDE_PX, 1), np.float32)
    film[:, 16:20, 4:8] = 1  # the patch in row 4 and column 1
    logits, maps = evidence(found.model, film, "hires_cam")
    assert maps.shape == (1, 2, 6, 6)
    assert np.unravel_index(np.abs(maps[0, 1]).argmax(), (6, 6)) == (4, 1)
    for name, method in METHODS.items():
        if method.of_layer:
            assert np.isfinite(evidence(found.model, film, name, columns=[0])[1]).all()
    again = adapted(
        lambda ls, film: block(ls, block(ls, patches(ls, film), "1"), "2"), found.target_layer
    )
    np.testing.assert_allclose(np.asarray(again.model(film)), logits, atol=1e-6)


def class_token(layers: Any, film: Any) -> Any:
    x = patches(layers, film)
    token = layers.Reshape((1, 4))(layers.GlobalAveragePooling1D()(x))
    x = block(layers, block(layers, layers.Concatenate(axis=1)([token, x]), "1"), "2")
    return x[:, 0]


@pytest.mark.long
def test_the_patches_of_a_class_token_are_explained_where_they_last_reach_it() -> None:
    found = adapted(class_token)
    assert found.target_layer == "tokens_1_places"
    assert "not every path" in found.notes[0]
    assert "places are mixed (attention_2)" in found.notes[1]
    assert found.model.get_layer(found.target_layer).output.shape == (None, 6, 6, 4)


def attention_alone(layers: Any, film: Any) -> Any:
    x = patches(layers, film)
    return layers.Reshape((6, 6, 4), name="back")(layers.MultiHeadAttention(1, 4, name="mix")(x, x))


def attention_beside(layers: Any, film: Any) -> Any:
    return layers.Reshape((6, 6, 4), name="back")(block(layers, patches(layers, film), "1"))


def test_a_reshape_back_to_maps_is_taken_where_places_are_kept() -> None:
    assert adapted(attention_beside).target_layer == "back"
    found = adapted(attention_alone)
    assert found.target_layer == "patches"
    assert found.notes == ("After patches places are mixed (mix): the map stops before that.",)
    asked = adapted(attention_alone, "back")
    assert "its cells do not stand for places" in asked.notes[0]


def dense_on_all(layers: Any, film: Any) -> Any:
    x = layers.Flatten()(layers.Conv2D(2, 4, strides=4, name="conv")(film))
    x = layers.Reshape((6, 6, 2))(layers.Dense(72, name="all")(x))
    return layers.Conv2D(3, 1, name="last")(x)


def turned(layers: Any, film: Any) -> Any:
    x = layers.Conv2D(3, 3, name="conv")(film)
    return layers.Conv2D(3, 1, name="last")(layers.Permute((2, 1, 3))(x))


def tokens_mixed_by_dense(layers: Any, film: Any) -> Any:
    x = layers.Permute((2, 1))(patches(layers, film))
    return layers.Permute((2, 1))(layers.Dense(36, name="across")(x))


def recurrent(layers: Any, film: Any) -> Any:
    return layers.Bidirectional(layers.LSTM(3), name="reads")(patches(layers, film))


def by_hand(layers: Any, film: Any) -> Any:
    import keras

    x = patches(layers, film)
    weights = keras.ops.softmax(keras.ops.matmul(x, keras.ops.transpose(x, (0, 2, 1))))
    return keras.ops.max(keras.ops.matmul(weights, x), axis=1)


@pytest.mark.parametrize(
    ("body", "layer", "words"),
    [
        (turned, "conv", "^$"),
        (dense_on_all, "conv", "After conv places are mixed"),
        (tokens_mixed_by_dense, "patches", r"\(across\)"),
        (recurrent, "patches", r"After patches places are mixed \(reads\)"),
        (by_hand, r"matmul(_\d+)?_places", r"Before matmul\w+ places are mixed \(matmul.*, matmul"),
    ],
)
def test_the_last_layer_that_keeps_places_is_taken_and_what_mixes_them_is_told(
    body: Callable[[Any, Any], Any], layer: str, words: str
) -> None:
    found = adapted(body)
    assert re.fullmatch(layer, found.target_layer)
    assert re.search(words, " ".join(found.notes))


@pytest.mark.parametrize("body", [dense_on_all, turned])
def test_cells_that_stand_for_no_places_are_told(body: Callable[[Any, Any], Any]) -> None:
    assert "its cells do not stand for places" in adapted(body, "last").notes[0]


def test_edges_that_are_cut_off_are_told() -> None:
    found = adapted(lambda ls, film: ls.Conv2D(3, 3)(ls.CenterCrop(12, 12, name="crop")(film)))
    assert found.notes == ("The edges of the film are cut off (crop): the map is drawn too large.",)
