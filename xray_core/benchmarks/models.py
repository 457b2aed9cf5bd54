"""Models that are measured: their weights are random, for time and memory do not depend on them."""

from xray_core.classifier import Classifier
from xray_core.data.labels import KNOWN_CLASSES
from xray_core.networks.registry import build_network, get_network


def untrained(name: str, image_size_px: int) -> Classifier:
    """A network of the registry with random weights, for all known classes.

    Args:
        name: key in `NETWORKS`.
        image_size_px: side of the square film.

    Raises:
        UnknownNetworkError: no such network.
        NetworkError: the network cannot take films that small.
    """
    entry = get_network(name)
    network = build_network(name, len(KNOWN_CLASSES), image_size_px)
    return Classifier(network, KNOWN_CLASSES, image_size_px, entry.target_layer, entry.title, name)
