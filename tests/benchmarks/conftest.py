"""What is measured, not how well: a few steps of a few films through one layer."""

from typing import Any

import pytest

from xray_core.benchmarks import explaining, lungs, maps, memory, models, timing, training, what_if
from xray_core.networks.registry import NETWORKS


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in (
        (training, "STEPS", 2),
        (training, "BIG_STEPS", 2),
        (training, "ROUNDS", 1),
        (training, "BIG_ROUNDS", 1),
        (training, "BATCH", 4),
        (training, "HEAD_FILMS", 48),
        (training, "HEAD_EPOCHS", 2),
        (timing, "N_SYNTHETIC", 8),
        (explaining, "EXPLAIN_PX", 96),
        (maps, "ROUNDS", 1),
        (maps, "BIG_ROUNDS", 1),
        (maps, "LARGE_PX", 96),
        (maps, "N_DRAWN", 6),
        (memory, "N_MAPS", 4),
        (memory, "WARM_UP", 2),
        (memory, "FILM_PX", 64),
        (what_if, "FILM_PX", 96),
        (what_if, "PHANTOM_PX", 64),
        (what_if, "ROUNDS", 1),
        (lungs, "N_FILMS", 3),
        (lungs, "PHANTOM_PX", 128),
        (lungs, "FILM_PX", 192),
    ):
        monkeypatch.setattr(module, name, value)


@pytest.fixture
def plain_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    def build(name: str, n_classes: int, image_size_px: int) -> Any:
        film = keras.Input((image_size_px, image_size_px, 1))
        x = keras.layers.ReLU(name=NETWORKS[name].target_layer)(film)
        x = keras.layers.GlobalAveragePooling2D(name="average")(x)
        positive = keras.initializers.RandomUniform(0.5, 1, seed=0)  # else a map may be flat
        head = keras.layers.Dense(n_classes, name="logits", kernel_initializer=positive)
        return keras.Model(film, head(x), name=name)

    monkeypatch.setattr(training, "freeze_before", lambda model, layer: None)
    for module in (training, maps, models):
        monkeypatch.setattr(module, "build_network", build)
