"""The colour of every class, the same in all pictures."""

from collections.abc import Set

from xray_core.data.labels import KNOWN_CLASSES, order_labels

CLASS_COLOURS = dict(zip(KNOWN_CLASSES, ("#56B4E9", "#E69F00", "#009E73", "#CC79A7"), strict=True))
"""Okabe-Ito colours of the known classes, the same everywhere."""

OTHER_COLOURS = ("#F0E442", "#D55E00", "#0072B2")
"""Colours of all other classes, by name; they start again after the third."""


def class_colours(labels: Set[str]) -> dict[str, str]:
    """The fixed colour of each class, in display order.

    >>> class_colours({"covid", "asthma"})
    {'covid': '#CC79A7', 'asthma': '#F0E442'}
    """
    ranks = {label: rank for rank, label in enumerate(sorted(labels - set(KNOWN_CLASSES)))}
    return {
        label: CLASS_COLOURS.get(label) or OTHER_COLOURS[ranks[label] % len(OTHER_COLOURS)]
        for label in order_labels(set(labels))
    }


def class_colour(label: str, labels: Set[str] = frozenset()) -> str:
    """The fixed colour of one class; `labels` are all in play, for those not in the table."""
    return class_colours(labels | {label})[label]
