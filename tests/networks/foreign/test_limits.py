import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from tests.foreign import SIDE_PX
from tests.networks.conftest import Change, Config
from xray_core.errors import NetworkError, WeightsError
from xray_core.networks.foreign import limits as own_size
from xray_core.networks.foreign.adapt import adapt_network
from xray_core.networks.foreign.limits import MAX_NUMBER, check_numbers, check_values, check_weights
from xray_core.networks.foreign.model import load_own_model

resource = pytest.importorskip("resource")
MOST_MB = 150
"""Of memory that a refusal may take; every file here would take more than 3 GB."""


def peak_mb() -> float:
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024


def layers_of(config: Config) -> list[Config]:
    layers: list[Config] = config["config"]["layers"]
    return layers


def of_keras(kind: str, module: str = "keras.layers", **settings: Any) -> Config:
    return {"module": module, "class_name": kind, "config": settings, "registered_name": None}


def units(config: Config) -> None:
    layers_of(config)[-1]["config"]["units"] = 10**7


def more_units_than_anyone_has(config: Config) -> None:
    layers_of(config)[-1]["config"]["units"] = 10**12


def filters(config: Config) -> None:
    del layers_of(config)[4:]
    layers_of(config)[3]["config"]["filters"] = 16_000_000


def embedding(config: Config) -> None:
    layers_of(config)[1:] = [of_keras("Embedding", input_dim=10**6, output_dim=10**6)]


def film(config: Config) -> None:
    layers_of(config)[0]["config"]["batch_shape"] = [None, 40_000, 40_000, 1]
    config["config"].pop("build_input_shape", None)
    for layer in layers_of(config):
        layer.pop("build_config", None)


def mean_of_every_pixel(config: Config) -> None:
    film(config)
    greys = of_keras("Normalization", axis=[1, 2, 3], mean=0.5, variance=1.0)
    layers_of(config)[1:] = [greys]


def nested(config: Config) -> None:
    inner = of_keras("Dense", units=10**6), of_keras("Dense", units=10**6)
    name = {"name": "inner", "layers": list(inner), "build_input_shape": [None, 216]}
    layers_of(config)[-1:] = [of_keras("Sequential", "keras", **name)]


def many_parts(config: Config) -> None:
    layers_of(config)[1:] = [of_keras("Split", "keras.ops", indices_or_sections=10**6, axis=1)]


def every_part(config: Config) -> None:
    layers_of(config)[1:] = [of_keras("Unstack", "keras.src.ops.core", num=None, axis=1)]


def every_step(config: Config) -> None:
    layers_of(config)[1:] = [of_keras("LSTM", units=1, unroll=True)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (units, "declares 8,680,00"),
        (more_units_than_anyone_has, "a size of 1,000,000,000,000"),
        (filters, "declares [0-9,]{13,} bytes of weights"),
        (embedding, "declares 4,000,000,000,000 bytes"),
        (film, "declares [0-9,]{13,} bytes"),
        (mean_of_every_pixel, "values of their settings"),
        (nested, "declares [0-9,]{13,} bytes"),
        (many_parts, "kind Split"),
        (every_part, "kind Unstack"),
        (every_step, "kind LSTM"),
    ],
)
def test_enormous_declared_layers_are_refused_in_little_memory(
    changed: Callable[[Change], Path],
    monkeypatch: pytest.MonkeyPatch,
    change: Change,
    words: str,
) -> None:
    import keras

    path = changed(change)
    assert path.stat().st_size < 50_000
    monkeypatch.setattr(keras.saving, "load_model", lambda *_, **__: pytest.fail("it was built"))
    before = peak_mb()
    with pytest.raises(WeightsError, match=words) as caught:
        load_own_model(path)
    assert peak_mb() - before < MOST_MB
    assert caught.value.where == path.name
    assert caught.value.fix


def with_weights(good: Path, path: Path, fill: Callable[[h5py.File], object]) -> Path:
    """The good file with an HDF5 file of another's making."""
    stored = io.BytesIO()
    with h5py.File(stored, "w") as file:
        fill(file)
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        new.writestr("config.json", old.read("config.json"))
        new.writestr("model.weights.h5", stored.getvalue())
    return path


