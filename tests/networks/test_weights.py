from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xray_core.errors import WeightsError
from xray_core.networks.registry import build_network, get_network, save_weights
from xray_core.networks.weights import (
    Initialisation,
    load_initial_weights,
    resolve_weights,
)
from xray_core.settings import PROJECT_DIR, settings_of_environment

NAME = "efficientnetv2b0"  # the smallest application
NETWORK = get_network(NAME)
SIZE_PX = 32
WHOLE = ("whole.npz", "whole.h5", "whole.weights.h5", "whole.keras")
BACKBONE = ("backbone.npz", "backbone.h5", "backbone.weights.h5", "backbone.keras")
Weights = list[Any]


@pytest.fixture(scope="module")
def trained() -> Any:
    """The network that stands for one that has learnt something: nothing in it is as it starts."""
    model = build_network(NAME, 3, SIZE_PX)
    random = np.random.default_rng(4)
    model.set_weights([random.normal(size=weight.shape) for weight in model.get_weights()])
    return model


@pytest.fixture(scope="module")
def fresh() -> Callable[[int], Any]:
    """Networks of so many classes with the weights they were built with."""
    built: dict[int, tuple[Any, Weights]] = {}

    def get(n_classes: int) -> Any:
        if n_classes not in built:
            model = build_network(NAME, n_classes, SIZE_PX)
            built[n_classes] = model, model.get_weights()
        model, weights = built[n_classes]
        model.set_weights(weights)
        return model

    return get


