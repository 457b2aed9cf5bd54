"""Which maps are shown: each model's own, or those of one method, at a layer of each model."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.film.panel import short_titles
from pages.ui.shared.cache import classifier_of
from pages.ui.shared.session_films import seconds_of
from xray_core.explain.attribution import Attribution
from xray_core.explain.methods import METHODS, Method
from xray_core.explain.shown import last_layer, map_title, measured_default
from xray_core.networks.layers import AND, cells_of, layer_words
from xray_core.quality.layer_file import hits_of
from xray_core.quality.pairs import Pair
from xray_core.runs.store import Run

OWN = ""
"""The method of a visitor who chose none: every model shows its own."""

COSTLY = "ablation_cam"
"""Takes a pass for every channel, but at the last layer of most networks."""


def _cost(name: str) -> int:
    """Passes for a class of a film; one back counts like one forward."""
    method = METHODS[name]
    return method.n_passes * (2 if method.cost == "gradient" else 1)


BY_COST = tuple(sorted(METHODS, key=_cost))
"""All methods, those of few passes first."""


@dataclass(frozen=True)
class Picked:
    """What a visitor chose.

    Attributes:
        method: key in `METHODS`, or `OWN`.
        layers: run id -> spelling of the layer; a model that is not named takes its own.
    """

    method: str = OWN
    layers: Mapping[str, str] = field(default_factory=dict)

    def of(self, run: Run) -> tuple[str | None, str | None]:
        """Method and layer as `Classifier.explain` takes them."""
        return self.method or None, self.layers.get(run.id)

    def is_quick(self, runs: Sequence[Run]) -> bool:
        """Whether a whole set of films can be explained: a few passes for all classes of a film."""
        if self.method == OWN:
            return True
        method = METHODS[self.method]
        if method.name == COSTLY:
            return all(self.layers.get(run.id) in (None, last_layer(run)) for run in runs)
        return method.of_layer and method.n_passes == 1


def pick_map(runs: Sequence[Run], key: str, drawer: DeltaGenerator | None = None) -> Picked:
    """The method, and for methods of one layer a layer of each model.

    Args:
        runs: the models, one or more.
        key: unique on the page.
        drawer: where the layers are picked; None picks them below the method.
    """
    defaults = {run.id: measured_default(run) for run in runs}
    own = "Measured best" if any(defaults.values()) else "Grad-CAM, not measured"
    name = st.selectbox(
        "Method",
        [OWN, *BY_COST],
        format_func=lambda name: passes_title(name) if name else own,
        key=f"{key}_method",
        persist_state="session",
        bind="query-params",
        help="“Measured best” is, for each model, the method and layer whose maps were found to "
        "point best at what radiologists drew. The others stand in the order of what they cost: "
        "those with many passes take seconds to minutes per film; docs/explaining.md compares "
        "them." + times_words(runs),
    )
    method = METHODS.get(str(name))
    if method is None or not method.of_layer or method.fused:
        return Picked(str(name))
    titles = short_titles(runs)
    layers = {}
    with drawer or nullcontext():
        for run in runs:
            title = "Layer" if len(runs) == 1 else f"Layer of {titles[run.id]}"
            measured = defaults[run.id]
            layers[run.id] = _pick_layer(run, title, measured.layer if measured else "", key)
    return Picked(str(name), layers)


def _pick_layer(run: Run, title: str, measured: str, key: str) -> str:
    model = classifier_of(run)
    layers = list(dict.fromkeys((*model.layers, model.layer)))
    words = {layer: layer_words(layer) for layer in layers}

    def named(layer: str) -> str:
        rows, columns = cells_of(model.network, layer)
        last = ", last layer" if layer == model.layer else ""
        return f"{words[layer]} ({rows} x {columns} cells{last})"

    start = measured if measured in layers else model.layer
    return str(
        st.selectbox(
            title,
            layers,
            index=layers.index(start),
            format_func=named,
            key=f"{key}_layer_{run.id}",
            persist_state="session",
            bind="query-params",
            help="Early layers have finer maps of simple patterns, late ones coarse maps of what "
            "decides the answer. Compare shows which layer finds what radiologists drew.",
        )
    )


def passes_title(name: str) -> str:
    """A method with what it costs.

    >>> passes_title("grad_cam"), passes_title("smooth_grad")
    ('Grad-CAM', 'SmoothGrad · 20 passes')
    """
    method: Method = METHODS[name]
    return method.title if method.n_passes == 1 else f"{method.title} · {method.n_passes} passes"


def times_words(runs: Sequence[Run]) -> str:
    """What a map of one film took on this machine in this session, by method; "" before any.

    Not in the names of methods: what a visitor chose is known to the browser by its name.
    """
    known = []
    for name in BY_COST:
        seconds, first = seconds_of(runs, name)
        if seconds:
            known.append(f"{METHODS[name].title} {seconds:.1f} s{' the first time' * first}")
    return f"\n\nHere, a map of one film took: {', '.join(known)}." if known else ""


def title_of(run: Run, item: Attribution) -> str:
    """What a map is called: its method, with its layer where that is not the last."""
    return map_title(item.method, item.layer, last_layer(run))


def measured_words(run: Run, item: Attribution) -> str:
    """How often the peak of such maps lies in a radiologist's box, as far as it was measured.

    Returns:
        The words of the run's default; the figures that were stored of another method or layer;
        that there are none; "" for a run of which nothing was measured.

    Raises:
        RunError: a file of measures is damaged.
    """
    default, hits = measured_default(run), hits_of(run)
    if default and (item.method, item.layer) == (default.method, default.layer):
        return default.words
    title = title_of(run, item)
    if found := hits.get(Pair(item.method, item.layer)):
        share, chance = found
        where = f"in {share:.2f} of the test films, chance {chance:.2f}"
        return f"{title}: peak in a radiologist's box {where}."
    if not default and not hits:
        return ""
    where = ""
    if item.layer:
        where = " at these layers" if AND in item.layer else " at this layer"
    return f"{title}: not measured{where} on films with a radiologist's boxes."