def test_arrays_that_would_be_larger_than_their_file_are_refused(
    good: Path, tmp_path: Path
) -> None:
    def enormous(file: h5py.File) -> None:  # never written: all its values are the fill value
        file.create_dataset("layers/conv2d/vars/0", (900_000_000,), "float32", chunks=(1000,))

    def texts(file: h5py.File) -> None:
        file.create_dataset("layers/conv2d/vars/0", data=["long"], dtype=h5py.string_dtype())

    before = peak_mb()
    with pytest.raises(WeightsError, match=r"declares 3,600,000,000 bytes"):
        load_own_model(with_weights(good, tmp_path / "own.keras", enormous))
    assert peak_mb() - before < MOST_MB
    with pytest.raises(WeightsError, match="not arrays of numbers"):
        load_own_model(with_weights(good, tmp_path / "own.keras", texts))


def test_a_refusal_leaves_nothing_for_keras_to_fill_later(
    changed: Callable[[Change], Path],
) -> None:
    import keras

    with pytest.raises(WeightsError):
        load_own_model(changed(units))
    before = peak_mb()
    with keras.StatelessScope():  # its end fills what was left
        pass
    assert peak_mb() - before < MOST_MB


def test_what_a_file_declares_is_what_keras_builds(good: Path, tmp_path: Path) -> None:
    import keras

    layers = keras.layers
    shared = layers.Dense(300, name="shared")
    inner = keras.Sequential([keras.Input((300,)), layers.Dense(300)], name="inner")
    image = keras.Input((SIDE_PX, SIDE_PX, 3))
    x = layers.RandomContrast(0.2)(layers.Normalization(mean=[0.5] * 3, variance=[1.0] * 3)(image))
    x = layers.SeparableConv2D(300, 3, dtype="mixed_bfloat16")(layers.GaussianNoise(0.1)(x))
    x = layers.GroupNormalization(10)(layers.SpectralNormalization(layers.Conv2D(300, 1))(x))
    x = layers.GlobalAveragePooling2D()(layers.Dropout(0.2, seed=2**30)(x))
    keras.Model(image, layers.Dense(2)(inner(shared(shared(x))))).save(tmp_path / "own.keras")
    for path in (good, tmp_path / "own.keras"):
        check_weights(path)
        config = json.loads(zipfile.ZipFile(path).read(own_size.CONFIG))
        wanted = sum(
            int(np.prod(variable.shape)) * np.asarray(variable).dtype.itemsize
            for variable in load_own_model(path).variables
        )
        assert own_size._declared(config)[0] == wanted


def test_numbers_are_looked_for_however_deep() -> None:
    check_numbers("own.keras", {"a": [{"units": MAX_NUMBER, "seed": 2**60, "rate": 1e30}]})
    for deep in (MAX_NUMBER + 1, -MAX_NUMBER - 1, 10**400):
        with pytest.raises(WeightsError, match="size of"):
            check_numbers("own.keras", {"a": [{"b": [deep]}]})
    with pytest.raises(WeightsError, match="size of"):
        check_numbers("own.keras", {"seed": {"config": {"units": 2**60}}})


def small_to_large(*steps: Any) -> Any:
    import keras

    layers = keras.layers
    ending = [layers.GlobalAveragePooling2D(), layers.Dense(2)]
    first = [keras.Input((SIDE_PX, SIDE_PX, 1)), layers.Conv2D(4, 3, padding="same")]
    return keras.Sequential([*first, *steps, *ending])


def test_what_one_film_becomes_is_bounded_before_it_is_run() -> None:
    import keras

    layers = keras.layers
    side = SIDE_PX * 16
    attention = [
        layers.UpSampling2D(16),
        layers.Reshape((side**2, 4)),
        layers.Attention(),  # its values are few, its scores the square of the places
        layers.Reshape((side, side, 4)),
    ]
    before = peak_mb()
    for model in (
        small_to_large(layers.UpSampling2D(1000)),
        small_to_large(layers.ZeroPadding2D(20_000)),
        small_to_large(layers.Resizing(2**20, 2**20)),
    ):
        with pytest.raises(NetworkError, match="values of one film") as caught:
            adapt_network(model)
        assert caught.value.fix
    with pytest.raises(NetworkError, match="values of one film"):
        check_values(attention_graph(attention))
    assert peak_mb() - before < MOST_MB
    assert adapt_network(small_to_large(layers.UpSampling2D(10))).n_classes == 2


def attention_graph(steps: list[Any]) -> Any:
    """A graph that gives the layer for attention what it takes, twice."""
    import keras

    image = keras.Input((SIDE_PX, SIDE_PX, 1))
    x = keras.layers.Conv2D(4, 3, padding="same")(image)
    for step in steps:
        x = step([x, x]) if isinstance(step, keras.layers.Attention) else step(x)
    return keras.Model(image, keras.layers.GlobalAveragePooling2D()(x))
