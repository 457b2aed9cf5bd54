"""The map that a run shows where no other is asked for, as its folder says it, and its name.

Nothing here needs the network: pages name maps that were made before.
"""

from xray_core.explain.explained import METHOD
from xray_core.explain.methods import METHODS
from xray_core.networks.layers import layer_words
from xray_core.networks.registry import NETWORKS
from xray_core.runs.map_default import MapDefault, read_map_default
from xray_core.runs.store import EXPLAIN, Run


def measured_default(run: Run) -> MapDefault | None:
    """Method and layer that were measured to show best; None where they were not.

    Raises:
        RunError: `explain.json` is damaged.
    """
    return read_map_default(run.path / EXPLAIN)


def map_shown(run: Run) -> tuple[str, str]:
    """Method and layer of the map that a run shows; the layer is empty for a method of the film.

    Raises:
        RunError: `explain.json` is damaged.
    """
    default = measured_default(run)
    return (default.method, default.layer) if default else (METHOD, last_layer(run))


def last_layer(run: Run) -> str:
    """Spelling of the layer that methods of one layer explain where nothing was measured.

    It is empty for a network that is not in the registry and names none.
    """
    known = NETWORKS.get(run.network)
    return run.config.target_layer or (known.target_layer if known else "")


def kept_title(method: str, layer: str) -> str:
    """What a map that was made before is called: method and layer, where one is explained.

    >>> kept_title("grad_cam", ""), kept_title("layer_cam", "stage3_relu2")
    ('Grad-CAM at the last layer', 'LayerCAM at stage 3')
    """
    of_layer = method in METHODS and METHODS[method].of_layer
    return map_title(method, layer) + (" at the last layer" if of_layer and not layer else "")


def map_title(method: str, layer: str = "", last: str = "") -> str:
    """A method with its layer, unless that is the last one: `LayerCAM at block 8`.

    A method that fuses is always named with its layers.

    Args:
        method: key in `METHODS`.
        layer: spelling; empty for methods of the film, and in files of older versions.
        last: the last layer of the run, as `last_layer` gives it.
    """
    known = METHODS.get(method)
    title = known.title if known else method
    usual = "" if known and known.fused else last
    return title if layer in ("", usual) else f"{title} at {layer_words(layer)}"
