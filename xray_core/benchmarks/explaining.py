"""Explaining: prediction and maps by every method."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.benchmarks.models import untrained
from xray_core.benchmarks.timing import Row, in_turn
from xray_core.classifier import Classifier, open_model
from xray_core.explain.evidence import Columns
from xray_core.explain.methods import METHODS, Method, get_method
from xray_core.explain.score_cam import N_CHANNELS
from xray_core.explain.smooth_grad import N_COPIES
from xray_core.networks.compiled import compile_forward
from xray_core.networks.gradients import compile_gradient
from xray_core.networks.layers import layer_output, split_layers
from xray_core.networks.registry import NETWORKS, get_network
from xray_core.quality.pairs import Pair
from xray_core.runs.store import Run, open_run

if TYPE_CHECKING:
    import keras

EXPLAIN_PX = 224
AT_INNER_LAYERS = ("grad_cam", "grad_cam_plus_plus", "hires_cam", "layer_cam")
_ONE_AND_ALL: tuple[Columns, ...] = ("likeliest", None)
ROUNDS = 15
"""Of a method that takes one pass; those of many passes take fewer."""


def bench_explain(
    _data: Path | None = None,
    networks: Sequence[str] = tuple(NETWORKS),
    methods: Sequence[str] = tuple(METHODS),
    runs: Sequence[str] = (),
) -> list[Row]:
    """Prediction and maps, against one forward pass and against tf-keras-vis.

    Methods that give all classes in the prediction's own pass do so here; the others explain one.
    Those that do so at the last layer alone are measured at an inner layer, too, for the likeliest
    class, which the same pass finds, and for all.

    Args:
        networks: keys of `NETWORKS`; their weights are random.
        methods: keys of `METHODS`.
        runs: measured in place of the networks where some are named, each by the maps of
            `kinds_of_run`.

    Returns:
        Rows with `network` (or run), `method`, `layer` (empty for methods of the film), `classes`
        (how many maps), `milliseconds`, `forward_milliseconds`, `forward_ratio`;
        `tf_keras_vis_ratio`, its time for the map of one
        class by ours, None where it has no such method; `batched_ratio`, our time by that of as
        many films forward and back in one batch, None for methods of one pass or without gradient.
    """
    import keras

    keras.utils.disable_interactive_logging()  # tf-keras-vis would print bars among the answers
    if runs:
        return [row for name in runs for row in _of_run(open_run(name), methods)]
    rows = []
    film = np.random.default_rng(0).random((1, EXPLAIN_PX, EXPLAIN_PX, 1), dtype=np.float32)
    for network in map(get_network, networks):
        model = untrained(network.name, EXPLAIN_PX)
        for method in map(get_method, methods):
            columns = None if method.cost == "pass" else [0]
            rows.append(_measure(model, method, film, columns))
            if method.name in AT_INNER_LAYERS:
                inner = inner_layer(model)
                rows += [_measure(model, method, film, each, inner) for each in _ONE_AND_ALL]
    return rows


def kinds_of_run(model: Classifier) -> tuple[tuple[str, str, Columns], ...]:
    """Methods, layers and classes that a run is measured by.

    The map that it shows by default, and Grad-CAM and LayerCAM at the first of its layers, each of
    the likeliest class and of all; Grad-CAM of all classes at the last layer.
    """
    method, layer = model.chosen()
    kinds = [Pair(method, layer)]
    if layer:
        first = split_layers(layer)[0]
        kinds += [Pair("grad_cam", first), Pair("layer_cam", first)]
    inner = [(*pair, each) for pair in dict.fromkeys(kinds) for each in _ONE_AND_ALL]
    return (*inner, ("grad_cam", model.layer, None))


def _of_run(run: Run, methods: Sequence[str]) -> list[Row]:
    model = open_model(run)
    film = np.random.default_rng(0).random((1, *model.network.input.shape[1:]), dtype=np.float32)
    return [
        _measure(model, get_method(method), film, columns, layer or None) | {"network": run.id}
        for method, layer, columns in kinds_of_run(model)
        if method in methods
    ]


def inner_layer(model: Classifier) -> str:
    """The last of the layers that the network names for fusing which is finer than its target."""
    fused = get_network(model.network.name).fused
    side = layer_output(model.network, model.layer).shape[1]
    finer = (name for name in reversed(fused) if layer_output(model.network, name).shape[1] > side)
    return next(finer, fused[0])


def _measure(
    model: Classifier,
    method: Method,
    film: Any,
    columns: Columns,
    layer: str | None = None,
) -> Row:
    place = model.chosen(method.name, layer)[1]
    actions: dict[str, Callable[[], object]] = {
        "forward": partial(compile_forward(model.network), film),
        "ours": partial(model.explain_batch, film, method.name, columns=columns, layer=layer),
    }
    if method.name in _THEIRS:
        actions["theirs"] = _THEIRS[method.name](model.network, film, place)
    if method.cost == "gradient" and method.n_passes > 1:
        films = np.repeat(film, method.n_passes, axis=0)
        actions["batched"] = partial(compile_gradient(model.network), films, 0)
    rounds = max(1, ROUNDS // method.n_passes)
    times = dict(zip(actions, in_turn(list(actions.values()), rounds=rounds), strict=True))
    ours, forward = times["ours"], times["forward"]
    return {
        "network": model.network.name,
        "method": method.name,
        "layer": place,
        "classes": len(model.classes) if columns is None else 1,
        "milliseconds": round(ours * 1000, 2),
        "forward_milliseconds": round(forward * 1000, 2),
        "forward_ratio": round(ours / forward, 3),
        "tf_keras_vis_ratio": round(times["theirs"] / ours, 2) if "theirs" in times else None,
        "batched_ratio": round(ours / times["batched"], 3) if "batched" in times else None,
    }


def _layer_method(module: str, name: str, **options: Any) -> Callable[..., Callable[[], object]]:
    """One of tf-keras-vis that explains a layer."""

    def prepare(model: "keras.Model", film: Any, layer: str) -> Callable[[], object]:
        from importlib import import_module

        from tf_keras_vis.utils.scores import CategoricalScore

        method = getattr(import_module(f"tf_keras_vis.{module}"), name)(model, clone=True)
        return partial(
            method,
            CategoricalScore([0]),
            film,
            penultimate_layer=layer,
            seek_penultimate_conv_layer=False,
            **options,
        )

    return prepare


def _saliency(**options: Any) -> Callable[..., Callable[[], object]]:
    def prepare(model: "keras.Model", film: Any, _layer: str) -> Callable[[], object]:
        from tf_keras_vis.saliency import Saliency
        from tf_keras_vis.utils.scores import CategoricalScore

        return partial(Saliency(model, clone=True), CategoricalScore([0]), film, **options)

    return prepare


_THEIRS = {
    "grad_cam": _layer_method("gradcam", "Gradcam"),
    "grad_cam_plus_plus": _layer_method("gradcam_plus_plus", "GradcamPlusPlus"),
    "layer_cam": _layer_method("layercam", "Layercam"),
    "score_cam": _layer_method("scorecam", "Scorecam", max_N=N_CHANNELS),
    "saliency": _saliency(),
    "smooth_grad": _saliency(smooth_samples=N_COPIES),
}
