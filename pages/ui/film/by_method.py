"""Maps of one class by several methods, for the grid below the viewer and for its layouts."""

from collections.abc import Sequence

from pages.ui.film.picked import COSTLY
from pages.ui.shared.session_films import attribution_of
from xray_core.data.decoding.images import Film
from xray_core.explain.attribution import Attribution
from xray_core.explain.methods import METHODS
from xray_core.networks.layers import AND
from xray_core.runs.store import Run

AT_FIRST = tuple(
    name for name, method in METHODS.items() if method.cost == "pass" and name != COSTLY
)
"""Methods shown until the visitor chooses, all at the layer of the map that is shown: those that
need no pass beyond the prediction, or a pass back."""


def maps_by(run: Run, film: Film, item: Attribution, methods: Sequence[str]) -> list[Attribution]:
    """The class of a map by other methods, or the same; made now unless this session has them.

    Args:
        run: of the map.
        film: that it is of.
        item: the map that is shown.
        methods: keys in `METHODS`.
    """
    return [attribution_of(run, film, item.label, name, _layer_for(name, item)) for name in methods]


def _layer_for(name: str, item: Attribution) -> str | None:
    """The layer of the map that is shown, for the methods that can explain it at that cost."""
    if name == item.method:
        return item.layer or None
    shared = name in AT_FIRST and item.layer and AND not in item.layer
    return item.layer if shared else None
