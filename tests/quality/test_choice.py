import numpy as np
import pytest

from xray_core.data.records import Manifest, Record
from xray_core.quality.choice import (
    HIT,
    N_TRIED,
    PRECISION,
    pairs_to_try,
    rank_by_gain,
    rank_pairs,
    standard_error,
)
from xray_core.quality.localisation import THRESHOLDS
from xray_core.quality.pairs import Pair
from xray_core.quality.ranking import NAMES
from xray_core.quality.sweep import Swept

N = 100
ONE, OTHER, TWO = Pair("grad_cam", "a"), Pair("layer_cam", "a"), Pair("layer_cam_product", "a+b")


def swept(hits: dict[Pair, tuple[int, float]]) -> Swept:
    """Films of which each pair hits so many, with that average precision."""
    values = np.zeros((len(hits), N, len(NAMES)))
    for row, (n_hits, precision) in enumerate(hits.values()):
        values[row, :n_hits, HIT] = 1
        values[row, :, PRECISION] = precision
    records = tuple(Record(f"s/{i}", "s", str(i), "covid", str(i)) for i in range(N))
    rest = (np.zeros((len(hits), N, len(THRESHOLDS))), np.full(N, 0.1), np.full(N, np.nan))
    return Swept(tuple(hits), Manifest(records, {}), (0,) * N, values, *rest)


def test_within_two_standard_errors_of_the_difference_average_precision_decides() -> None:
    """Five films of a hundred more: a difference of 0.05 with a standard error of 0.0219."""
    assert rank_pairs(swept({ONE: (60, 0.2), OTHER: (55, 0.9)}))[0] == ONE
    near = swept({ONE: (60, 0.2), OTHER: (57, 0.21)})
    assert rank_pairs(near)[0] == OTHER, "three films behind: less than two standard errors"
    assert rank_pairs(swept({ONE: (60, 0.2), OTHER: (57, 0.19)}))[0] == ONE


def test_ties_are_won_by_one_layer_and_then_by_the_simpler_method() -> None:
    ranked = rank_pairs(swept({TWO: (60, 0.2003), ONE: (60, 0.2), OTHER: (60, 0.2004)}))
    assert ranked == (ONE, OTHER, TWO)
    assert rank_pairs(swept({ONE: (60, 0.2), TWO: (60, 0.21)}))[0] == TWO


def test_those_beyond_follow_by_their_share_of_peaks() -> None:
    ranked = rank_pairs(swept({ONE: (20, 0.9), OTHER: (90, 0.1), TWO: (30, 0.1)}))
    assert ranked == (OTHER, TWO, ONE)


def test_films_of_one_patient_vary_together() -> None:
    values = np.array([1.0, 1.0, 0.0, 0.0])
    assert standard_error(values, tuple("abcd")) == pytest.approx(np.sqrt(1 / 3) / 2)
    assert standard_error(values, tuple("aabb")) == pytest.approx(0.5)


def test_faithfulness_tries_what_synthetic_films_rank_else_one_layer_each() -> None:
    assert pairs_to_try([ONE, OTHER, TWO], ()) == (ONE, OTHER)
    ranked = [Pair("layer_cam_product", str(number)) for number in range(N_TRIED + 1)]
    assert pairs_to_try([ONE], ranked) == tuple(ranked[:N_TRIED])


def test_the_greatest_mean_gain_comes_first() -> None:
    gains = np.array([[0.1, 0.1], [0.0, 0.3], [0.2, 0.1]])
    assert rank_by_gain([ONE, OTHER, TWO], gains) == (OTHER, TWO, ONE)
