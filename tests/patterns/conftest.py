"""Stored maps small enough to work everything out by hand."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.explain.explained import LUNGS_PX, ExplainedFilms

CLASSES = ("normal", "covid")
MakeStored = Callable[..., ExplainedFilms]


@pytest.fixture
def make_stored() -> MakeStored:
    """Makes stored maps of two classes from one map a film, that of its own label."""

    def make(
        maps: Sequence[NDArray[np.floating]],
        label: str = "covid",
        *,
        labels: Sequence[str] | None = None,
        sources: Sequence[str] | None = None,
        patients: Sequence[str] | None = None,
        right: Sequence[bool] | None = None,
        lungs: NDArray[np.bool_] | None = None,
    ) -> ExplainedFilms:
        n = len(maps)
        own = list(labels or [label] * n)
        both = np.zeros((n, 2, *np.shape(maps[0])), np.float16)
        probabilities = np.zeros((n, 2), np.float32)
        for row, name in enumerate(own):
            column = CLASSES.index(name)
            both[row, column] = maps[row]
            answer = column if right is None or right[row] else 1 - column
            probabilities[row, answer], probabilities[row, 1 - answer] = 0.75, 0.25
        outlines = np.zeros((n, LUNGS_PX, LUNGS_PX), bool)
        if lungs is not None:
            outlines[:] = lungs
        return ExplainedFilms(
            CLASSES,
            tuple(f"{row:016x}" for row in range(n)),
            tuple(own),
            tuple(sources or [""] * n),
            tuple(patients or map(str, range(n))),
            probabilities,
            both,
            outlines,
        )

    return make


@pytest.fixture
def lungs() -> NDArray[np.bool_]:
    """Two lungs of 12 x 30 cells each, from row 16 and columns 12 and 40 of 64."""
    mask = np.zeros((LUNGS_PX, LUNGS_PX), bool)
    mask[16:46, 12:24] = mask[16:46, 40:52] = True
    return mask
