"""What a data set looks like, as tables and small arrays for pages and reports."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from xray_core.arrays import Float32Array, Float64Array
from xray_core.data.decoding.images import load_image, resize_image
from xray_core.data.records import Manifest, Record

UNKNOWN = "unknown"
MEAN_SIZE_PX = 128
N_BINS = 64


@dataclass(frozen=True)
class ImageStats:
    """How bright the films of each class are.

    Attributes:
        brightness: share of pixels per brightness, one column per class, one row per bin; the index
            is the bin's centre in [0, 1], and each column sums to 1.
        mean_images: class -> float32 (128, 128) in [0, 1], the mean of its films.
        n_films: class -> how many films were read.
    """

    brightness: pd.DataFrame
    mean_images: dict[str, Float32Array]
    n_films: dict[str, int]


def count_table(manifest: Manifest, by: str) -> pd.DataFrame:
    """Usable films by class and one fact.

    Args:
        manifest: records with a `problem` or without a label are left out.
        by: a text column of `Record`, such as `split`, `source`, `view` or `age_group`.

    Returns:
        One row per class in display order, one column per value, `unknown` last; int.
    """
    usable = manifest.usable
    frame = usable.to_frame()
    values = frame[by].replace("", UNKNOWN)
    table = pd.crosstab(frame["label"], values)
    order = sorted(table.columns, key=lambda value: (value == UNKNOWN, value))
    return table.reindex(index=list(usable.classes), columns=order, fill_value=0)


def size_table(manifest: Manifest) -> pd.DataFrame:
    """Usable films by size in pixels: columns `width`, `height`, `films`, the commonest first."""
    frame = manifest.usable.to_frame()
    table = frame.groupby(["width", "height"]).size().rename("films").reset_index()
    return table.sort_values(
        ["films", "width", "height"], ascending=[False, True, True], ignore_index=True
    )


def problem_table(manifest: Manifest) -> pd.DataFrame:
    """Films that can't be used: columns `path`, `label`, `problem`, in the manifest's order."""
    columns = ["path", "label", "problem"]
    rows = [[record.path, record.label, record.problem] for record in manifest.problems]
    return pd.DataFrame(rows, columns=columns)


def sample_records(manifest: Manifest, n_per_class: int) -> dict[str, tuple[Record, ...]]:
    """Up to `n_per_class` usable films of each class, always the same, in random order."""
    ranked = sorted(manifest.usable.records, key=lambda record: (record.sha256, record.id))
    return {
        label: tuple(record for record in ranked if record.label == label)[:n_per_class]
        for label in manifest.classes
    }


def image_stats(manifest: Manifest, *, n_per_class: int = 200) -> ImageStats:
    """Brightness histogram and mean image of each class, from a fixed sample of its films.

    Args:
        manifest: records with a `problem` or without a label are left out.
        n_per_class: films read per class.

    Raises:
        ImageReadError: a film changed since the scan and can't be read any more.
    """
    edges = np.linspace(0, 1, N_BINS + 1)
    shares: dict[str, Float64Array] = {}
    means: dict[str, Float32Array] = {}
    sample = sample_records(manifest, n_per_class)
    for label, records in sample.items():
        counts = np.zeros(N_BINS)
        total = np.zeros((MEAN_SIZE_PX, MEAN_SIZE_PX))
        for record in records:
            small = resize_image(load_image(manifest.path_of(record)).pixels, MEAN_SIZE_PX)
            counts += np.histogram(small, bins=edges)[0]
            total += small
        shares[label] = counts / counts.sum()
        means[label] = (total / len(records)).astype(np.float32)
    centres = pd.Index((edges[:-1] + edges[1:]) / 2, name="brightness")
    return ImageStats(
        pd.DataFrame(shares, index=centres),
        means,
        {label: len(records) for label, records in sample.items()},
    )
