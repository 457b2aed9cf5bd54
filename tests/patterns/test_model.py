from dataclasses import replace

import numpy as np
import pytest

from tests.patterns.conftest import MakeStored
from xray_core.patterns.model import agreement, film_correlations, learn_patterns


def test_agreement_is_the_mean_correlation_over_the_films_that_both_have(
    make_stored: MakeStored,
) -> None:
    rng = np.random.default_rng(0)
    maps = list(rng.random((4, 5, 5)))
    first = make_stored(maps)
    turned = make_stored([maps[0], 1 - maps[1], np.zeros((5, 5)), maps[3]])
    second = replace(turned, film_ids=(*turned.film_ids[:3], "another film"))
    models = learn_patterns("A", first), learn_patterns("B", second)
    found = film_correlations(*models, "covid")
    assert list(found) == list(first.film_ids[:3])
    assert found[first.film_ids[0]] == pytest.approx(1, abs=1e-3)
    assert found[first.film_ids[1]] == pytest.approx(-1, abs=1e-2)
    assert np.isnan(found[first.film_ids[2]]), "a map without evidence agrees with none"
    mean = agreement(*models, "covid")
    assert mean.n == 2
    assert mean.value == pytest.approx(0, abs=1e-2)
    assert agreement(*models, "normal").n == 0


def test_maps_of_other_sizes_are_compared_over_the_whole_film(make_stored: MakeStored) -> None:
    coarse = np.array([[1.0, 0.0], [0.0, 0.0]])
    fine = np.kron(coarse, np.ones((8, 8)))
    first, second = (
        learn_patterns(name, make_stored([m])) for name, m in zip("AB", (coarse, fine), strict=True)
    )
    assert agreement(first, second, "covid").value > 0.85
