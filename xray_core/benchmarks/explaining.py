"""Explaining: prediction and maps of all classes."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from xray_core.benchmarks.timing import Row, in_turn
from xray_core.explain.methods import METHODS, predict_and_explain
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import NETWORKS, build_network, get_network

EXPLAIN_PX = 224


def bench_explain(
    _data: Path | None = None, networks: Sequence[str] = tuple(NETWORKS)
) -> list[Row]:
    """Prediction and maps of all classes, against one forward pass and against tf-keras-vis.

    Args:
        networks: keys of `NETWORKS`.

    Returns:
        Rows with `network`, `method`, `milliseconds`, `forward_milliseconds`, `forward_ratio`,
        `tf_keras_vis_ratio` (its time for the map of one class by ours for all).
    """
    rows = []
    film = np.random.default_rng(0).random((1, EXPLAIN_PX, EXPLAIN_PX, 1), dtype=np.float32)
    for network in map(get_network, networks):
        model = build_network(network.name, 4, EXPLAIN_PX)
        forward = compile_forward(model)
        theirs = _tf_keras_vis(model, network.target_layer, film)
        for name in METHODS:
            times = in_turn(
                [
                    partial(forward, film),
                    partial(predict_and_explain, model, film, name),
                    theirs,
                ],
                rounds=15,
            )
            rows.append(
                {
                    "network": network.name,
                    "method": name,
                    "milliseconds": round(times[1] * 1000, 2),
                    "forward_milliseconds": round(times[0] * 1000, 2),
                    "forward_ratio": round(times[1] / times[0], 3),
                    "tf_keras_vis_ratio": round(times[2] / times[1], 2),
                }
            )
    return rows


def _tf_keras_vis(model: Any, layer: str, film: Any) -> Callable[[], object]:
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.scores import CategoricalScore

    gradcam = Gradcam(model, clone=True)
    score = CategoricalScore([0])
    return lambda: gradcam(score, film, penultimate_layer=layer, seek_penultimate_conv_layer=False)
