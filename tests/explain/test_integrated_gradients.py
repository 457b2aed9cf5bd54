from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.data.decoding.images import resize_image
from xray_core.data.phantom import make_phantom
from xray_core.errors import ExplainError
from xray_core.explain.integrated_gradients import (
    Baseline,
    baseline_of,
    integrate_gradients,
    integrated_gradients,
)
from xray_core.networks.compiled import compile_forward

Films = NDArray[np.float32]
BASELINES: tuple[Baseline, ...] = ("black", "white", "blurred")


@pytest.fixture(scope="module")
def chest() -> Films:
    return resize_image(make_phantom("covid", 5).image, 64)[None, ..., None]


@pytest.mark.parametrize("baseline", BASELINES)
def test_the_map_sums_to_the_difference_of_the_logits(
    model: Any, chest: Films, noise: Films, baseline: Baseline
) -> None:
    films = np.concatenate([chest, noise[:1]])
    found = integrate_gradients(model, films, 2, baseline=baseline)
    forward = compile_forward(model)
    start = np.stack([baseline_of(film, baseline) for film in films])
    change = (forward(films)[0] - forward(start)[0])[:, 2]
    sums = found.maps.sum(axis=(1, 2))
    assert np.abs(change).min() > 1e-3
    np.testing.assert_allclose(sums, change, rtol=0.05)
    np.testing.assert_allclose(found.completeness_error, sums - change, atol=1e-5)


def test_evenly_spaced_steps_would_miss_what_happens_near_the_baseline(
    model: Any, chest: Films, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = integrate_gradients(model, chest, 2)
    even = (np.arange(32, dtype=np.float32) + 0.5) / 32, np.full(32, 1 / 32, np.float32)
    monkeypatch.setattr("xray_core.explain.integrated_gradients._steps", lambda _: even)
    theirs = integrate_gradients(model, chest, 2)
    assert abs(theirs.completeness_error[0]) > 10 * abs(ours.completeness_error[0])


def test_a_map_worked_out_by_hand(square_finder: Any, square_film: Films) -> None:
    # The logit rises from the middle of the way on, by 1 / 64 per pixel: half of 1 / 64 in all.
    found = integrate_gradients(square_finder, square_film, 0, n_steps=200)
    expected = np.zeros((64, 64))
    expected[16:24, 40:48] = 0.5 / 64
    np.testing.assert_allclose(found.maps[0], expected, atol=0.01 / 64)
    assert found.completeness_error[0] == pytest.approx(0, abs=0.01)


def test_from_itself_a_film_has_nothing_to_explain(model: Any) -> None:
    black = np.zeros((1, 64, 64, 1), np.float32)
    assert not integrated_gradients(model, black, 0)[1].any()


def test_a_blurred_film_keeps_its_brightness_and_loses_its_detail(chest: Films) -> None:
    blurred = baseline_of(chest[0], "blurred")
    assert blurred.shape == chest[0].shape
    assert blurred.mean() == pytest.approx(chest.mean(), abs=0.05)
    assert np.diff(blurred, axis=0).std() < np.diff(chest[0], axis=0).std() / 3


def test_an_unknown_baseline_lists_the_known_ones(chest: Films) -> None:
    with pytest.raises(ExplainError) as caught:
        baseline_of(chest[0], "green")  # type: ignore[arg-type]
    assert "black, white, blurred" in caught.value.fix