@pytest.fixture(scope="module")
def saved(trained: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its weights in every format, with and without head."""
    import keras

    folder = tmp_path_factory.mktemp("weights")
    backbone = keras.Model(trained.input, trained.get_layer(NETWORK.target_layer).output)
    for name, model in (("whole", trained), ("backbone", backbone)):
        np.savez(folder / f"{name}.npz", *model.get_weights())
        model.save(folder / f"{name}.h5")
        model.save(folder / f"{name}.keras")
        model.save_weights(folder / f"{name}.weights.h5")
    return folder


def load(model: Any, path: Path, network: str = NAME) -> None:
    load_initial_weights(
        model, get_network(network), resolve_weights(get_network(network), str(path))
    )


def assert_equal(found: Weights, expected: Weights, tolerance: float = 0) -> None:
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


@pytest.fixture
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Neither the caches of this machine nor a folder of weights."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("XRAY_WEIGHTS_DIR", raising=False)
    settings_of_environment.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings_of_environment.cache_clear()


def test_none_is_random(fresh: Any) -> None:
    start = resolve_weights(NETWORK, "none")
    assert start == Initialisation("random", "random", None)
    model = fresh(3)
    before = model.get_weights()
    load_initial_weights(model, NETWORK, start)
    assert_equal(model.get_weights(), before)


def test_imagenet_without_a_file_is_still_to_be_fetched(keras_home: Path) -> None:
    start = resolve_weights(NETWORK, "imagenet")
    assert start == Initialisation("imagenet", "ImageNet", None)
    assert start.to_be_fetched
    assert not resolve_weights(NETWORK, "none").to_be_fetched
    path = keras_home / "models" / "efficientnetv2-b0_notop.h5"
    path.parent.mkdir()
    path.write_bytes(b"1")
    assert resolve_weights(NETWORK, "imagenet").path == path
    assert not resolve_weights(NETWORK, "imagenet").to_be_fetched


@pytest.mark.parametrize("name", WHOLE)
def test_a_head_of_the_same_classes_is_taken_over(
    name: str, saved: Path, fresh: Any, trained: Any
) -> None:
    model = fresh(3)
    load(model, saved / name)
    assert_equal(model.get_weights(), trained.get_weights(), 1e-6)


@pytest.mark.parametrize("name", [*WHOLE, *BACKBONE])
def test_another_head_stays_as_it_was_built(
    name: str, saved: Path, fresh: Any, trained: Any
) -> None:
    model = fresh(5)
    head = model.get_weights()[-2:]
    load(model, saved / name)
    assert_equal(model.get_weights()[:-2], trained.get_weights()[:-2], 1e-6)
    assert_equal(model.get_weights()[-2:], head)


def test_weights_of_a_run_and_half_floats_are_read(
    fresh: Any, trained: Any, tmp_path: Path
) -> None:
    save_weights(trained, tmp_path / "weights.npz", "float16")
    model = fresh(3)
    load(model, tmp_path / "weights.npz")
    assert model.get_weights()[0].dtype == np.float32
    assert_equal(model.get_weights(), trained.get_weights(), 1e-3)


@pytest.mark.parametrize(
    ("config", "title"),
    [
        ('{"initialisation": "ImageNet"}', "further-trained ImageNet"),
        ('{"initialisation": "further-trained ImageNet"}', "further-trained ImageNet"),
        ("{}", "file weights.npz"),
        ("[]", "file weights.npz"),
        ("no JSON", "file weights.npz"),
        (None, "file weights.npz"),
    ],
)
def test_weights_of_a_run_tell_where_it_had_started(
    config: str | None, title: str, tmp_path: Path
) -> None:
    (tmp_path / "weights.npz").write_bytes(b"any")
    if config is not None:
        (tmp_path / "config.json").write_text(config)
    assert resolve_weights(NETWORK, str(tmp_path / "weights.npz")).title == title


@pytest.mark.long
def test_what_keras_itself_saves_without_head_is_read(fresh: Any, tmp_path: Path) -> None:
    import keras

    theirs = keras.applications.EfficientNetV2B0(
        include_top=False, weights=None, input_shape=(SIZE_PX, SIZE_PX, 3)
    )
    model = fresh(3)
    for name in ("theirs.h5", "theirs.weights.h5"):
        theirs.set_weights([weight + 0.01 for weight in theirs.get_weights()])
        theirs.save_weights(tmp_path / name) if "weights" in name else theirs.save(tmp_path / name)
        load(model, tmp_path / name)
        assert_equal(model.get_weights()[:-2], theirs.get_weights())


def test_imagenet_weights_from_the_own_folder_fill_the_backbone(
    saved: Path, fresh: Any, trained: Any, keras_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (keras_home / f"{NAME}_imagenet_notop.npz").symlink_to(saved / "backbone.npz")
    monkeypatch.setenv("XRAY_WEIGHTS_DIR", str(keras_home))
    settings_of_environment.cache_clear()
    model = fresh(3)
    start = resolve_weights(NETWORK, "imagenet")
    load_initial_weights(model, NETWORK, start)
    assert start.title == "ImageNet"
    assert_equal(model.get_weights()[:-2], trained.get_weights()[:-2], 1e-6)


def test_imagenet_weights_are_fetched_when_they_are_needed(
    saved: Path, fresh: Any, trained: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "xray_core.networks.weights.fetch_imagenet", lambda network: saved / "backbone.h5"
    )
    model = fresh(3)
    load_initial_weights(model, NETWORK, Initialisation("imagenet", "ImageNet"))
    assert_equal(model.get_weights()[:-2], trained.get_weights()[:-2], 1e-6)


@pytest.mark.parametrize("name", ["other.npz", "other.h5", "other.weights.h5", "other.keras"])
def test_weights_of_another_network_name_both_shapes(name: str, fresh: Any, tmp_path: Path) -> None:
    other = build_network("small_cnn", 3, SIZE_PX)
    path = tmp_path / name
    if path.suffix == ".npz":
        save_weights(other, path)
    elif ".weights." in name:
        other.save_weights(path)
    else:
        other.save(path)
    with pytest.raises(WeightsError, match="do not fit the network EfficientNetV2B0") as caught:
        load(fresh(3), path)
    assert "array 0 has the shape (5, 5, 1, 16), not (3, 3, 3, 32)" in caught.value.what
    assert caught.value.where == name


def test_too_few_arrays_are_counted(fresh: Any, trained: Any, tmp_path: Path) -> None:
    weights = trained.get_weights()
    np.savez(tmp_path / "few.npz", *weights[:10])
    with pytest.raises(WeightsError, match=f"10 arrays, not {len(weights) - 2}"):
        load(fresh(3), tmp_path / "few.npz")


@pytest.mark.parametrize("name", [*WHOLE, "cut.npz", "cut.h5", "cut.weights.h5", "cut.keras"])
def test_damaged_files_are_named(name: str, saved: Path, fresh: Any, tmp_path: Path) -> None:
    content = b"no weights at all"
    if name.startswith("cut"):
        source = (saved / name.replace("cut", "whole")).read_bytes()
        content = source[: len(source) // 2]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WeightsError, match="could not be read") as caught:
        load(fresh(3), tmp_path / name)
    assert caught.value.where == name


def test_pickled_objects_are_never_opened(fresh: Any, tmp_path: Path) -> None:
    np.savez(tmp_path / "objects.npz", np.array([{"a": 1}], dtype=object))
    with pytest.raises(WeightsError, match="could not be read: ValueError"):
        load(fresh(3), tmp_path / "objects.npz")


def test_an_archive_that_unpacks_to_too_much_is_refused(
    fresh: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez_compressed(tmp_path / "bomb.npz", np.zeros(100_000))
    monkeypatch.setattr("xray_core.networks.weights.MAX_BYTES", 100_000)
    with pytest.raises(WeightsError, match="could not be read"):
        load(fresh(3), tmp_path / "bomb.npz")


def test_whole_numbers_are_no_weights(fresh: Any, tmp_path: Path) -> None:
    np.savez(tmp_path / "films.npz", np.zeros((4, 32, 32), np.uint8))
    with pytest.raises(WeightsError, match="something other than weights"):
        load(fresh(3), tmp_path / "films.npz")


def test_values_that_are_no_numbers_are_refused(fresh: Any, trained: Any, tmp_path: Path) -> None:
    weights = trained.get_weights()
    weights[7] = weights[7] * np.nan
    np.savez(tmp_path / "nan.npz", *weights)
    with pytest.raises(WeightsError, match="NaN or infinite values"):
        load(fresh(3), tmp_path / "nan.npz")


def test_code_in_a_keras_file_is_not_run(fresh: Any, tmp_path: Path) -> None:
    import keras

    film = keras.Input((SIZE_PX, SIZE_PX, 1))
    keras.Model(film, keras.layers.Lambda(lambda x: x * 2)(film)).save(tmp_path / "code.keras")
    with pytest.raises(WeightsError, match="holds a Lambda layer, which is code") as caught:
        load(fresh(3), tmp_path / "code.keras")
    assert "save_weights" in caught.value.fix


@pytest.mark.long
@pytest.mark.slow
def test_imagenet_features_are_those_of_keras() -> None:
    import keras

    network = get_network("xception")
    path = PROJECT_DIR.parent / "shared" / "weights" / "xception_imagenet_notop.float16.npz"
    if not path.is_file():
        pytest.skip("no ImageNet weights at ../shared/weights")
    model = build_network("xception", 4, 96)
    load_initial_weights(model, network, Initialisation("imagenet", "ImageNet", path))
    theirs = keras.applications.Xception(include_top=False, weights=None, input_shape=(96, 96, 3))
    with np.load(path) as file:
        theirs.set_weights([file[name].astype("float32") for name in sorted(file.files)])
    ours = keras.Model(
        model.input,
        [model.get_layer(layer).output for layer in ("preprocess", network.target_layer)],
    )
    films = np.random.default_rng(2).random((2, 96, 96, 1), dtype=np.float32)
    pictures, features = ours(films, training=False)
    expected = np.asarray(theirs(pictures, training=False))
    assert expected.std() > 0.01
    np.testing.assert_allclose(features, expected, atol=1e-5)
