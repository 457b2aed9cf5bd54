"""The settings of the training form: their initial values and how they depend on each other.

They live in `st.session_state` under `train_<field>`, where the widgets are, and in one dictionary
that outlives a visit to another page.
"""

from dataclasses import asdict, fields
from typing import Any

import streamlit as st

from pages.ui.shared.access import require_weights_allowed
from xray_core.networks.registry import NETWORKS, Network
from xray_core.networks.weights import Initialisation, resolve_weights
from xray_core.training.config import FROM_PRETRAINED, TrainingConfig

PREFIX = "train_"
FIRST_PRESET = "Quick look"
IMAGENET, RANDOM, FILE = "imagenet", "none", "file"
_KEPT = "kept_training"
_OF_NETWORK = ("weights", "image_size_px", "head_epochs", "epochs", "fine_tune_from")
_FIELDS = tuple(field.name for field in fields(TrainingConfig))


def presets(*, pretrained: bool) -> dict[str, tuple[int, int]]:
    """Name -> epochs of the head and of the network."""
    if not pretrained:
        return {"Quick look": (0, 4), "Balanced": (0, 12), "Best": (0, 30)}
    head = FROM_PRETRAINED.head_epochs
    return {"Quick look": (head, 0), "Balanced": (head, 3), "Best": (head, 10)}


def fill_state() -> None:
    """Give every widget its value before it is drawn: the kept one, or that of a first visit."""
    kept = st.session_state.setdefault(_KEPT, _values(_config(next(iter(NETWORKS)), "")))
    # A field that had no widget on the page keeps its earlier value: on return to the page, the
    # kept values apply to all fields.
    comes_back = PREFIX + "network" not in st.session_state
    for name, value in kept.items():
        if comes_back or PREFIX + name not in st.session_state:
            st.session_state[PREFIX + name] = value
    st.session_state[PREFIX + "preset"] = _preset()


def keep_state() -> None:
    """Remember what the widgets say."""
    kept: dict[str, Any] = st.session_state[_KEPT]
    kept |= {name: value_of(name) for name in kept}


def value_of(name: str) -> Any:
    """What the widget of that field says."""
    return st.session_state[PREFIX + name]


def chosen_network() -> Network:
    """The network that is chosen."""
    return NETWORKS[value_of("network")]


def chosen_weights() -> str:
    """Where it starts, as `TrainingConfig.weights` takes it; `file` before one is named."""
    return str(value_of("start") if value_of("start") != FILE else _file() or FILE)


def chosen_start() -> Initialisation:
    """What it starts from, checked.

    Raises:
        WeightsError: it cannot be used, or may not be opened.
    """
    if value_of("start") == FILE:
        require_weights_allowed(chosen_weights())
    return resolve_weights(chosen_network(), chosen_weights())


def starts_from_nothing_named() -> bool:
    """Whether it should start from a file that has not been named yet."""
    return bool(value_of("start") == FILE and not _file())


def chosen_config() -> TrainingConfig:
    """The settings as the form has them.

    Raises:
        TrainingError: a value is out of range.
    """
    values = {name: value_of(name) for name in _FIELDS if name != "weights"}
    return TrainingConfig(**values, weights=chosen_weights())


def network_changed() -> None:
    """Take what suits the new network; what has nothing to do with it stays."""
    _put(_config(value_of("network"), "", value_of("preset")))


def start_changed() -> None:
    """Take what suits the new start."""
    _put(_config(value_of("network"), chosen_weights(), value_of("preset")))


def preset_chosen() -> None:
    """Take the epochs of the preset."""
    pretrained = chosen_weights() != RANDOM
    if name := value_of("preset"):
        head_epochs, epochs = presets(pretrained=pretrained)[name]
        st.session_state[PREFIX + "head_epochs"] = head_epochs
        st.session_state[PREFIX + "epochs"] = epochs


def use_settings(config: TrainingConfig, names: list[str]) -> None:
    """Put other settings into the form.

    Args:
        config: the settings.
        names: data sets, as the form names them; empty leaves those that are chosen.
    """
    _put(config)
    if names:
        st.session_state[PREFIX + "datasets"] = names


def _config(network: str, weights: str, preset: str | None = FIRST_PRESET) -> TrainingConfig:
    """The default settings, with the epochs of a preset and what the form already has."""
    config = TrainingConfig(network, weights=weights)
    head_epochs, epochs = presets(pretrained=config.pretrained)[preset or FIRST_PRESET]
    dependent = (*_OF_NETWORK, "network", "learning_rate")
    kept = {
        name: value_of(name)
        for name in _FIELDS
        if name not in dependent and PREFIX + name in st.session_state
    }
    return TrainingConfig(network, weights=weights, head_epochs=head_epochs, epochs=epochs, **kept)


def _values(config: TrainingConfig) -> dict[str, Any]:
    """Field -> value of its widget."""
    values = asdict(config)
    weights = values.pop("weights")
    named = weights in (IMAGENET, RANDOM, FILE)
    start = weights if named else FILE
    return values | {"start": start, "weights_file": "" if named else weights}


def _put(config: TrainingConfig) -> None:
    values = _values(config)
    st.session_state.setdefault(_KEPT, {}).update(values)
    for name, value in values.items():
        st.session_state[PREFIX + name] = value


def _preset() -> str | None:
    """The preset that the epochs belong to; None for custom epochs."""
    chosen = (value_of("head_epochs"), value_of("epochs"))
    known = presets(pretrained=chosen_weights() != RANDOM)
    return next((name for name, pair in known.items() if pair == chosen), None)


def _file() -> str:
    return str(value_of("weights_file")).strip()
