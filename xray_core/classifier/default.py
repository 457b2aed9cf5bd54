"""What is explained where method or layer are not named: the one place that says so."""

from typing import TYPE_CHECKING

from xray_core.errors import ExplainError, LayerNotFoundError
from xray_core.explain.explained import METHOD
from xray_core.explain.methods import get_method, layer_of
from xray_core.networks.foreign.places import map_notes
from xray_core.networks.layers import layer_output, split_layers
from xray_core.runs.map_default import MapDefault, does_not_fit, read_map_default
from xray_core.runs.store import EXPLAIN, Run

if TYPE_CHECKING:
    import keras


def chosen(
    network: "keras.Model",
    target: str,
    default: MapDefault | None,
    method: str | None,
    layer: str | None,
) -> tuple[str, str]:
    """The method and the layer that are explained.

    What is named is taken. Without a method it is that of the default, else Grad-CAM. Without a
    layer it is, for the method of the default, the layer that this was measured at; for any other
    method the target layer, or those that the network names for a method that fuses several.

    Args:
        network: flat functional `keras.Model`.
        target: layer for methods of one layer.
        default: that was measured; None where none was.
        method: key in `METHODS`, or None.
        layer: spelling of a layer, or of several joined by plus, or None.

    Returns:
        Key in `METHODS` and the spelling; that is empty for methods of the film.

    Raises:
        ExplainError: unknown method, or several layers for a method of one.
    """
    usual = default.method if default else METHOD
    entry = get_method(method or usual)
    if layer is None and default and entry.name == default.method:
        layer = default.layer
    elif layer is None and not entry.fused:
        layer = target
    return entry.name, layer_of(network, entry, layer)


def notes_of(
    network: "keras.Model", target: str, notes: tuple[str, ...], place: str
) -> tuple[str, ...]:
    """What a map of some layers of a model from elsewhere leaves out, as sentences.

    Args:
        network: that carries `map_notes` where it comes from elsewhere.
        target: the layer that `notes` are of.
        notes: of that layer.
        place: spelling of the layers that are explained; empty for methods of the film.
    """
    if not place or not hasattr(network, "map_notes"):
        return notes if place == target else ()
    found = [
        notes if layer == target else map_notes(network, layer, None)
        for layer in split_layers(place)
    ]
    return tuple(dict.fromkeys(note for several in found for note in several))


def default_of(run: Run, network: "keras.Model") -> MapDefault | None:
    """The default that was measured for a run; None where none was.

    Raises:
        RunError: `explain.json` is damaged, or names a method or a layer that is not there.
    """
    path = run.path / EXPLAIN
    default = read_map_default(path)
    if default is None:
        return None
    try:
        entry = get_method(default.method)
        place = layer_of(network, entry, default.layer)
        for layer in split_layers(place) if place else ():
            layer_output(network, layer)
    except (ExplainError, LayerNotFoundError) as error:
        raise does_not_fit(path, error.what.rstrip(".").lower()) from error
    return default
