"""Networks that are explained in tests, as a `Classifier` explains them."""

from typing import Any

from xray_core.arrays import Float32Array
from xray_core.classifier import Classifier
from xray_core.networks.registry import NETWORKS


def classifier_of(network: Any, layer: str = "") -> Classifier:
    """A network whose classes are called 0, 1, 2 ..., explained at its target layer."""
    if not layer and network.name in NETWORKS:
        layer = NETWORKS[network.name].target_layer
    layer = layer or getattr(network, "target_layer", "")
    classes = tuple(map(str, range(network.output.shape[-1])))
    return Classifier(network, classes, network.input.shape[1], layer, "Network", "a test")


def explained(
    network: Any, films: Float32Array, method: str = "grad_cam", **options: Any
) -> tuple[Float32Array, Float32Array]:
    """Probabilities and maps as they are shown; options as `Classifier.explain_batch`."""
    return classifier_of(network).explain_batch(films, method, **options)
