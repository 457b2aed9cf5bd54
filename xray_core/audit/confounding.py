"""What else tells the classes apart: source, age, view, size, border, brightness, burned-in text.

Cramer's V of class and fact, with the 95 % interval of a bootstrap by patient. How far the fact
alone names the class is said in films. A probe asks whether the fact can be read off the films
themselves, within one class where that is possible.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency

from xray_core.arrays import Float32Array, Float64Array, Int64Array, UInt8Array
from xray_core.audit.finding import Finding
from xray_core.audit.probes import LEAST_FOR_PROBE, PROBED, ReadOff, read_off
from xray_core.data.records import Manifest
from xray_core.evaluation.intervals import bootstrap_weights

FACTS = {
    "source": "The source",
    "age_group": "The age group",
    "view": "The projection",
    "size": "The size in pixels",
    "border": "The width of black borders",
    "brightness": "The brightness",
    "text": "Burned-in marks near the edge",
}
LEAST_V = 0.3
"""Cramer's V below which nothing is said: Cohen's medium effect."""

MOST_CHANCE = 0.001
"""Links of few films that could be chance, by the chi-squared test, are not reported."""

_N_REPLICATES = 200
_N_BINS = 5


@dataclass(frozen=True)
class Association:
    """How far class and fact go together.

    Attributes:
        value: Cramer's V, in [0, 1].
        low, high: 95 % interval.
        named: share of films whose class is the commonest one at their value of the fact.
        chance: share of the commonest class.
        chance_of_it: p of the chi-squared test of independence.
        n: films with the fact.
    """

    value: float
    low: float
    high: float
    named: float
    chance: float
    chance_of_it: float
    n: int


def film_facts(manifest: Manifest, films: UInt8Array) -> pd.DataFrame:
    """Facts of each film, text; "" where it is not known.

    Args:
        manifest: usable films.
        films: uint8 (n, side, side), of the same films.
    """
    records = manifest.records
    frame = pd.DataFrame(
        {
            "source": [record.source for record in records],
            "age_group": [record.age_group for record in records],
            "view": [record.view for record in records],
            "size": [f"{record.width} x {record.height}" for record in records],
        }
    )
    looks = np.array([_looks(film) for film in films])
    for column, name in enumerate(("border", "brightness", "text")):
        frame[name] = _in_bins(looks[:, column])
    counts = frame["size"].value_counts()
    frame["size"] = frame["size"].where(frame["size"].map(counts) >= LEAST_FOR_PROBE, "other")
    return frame


def _in_bins(values: Float64Array) -> list[str]:
    """Which fifth of the films a value lies in; the value itself where there are few.

    Where the least value is that of most films, as with marks that most lack: it, or more.
    """
    edges = np.unique(values)
    if len(edges) > _N_BINS:
        fifths = np.unique(np.quantile(values, np.arange(_N_BINS) / _N_BINS))
        edges = fifths if len(fifths) > 1 else edges[:2]
    return [str(place) for place in np.searchsorted(edges, values, side="right")]


def _looks(film: UInt8Array) -> tuple[float, float, float]:
    """Width of black borders in shares of the side, mean grey, share of marks near the edge."""
    side = film.shape[0]
    dark_rows, dark_columns = film.max(axis=1) < 16, film.max(axis=0) < 16
    ends = (dark_rows, dark_rows[::-1], dark_columns, dark_columns[::-1])
    border = sum(int(np.argmin(end)) if not end.all() else side for end in ends) / side
    edge = max(2, side // 7)
    ring = np.ones(film.shape, bool)
    ring[edge:-edge, edge:-edge] = False
    steps = np.abs(np.diff(film.astype(np.int16), axis=1, prepend=0))
    marks = (film > 235) & (steps > 60) & ring
    return round(border, 2), round(float(film.mean()), 1), round(float(marks.sum() / ring.sum()), 4)


def associate(labels: Int64Array, values: Sequence[str], patients: Sequence[str]) -> Association:
    """Cramer's V of class and fact, as `scipy.stats.contingency.association`, with its interval.

    Args:
        labels: (films,), 0 to classes - 1.
        values: of the fact, known for every film.
        patients: films of one patient are drawn together.
    """
    _, codes = np.unique(np.asarray(values, str), return_inverse=True)
    n_classes, n_values = int(labels.max()) + 1, int(codes.max()) + 1
    weights = bootstrap_weights(patients, _N_REPLICATES)
    cells = labels * n_values + codes
    tables: Float64Array = np.stack(
        [np.bincount(cells, row, n_classes * n_values) for row in weights]
    ).astype(np.float64)
    tables = tables.reshape(-1, n_classes, n_values)
    found = _cramers_v(tables)
    low, high = np.percentile(found[1:], (2.5, 97.5))
    first = tables[0]
    return Association(
        float(found[0]),
        float(low),
        float(high),
        float(first.max(axis=0).sum() / first.sum()),
        float(first.sum(axis=1).max() / first.sum()),
        float(chi2_contingency(first[first.sum(axis=1) > 0], correction=False).pvalue),
        len(labels),
    )


def _cramers_v(tables: Float64Array) -> Float64Array:
    """Of each table (n, classes, values)."""
    total = tables.sum(axis=(1, 2), keepdims=True)
    rows, columns = tables.sum(axis=2, keepdims=True), tables.sum(axis=1, keepdims=True)
    due = rows * columns / total
    parts = np.divide((tables - due) ** 2, due, out=np.zeros_like(due), where=due > 0)
    degrees = np.minimum((rows > 0).sum(axis=(1, 2)), (columns > 0).sum(axis=(1, 2))) - 1
    chi2 = parts.sum(axis=(1, 2))
    found: Float64Array = np.sqrt(chi2 / (total[:, 0, 0] * np.maximum(degrees, 1)))
    return found


def find_confounding(
    manifest: Manifest, frame: pd.DataFrame, features: Float32Array | None, groups: Sequence[str]
) -> tuple[list[Finding], list[str]]:
    """Facts that go with the class, and whether they can be read off the films.

    Args:
        manifest: usable films of two classes or more.
        frame: facts of each film, as `film_facts`.
        features: of each film; None asks no probe.
        groups: films of one group are drawn, and divided into folds, together.
    """
    classes = manifest.classes
    labels = np.array([classes.index(record.label) for record in manifest.records], np.int64)
    found, missed = [], []
    for fact, title in FACTS.items():
        known = (frame[fact] != "").to_numpy()
        values = frame[fact].to_numpy(str)
        if not known.any():
            missed.append(f"{title}: not stated.")
            continue
        if len(set(values[known])) < 2 or len(set(labels[known])) < 2:
            missed.append(f"{title}: no difference among the films.")
            continue
        named = [group for group, is_known in zip(groups, known, strict=True) if is_known]
        link = associate(labels[known], values[known].tolist(), named)
        if link.value < LEAST_V or link.chance_of_it > MOST_CHANCE:
            continue
        probe = None
        if features is not None and fact in PROBED:
            probe = read_off(features, values, groups, labels)
        found.append(_finding(fact, link, probe, int(known.sum()), len(labels)))
    return found, missed


def _finding(fact: str, link: Association, probe: ReadOff | None, n: int, total: int) -> Finding:
    title = FACTS[fact]
    words = (
        f"{title} alone names the class of {100 * link.named:.0f} % of films, where guessing the "
        f"commonest class gets {100 * link.chance:.0f} % (Cramer's V {link.value:.2f}, 95 % "
        f"{link.low:.2f} to {link.high:.2f}, {n:,} films)."
    )
    if n < total:
        words += f" {total - n:,} films do not state it."
    numbers: dict[str, object] = {
        "fact": fact,
        "cramers_v": round(link.value, 4),
        "low": round(link.low, 4),
        "high": round(link.high, 4),
        "named": round(link.named, 4),
        "chance": round(link.chance, 4),
        "n": n,
    }
    if probe is not None:
        within = probe.within is not None
        where = " among films of one class" if within else ""
        words += (
            f" It can be read off a film with {probe.value:.2f}{where} (balanced accuracy of a "
            "linear probe)."
        )
        numbers |= {"probe": round(probe.value, 4), "probe_within_class": within}
    return Finding(
        "confounding",
        (),
        words,
        f"A model can learn {title[0].lower()}{title[1:]} instead of the disease, and scores on "
        "such films do not tell the two apart.",
        "Test on films of one source with both classes, and add films that break the link.",
        (link.named - link.chance) / max(1 - link.chance, 1e-9),
        numbers,
    )
