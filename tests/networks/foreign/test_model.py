import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.foreign import SHAPES, build
from tests.networks.conftest import Change, Config
from xray_core.errors import WeightsError
from xray_core.networks.foreign.model import MAX_CONFIG_BYTES, check_own_model, load_own_model


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """A file that hostile code would write; it must never be there."""
    return tmp_path / "it ran"


def refused(path: Path, words: str) -> WeightsError:
    with pytest.raises(WeightsError, match=words) as caught:
        load_own_model(path)
    assert caught.value.where == path.name
    assert caught.value.fix
    assert str(path.parent) not in str(caught.value)
    return caught.value


def layers_of(config: Config) -> list[Config]:
    layers: list[Config] = config["config"]["layers"]
    return layers


@pytest.mark.parametrize("shape", SHAPES)
def test_models_of_keras_layers_alone_are_loaded(shape: str, tmp_path: Path) -> None:
    original = build(shape)
    original.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    original.save(tmp_path / "own.keras")
    loaded = load_own_model(tmp_path / "own.keras")
    for old, new in zip(original.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert not loaded.compiled


def test_half_precision_regularisers_and_operations_of_keras_are_loaded(tmp_path: Path) -> None:
    import keras

    layers = keras.layers
    film = keras.Input((32, 32, 3), dtype="float32")
    x = keras.ops.clip(film / 255.0, 0, 1)
    x = layers.Conv2D(4, 3, kernel_regularizer="l2", dtype="mixed_bfloat16")(x)
    x = layers.PReLU(shared_axes=[1, 2])(layers.Activation(keras.activations.gelu)(x))
    x = layers.Dense(2, kernel_constraint=keras.constraints.MaxNorm(2))(layers.Flatten()(x))
    keras.Model(film, keras.ops.softmax(x)).save(tmp_path / "own.keras")
    assert load_own_model(tmp_path / "own.keras").count_params() > 0


def test_a_loss_of_ones_own_is_no_hindrance(tmp_path: Path) -> None:
    def own_loss(y_true: Any, y_pred: Any) -> Any:
        return y_pred - y_true

    model = build("flat_sequential")
    model.compile("adam", own_loss)
    model.save(tmp_path / "own.keras")
    assert load_own_model(tmp_path / "own.keras").layers


def test_code_in_a_lambda_layer_never_runs(tmp_path: Path, mark: Path) -> None:
    import keras

    hostile = keras.layers.Lambda(eval(f"lambda x: (open({str(mark)!r}, 'w').close(), x)[1]"))
    model = keras.Sequential([keras.Input((8, 8, 1)), hostile, keras.layers.Flatten()])
    mark.unlink(missing_ok=True)
    model.save(tmp_path / "hostile.keras")
    check = zipfile.ZipFile(tmp_path / "hostile.keras").read("config.json")
    assert b"__lambda__" in check
    refused(tmp_path / "hostile.keras", "Lambda layer, which is code")
    assert not mark.exists()


def test_code_hidden_where_a_function_is_expected_never_runs(
    changed: Callable[[Change], Path], mark: Path
) -> None:
    from keras.src.utils import python_utils

    code, _, _ = python_utils.func_dump(eval(f"lambda x: open({str(mark)!r}, 'w')"))
    value = {"code": code, "defaults": None, "closure": None}

    def hide(config: Config) -> None:
        hidden = {"class_name": "__lambda__", "config": {"value": value}}
        layers_of(config)[1]["config"]["activation"] = [{"deep": hidden}]

    refused(changed(hide), "Lambda")
    assert not mark.exists()


@pytest.mark.parametrize(
    ("module", "name", "registered"),
    [
        ("os", "system", "system"),
        ("builtins", "eval", "pack>eval"),
        ("subprocess", "Popen", None),
        ("kerasx.layers", "Dense", None),
        ("keras_hub.layers", "Dense", None),
        ("keras.saving", "load_model", None),
        ("keras.utils", "get_file", None),
        ("keras", "Lambda", None),
        ("keras.src.saving.saving_lib", "load_model", "load_model"),
        ("keras.src.utils.python_utils", "func_load", "func_load"),
        ("keras.layers", "deserialize", None),
        ("keras.layers", "Conv2D", "Foreign>Conv2D"),
        ("keras.src.applications.convnext", "LayerScale", "Foreign>LayerScale"),
        ("keras.src.applications.convnext", "ConvNeXtTiny", "ConvNeXtTiny"),
        ("keras.applications", "LayerScale", "LayerScale"),
        ("keras.layers", "TFSMLayer", None),
        ("keras.layers", "TextVectorization", None),
        (None, "Own", "Custom>Own"),
        (None, "Dense", None),
        (["keras.layers"], "Dense", None),
    ],
)
def test_classes_and_functions_from_elsewhere_are_refused_before_keras_sees_them(
    changed: Callable[[Change], Path],
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    registered: str | None,
) -> None:
    import keras

    monkeypatch.setattr(keras.saving, "load_model", lambda *_, **__: pytest.fail("Keras saw it"))
    as_class = {"module": module, "class_name": name, "config": {}, "registered_name": registered}
    as_function = as_class | {"class_name": "function", "config": name}

    def as_layer(config: Config) -> None:
        layers_of(config)[1] |= {"module": module, "class_name": name}
        layers_of(config)[1]["registered_name"] = registered

    def as_activation(config: Config) -> None:
        layers_of(config)[1]["config"]["activation"] = as_function

    def as_initializer(config: Config) -> None:
        layers_of(config)[1]["config"]["kernel_initializer"] = {"deep": [as_class]}

    for change in (as_layer, as_activation, as_initializer):
        if name == "Dense" and change is as_activation:
            continue
        refused(changed(change), "not part of Keras|which is code|opens other files")


@pytest.mark.parametrize("content", [b"a text file\n" * 40, b"PK\x03\x04 and no more"])
def test_a_file_that_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.keras"
    path.write_bytes(content)
    refused(path, "not a .keras file")


def test_a_pickle_is_refused_and_its_code_never_runs(tmp_path: Path, mark: Path) -> None:
    class Hostile:
        def __reduce__(self) -> Any:
            return (Path.touch, (mark,))

    for name in ("own.keras", "own.pkl"):
        (tmp_path / name).write_bytes(pickle.dumps(Hostile()))
        refused(tmp_path / name, "It is a pickle")
    assert not mark.exists()


def test_other_names_and_folders_are_refused_with_the_way_to_save(
    good: Path, tmp_path: Path
) -> None:
    for name in ("own.h5", "own.pt", "own"):
        (tmp_path / name).write_bytes(good.read_bytes())
        assert "model.save('name.keras')" in refused(tmp_path / name, ".keras files only").fix
    refused(tmp_path / "lost.keras", "no such file")
    (tmp_path / "folder.keras").mkdir()
    refused(tmp_path / "folder.keras", "a folder")


def test_a_file_of_keras_2_or_of_a_newer_keras_is_named_so(
    good: Path, tmp_path: Path, changed: Callable[[Change], Path]
) -> None:
    def of_keras_2(config: Config) -> None:
        config["module"] = "tf_keras.src.engine.functional"
        config["class_name"] = "Functional"

    def version(path: Path, text: str) -> Path:
        new = tmp_path / "saved.keras"
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w") as archive:
            archive.writestr("metadata.json", f'{{"keras_version": "{text}"}}')
            for name in ("config.json", "model.weights.h5"):
                archive.writestr(name, old.read(name))
        return new

    error = refused(version(changed(of_keras_2), "2.21.0"), r"saved by Keras 2 \(2.21.0\)")
    assert "HDF5" in error.fix
    assert "Keras 3" in error.fix
    refused(changed(of_keras_2), "not part of Keras: 'tf_keras.src.engine.functional.Functional'")

    def unknown_setting(config: Config) -> None:
        layers_of(config)[1]["config"]["new_setting"] = 1

    refused(version(changed(unknown_setting), "3.999.0"), "saved by Keras 3.999.0, which is newer")
    assert load_own_model(version(good, "2.21.0")).layers  # what can be read is read


def test_layers_of_the_ready_made_networks_of_keras_are_its_own(tmp_path: Path) -> None:
    import keras
    from keras.src.applications.convnext import LayerScale, StochasticDepth

    image = keras.Input((8, 8, 3))
    x = StochasticDepth(0.1)(LayerScale(0.5, 3)(image))
    keras.Model(image, x).save(tmp_path / "next.keras")
    model = load_own_model(tmp_path / "next.keras")
    assert [type(layer).__name__ for layer in model.layers[1:]] == ["LayerScale", "StochasticDepth"]


@pytest.mark.parametrize("kept", [0.3, 0.8, 0.99])
def test_half_a_file_is_refused(good: Path, tmp_path: Path, kept: float) -> None:
    whole = good.read_bytes()
    path = tmp_path / "half.keras"
    path.write_bytes(whole[: int(kept * len(whole))])
    refused(path, "damaged")


def test_flipped_bytes_in_the_weights_are_an_error_of_ours(good: Path, tmp_path: Path) -> None:
    whole = bytearray(good.read_bytes())
    start = whole.index(b"\x89HDF")
    whole[start : start + 64] = bytes(64)
    path = tmp_path / "flipped.keras"
    path.write_bytes(whole)
    refused(path, "could not build|damaged")


def test_a_bomb_is_refused_before_it_is_unpacked(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("config.json", b"[" + b" " * (8 * 2**20) + b"]")
        bomb.writestr("model.weights.h5", b"")
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was unpacked"))
    assert "8,388,610" in refused(path, "would unpack").what

    with zipfile.ZipFile(path, "w") as bomb:
        bomb.writestr("config.json", "{}")
        bomb.writestr("model.weights.h5", "")
        bomb.infolist()[0].file_size = MAX_CONFIG_BYTES + 1
        bomb.infolist()[1].file_size = 2**40
    refused(path, "would unpack")


@pytest.mark.parametrize(
    "name", ["../escape.py", "/etc/escape", "assets/vocabulary.txt", "keras.py", "a\\..\\b"]
)
def test_members_that_are_no_part_of_a_model_are_refused(
    good: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "more.keras"
    path.write_bytes(good.read_bytes())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    refused(path, "something other than a model")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_second_description_is_refused(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "twice.keras"
    path.write_bytes(good.read_bytes())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("config.json", "{}")
    refused(path, "holds one twice")


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, '{"class_name": 3}', "\udcff"])
def test_a_description_that_describes_nothing_is_refused(
    good: Path, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "odd.keras"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        new.writestr("config.json", text.encode("utf-8", "surrogateescape"))
        new.writestr("model.weights.h5", old.read("model.weights.h5"))
    refused(path, "damaged|not part of Keras")


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    model = build("flat_sequential")
    model.weights[0].assign(np.nan * np.asarray(model.weights[0]))
    model.save(tmp_path / "nan.keras")
    refused(tmp_path / "nan.keras", "NaN or infinite")


def test_a_good_file_passes_the_check_without_keras(good: Path) -> None:
    check_own_model(good)
