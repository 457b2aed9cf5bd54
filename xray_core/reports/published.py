"""Results that others have published, with their protocols, to stand beside a cross-validation.

A figure stands beside ours only where the classes are the same; what else differs is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xray_core.data.folds import IMAGE


@dataclass(frozen=True)
class Published:
    """One result.

    Attributes:
        name: of the network.
        classes: that it tells apart, `pneumonia` for bacterial and viral as one.
        accuracy: in [0, 1].
        n_films: that it was tested on, over all folds.
        n_folds: of the cross-validation.
        group: what the folds kept together: `image` (nothing) or `patient`.
        data: where the films came from.
        citation: authors and year, with an address.
    """

    name: str
    classes: frozenset[str]
    accuracy: float
    n_films: int
    n_folds: int
    group: str
    data: str
    citation: str


_DARK = "Ozturk et al. 2020, https://doi.org/10.1016/j.compbiomed.2020.103792"
_DARK_DATA = "covid-chestxray-dataset (COVID-19), NIH ChestX-ray8 (others)"
_CORO = "Khan, Shah and Bhat 2020, https://doi.org/10.1016/j.cmpb.2020.105581"
_CORO_DATA = "covid-chestxray-dataset (COVID-19), Kermany (children, others)"
PUBLISHED = (
    Published(
        "DarkCovidNet",
        frozenset({"normal", "pneumonia", "covid"}),
        0.870,
        1125,
        5,
        IMAGE,
        _DARK_DATA,
        _DARK,
    ),
    Published(
        "DarkCovidNet", frozenset({"normal", "covid"}), 0.981, 625, 5, IMAGE, _DARK_DATA, _DARK
    ),
    Published(
        "CoroNet (Xception)",
        frozenset({"normal", "bacterial", "viral", "covid"}),
        0.896,
        1251,
        4,
        IMAGE,
        _CORO_DATA,
        _CORO,
    ),
)


def published_for(classes: Sequence[str]) -> list[Published]:
    """The results on exactly these classes."""
    return [item for item in PUBLISHED if item.classes == frozenset(classes)]


def published_lines(
    classes: Sequence[str], n_films: int, n_folds: int, group: str
) -> Iterator[str]:
    """Each published result on these classes, and in what its protocol differs from ours.

    Args:
        classes: of our cross-validation.
        n_films: films tested, over all folds.
        n_folds: of ours.
        group: of ours, `image` or `patient`.
    """
    for item in published_for(classes):
        apart = [f"other films ({item.data}; {item.n_films:,} against {n_films:,})"]
        if item.group != group:
            apart.append(f"folds by {item.group}, not by {group}")
        if item.n_folds != n_folds:
            apart.append(f"{item.n_folds} folds, not {n_folds}")
        yield (
            f"published, {item.name}: accuracy {item.accuracy:.3f}; {'; '.join(apart)}. "
            f"{item.citation}"
        )
