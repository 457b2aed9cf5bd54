import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.quality.similarity import (
    GRID_PX,
    agreement_with,
    rank_correlation,
    structural_similarity,
)

Map = NDArray[np.float32]


@pytest.fixture
def ramp() -> Map:
    """Rises from left to right."""
    return np.tile(np.arange(GRID_PX, dtype=np.float32), (GRID_PX, 1))


def test_only_the_order_of_places_counts(ramp: Map) -> None:
    assert rank_correlation(ramp, ramp**3 + 5) == pytest.approx(1)
    assert rank_correlation(ramp, -ramp) == pytest.approx(-1)
    assert rank_correlation(ramp, ramp.T) == pytest.approx(0, abs=1e-9)


def test_structure_sees_what_order_does_not(ramp: Map) -> None:
    assert structural_similarity(ramp, ramp) == pytest.approx(1)
    assert structural_similarity(ramp, 7 * ramp) == pytest.approx(1), "no scale"
    assert structural_similarity(ramp, ramp**8) < 0.5
    assert structural_similarity(ramp, -ramp) < 0.5


def test_maps_of_different_sizes_can_be_compared(ramp: Map) -> None:
    coarse = np.tile(np.arange(4, dtype=np.float32), (4, 1))
    assert rank_correlation(coarse, ramp) > 0.95
    assert structural_similarity(coarse, ramp) > 0.5


def test_a_flat_map_is_like_no_other(ramp: Map) -> None:
    flat = np.zeros((4, 4), np.float32)
    for measure in (rank_correlation, structural_similarity):
        assert measure(flat, ramp) == measure(ramp, flat) == measure(flat, flat) == 0


def test_agreement_is_the_mean_over_the_others(ramp: Map) -> None:
    assert agreement_with(ramp, [2 * ramp, ramp.T]) == pytest.approx(1 / 2)
    assert np.isnan(agreement_with(ramp, []))


def test_what_speaks_against_the_class_does_not_count(ramp: Map) -> None:
    signed = ramp - 16
    assert agreement_with(signed, [np.maximum(signed, 0)]) == pytest.approx(1)
    assert rank_correlation(signed, np.maximum(signed, 0)) < 0.95


def test_a_twin_is_no_second_opinion(ramp: Map) -> None:
    assert agreement_with(ramp, [ramp, ramp.T]) == pytest.approx(0, abs=1e-9)
    assert np.isnan(agreement_with(ramp, [ramp.copy()]))
