from collections.abc import Callable

import numpy as np
import pytest

from xray_core.explain.explained import LUNGS_PX, ExplainedFilms
from xray_core.explain.stored import write_maps
from xray_core.quality.map_disagreement import map_correlations, stored_correlations
from xray_core.quality.similarity import rank_correlation
from xray_core.runs.store import TEST_MAPS, Run

CLASSES = ("normal", "covid")
FILMS = ("a", "b", "c")


def model(side: int, seed: int, films: tuple[str, ...] = FILMS) -> ExplainedFilms:
    random = np.random.default_rng(seed)
    n = len(films)
    normal = random.random(n).astype(np.float32)
    return ExplainedFilms(
        CLASSES,
        films,
        ("covid",) * n,
        ("",) * n,
        films,
        np.stack([normal, 1 - normal], axis=1),
        random.normal(size=(n, 2, side, side)).astype(np.float16),
        np.zeros((n, LUNGS_PX, LUNGS_PX), bool),
    )


def test_maps_of_each_models_own_answer_are_compared_by_rank() -> None:
    models = [model(7, 1), model(14, 2), model(10, 3)]
    found = map_correlations(models, FILMS)
    for row in range(len(FILMS)):
        maps = [
            item.positive(np.array([row]), CLASSES[int(item.probabilities[row].argmax())])[0]
            for item in models
        ]
        pairs = ((0, 1), (0, 2), (1, 2))
        expected = [rank_correlation(maps[one], maps[other]) for one, other in pairs]
        assert found[:, row].tolist() == pytest.approx(expected, abs=1e-5)


def test_a_flat_map_has_no_order_and_a_missing_one_is_not_known() -> None:
    flat = model(7, 1, ("a", "b"))
    flat.evidence[0] = 0
    found, none, _ = map_correlations([flat, model(7, 2), None], FILMS)
    assert found[0] == 0
    assert np.isfinite(found[1])
    assert np.isnan(found[2])
    assert np.isnan(none).all()


def test_one_run_with_maps_is_not_enough(make_run: Callable[..., Run]) -> None:
    one, other = make_run(), make_run()
    write_maps(one.path / TEST_MAPS, model(7, 1))
    assert stored_correlations([one, other], FILMS) is None
    write_maps(other.path / TEST_MAPS, model(7, 1))
    same = stored_correlations([one, other], FILMS)
    assert same is not None
    np.testing.assert_allclose(same, 1, atol=1e-5)
