"""Films divided into folds: each is tested once, by a model that was trained on others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import IndexArray
from xray_core.data.duplicates import leak_groups
from xray_core.data.records import Manifest, with_splits
from xray_core.errors import SplitError

IMAGE, PATIENT = "image", "patient"
GROUPS = (PATIENT, IMAGE)
_PARTS_OF_REST = 7
"""One of so many parts of the films that are not tested is for validation."""


def divide_folds(
    manifest: Manifest, n_folds: int, *, group: str = PATIENT, seed: int = 0
) -> list[Manifest]:
    """The same films in several divisions; over all of them each film is tested once.

    Args:
        manifest: films; those with a problem or without a label get no split.
        n_folds: two or more.
        group: `patient` keeps the films of a patient, and near-duplicates, in one part; `image`
            divides film by film, as many published protocols do: copies then leak.
        seed: another one gives other folds.

    Raises:
        SplitError: there are too few folds, or a class has fewer films (patients) than that.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    records = manifest.usable.records
    labels = np.array([record.label for record in records])
    keys = leak_groups(manifest) if group == PATIENT else {r.id: r.id for r in records}
    groups = np.array([keys[record.id] for record in records])
    _require_enough(labels, groups, n_folds, group)
    kind = StratifiedGroupKFold if group == PATIENT else StratifiedKFold

    def parts(rows: IndexArray, n: int) -> Iterator[tuple[IndexArray, IndexArray]]:
        splitter = kind(n, shuffle=True, random_state=seed)
        for rest, part in splitter.split(
            rows, labels[rows], groups[rows] if group == PATIENT else None
        ):
            yield rows[rest], rows[part]

    found = []
    for rest, tested in parts(np.arange(len(records)), n_folds):
        n = min(_PARTS_OF_REST, _least(labels[rest], groups[rest]))
        trained, validated = next(parts(rest, n))
        splits = {
            records[row].id: name
            for name, rows in (("train", trained), ("val", validated), ("test", tested))
            for row in rows
        }
        found.append(with_splits(manifest, splits))
    return found


def choose_classes(manifest: Manifest, chosen: Sequence[str]) -> Manifest:
    """The films of some classes, several of which may become one.

    Args:
        manifest: labelled films.
        chosen: names of classes, or `pneumonia=bacterial+viral` for several as one.

    Raises:
        SplitError: a class has no film.
    """
    names: dict[str, str] = {}
    for item in chosen:
        name, _, parts = item.partition("=")
        names |= dict.fromkeys((parts or name).split("+"), name)
    if missing := sorted(set(names) - set(manifest.usable.classes)):
        raise SplitError(
            "A class has no film.",
            where=", ".join(missing),
            fix=f"Choose among {', '.join(manifest.usable.classes)}.",
        )
    kept = manifest.where(lambda record: record.label in names)
    return Manifest(
        tuple(replace(record, label=names[record.label]) for record in kept.records),
        kept.roots,
        kept.notes,
    )


def _least(
    labels: NDArray[np.str_],
    groups: NDArray[np.str_],
) -> int:
    """Groups of the class that has fewest."""
    counts: Mapping[str, int] = {
        label: len(set(groups[labels == label])) for label in np.unique(labels)
    }
    return max(2, min(counts.values(), default=0))


def _require_enough(
    labels: NDArray[np.str_],
    groups: NDArray[np.str_],
    n_folds: int,
    group: str,
) -> None:
    if n_folds < 2:
        raise SplitError("There must be two folds or more.", where=str(n_folds), fix="Take 5.")
    classes = np.unique(labels)
    if len(classes) < 2:
        raise SplitError(
            "There are fewer than two classes.", where=", ".join(classes), fix="Add films."
        )
    for label in classes:
        n = len(set(groups[labels == label]))
        if n < n_folds + 1:
            raise SplitError(
                f"A class has too few {'films' if group == IMAGE else 'patients'} for that many "
                "folds.",
                where=f"{label}: {n}, {n_folds} folds",
                fix="Take fewer folds, or leave the class out with --classes.",
            )
