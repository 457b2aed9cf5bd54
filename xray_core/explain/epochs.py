"""Maps after every epoch of a training, as `training/epoch_maps.py` keeps them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from xray_core.arrays import Float16Array
from xray_core.runs.side_files import damaged

REMOVE = "Copy the file again, or delete it: then only the maps of the epochs are missing."


@dataclass(frozen=True)
class EpochRecord:
    """What `explanations/epochs.npz` holds.

    Attributes:
        film_ids, labels: of the films.
        epochs: numbers of the epochs, from 1.
        maps: float16 (epoch, film, class, height, width), raw.
        probabilities: float16 (epoch, film, class).
    """

    film_ids: tuple[str, ...]
    labels: tuple[str, ...]
    epochs: tuple[int, ...]
    maps: Float16Array
    probabilities: Float16Array


def read_epochs(path: Path, n_classes: int | None = None) -> EpochRecord | None:
    """The maps so far; None where there is no file.

    Args:
        path: of the file.
        n_classes: of the run; None takes those of the file.

    Raises:
        RunError: the file is damaged, or of a different number of classes.
    """
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            record = EpochRecord(
                tuple(map(str, file["film_ids"])),
                tuple(map(str, file["labels"])),
                tuple(map(int, file["epochs"])),
                file["maps"],
                file["probabilities"],
            )
        fits = _fits(record, n_classes)
    except Exception as error:  # a damaged zip raises whatever its bytes lead to
        raise damaged(path, type(error).__name__, REMOVE) from error
    if not fits:
        raise damaged(path, "its parts do not fit each other, or the run", REMOVE)
    return record


def _fits(record: EpochRecord, n_classes: int | None) -> bool:
    n_classes = record.probabilities.shape[-1] if n_classes is None else n_classes
    shape = (len(record.epochs), len(record.film_ids), n_classes)
    return (
        all(shape)
        and len(record.labels) == len(record.film_ids)
        and record.maps.ndim == 5
        and record.maps.shape[:3] == record.probabilities.shape == shape
        and all(np.issubdtype(a.dtype, np.floating) for a in (record.maps, record.probabilities))
        and bool(np.isfinite(record.maps).all() and np.isfinite(record.probabilities).all())
    )
