"""The settings of the training form: their initial values and how they depend on each other.

They live in the session, where the widgets are, and in one dictionary that outlives a visit to
another page.
"""

from dataclasses import asdict, fields
from typing import Any

from pages.ui.shared import session
from pages.ui.shared.access import require_weights_allowed
from xray_core.networks.registry import NETWORKS, Network
from xray_core.networks.weights import Initialisation, resolve_weights
from xray_core.training.config import FROM_PRETRAINED, TrainingConfig

FIRST_PRESET = "Quick look"
IMAGENET, RANDOM, FILE = "imagenet", "none", "file"
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
    if not session.TRAIN_SETTINGS.is_kept:
        session.TRAIN_SETTINGS.put(_values(_config(next(iter(NETWORKS)), "")))
    # A field that had no widget on the page keeps its earlier value: on return to the page, the
    # kept values apply to all fields.
    comes_back = not session.setting("network").is_kept
    for name, value in session.TRAIN_SETTINGS.get().items():
        if comes_back or not session.setting(name).is_kept:
            session.setting(name).put(value)
    session.setting("preset").put(_preset())


def keep_state() -> None:
    """Remember what the widgets say."""
    kept = session.TRAIN_SETTINGS.hold()
    kept |= {name: value_of(name) for name in kept}


def value_of(name: str) -> Any:
    """What the widget of that field says."""
    return session.setting(name).get()


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
        session.setting("head_epochs").put(head_epochs)
        session.setting("epochs").put(epochs)


def use_settings(config: TrainingConfig, names: list[str]) -> None:
    """Put other settings into the form.

    Args:
        config: the settings.
        names: data sets, as the form names them; empty leaves those that are chosen.
    """
    _put(config)
    if names:
        session.TRAIN_DATASETS.put(names)


def _config(network: str, weights: str, preset: str | None = FIRST_PRESET) -> TrainingConfig:
    """The default settings, with the epochs of a preset and what the form already has."""
    config = TrainingConfig(network, weights=weights)
    head_epochs, epochs = presets(pretrained=config.pretrained)[preset or FIRST_PRESET]
    dependent = (*_OF_NETWORK, "network", "learning_rate")
    kept = {
        name: value_of(name)
        for name in _FIELDS
        if name not in dependent and session.setting(name).is_kept
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
    session.TRAIN_SETTINGS.hold().update(values)
    for name, value in values.items():
        session.setting(name).put(value)


def _preset() -> str | None:
    """The preset that the epochs belong to; None for custom epochs."""
    chosen = (value_of("head_epochs"), value_of("epochs"))
    known = presets(pretrained=chosen_weights() != RANDOM)
    return next((name for name, pair in known.items() if pair == chosen), None)


def _file() -> str:
    return str(value_of("weights_file")).strip()
