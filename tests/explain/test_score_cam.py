from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.explained import explained
from xray_core.evaluation.predict import softmax
from xray_core.explain.score_cam import N_CHANNELS, masks_of, most_active, score_cam
from xray_core.networks.compiled import compile_forward
from xray_core.networks.small_cnn import TARGET_LAYER

Films = NDArray[np.float32]


def test_the_channels_that_vary_most_come_first() -> None:
    features = np.zeros((2, 2, 3), np.float32)
    features[0, 0] = [1, 5, 3]
    features[..., 0] += 100  # bright, but even
    assert most_active(features, 2).tolist() == [1, 2]


def test_masks_run_from_nought_to_one_and_an_even_channel_hides_everything() -> None:
    features = np.zeros((2, 2, 2), np.float32)
    features[0, 0, 0] = -7
    features[..., 1] = 3
    masks = masks_of(features, (8, 8))
    assert masks.shape == (2, 8, 8)
    assert masks[0, 0, 0] == 0
    assert masks[0, 7, 7] == 1
    assert not masks[1].any()


def test_a_map_worked_out_by_hand(square_finder: Any, square_film: Films) -> None:
    # One channel, 32 on the square's cell. Its mask, stretched smoothly, is 1 in the middle of the
    # cell and weakens the film towards its edge.
    mask = masks_of(compile_forward(square_finder, "look")(square_film)[1][0], (64, 64))[0]
    assert mask[20, 44] > 0.9
    seen = (square_film[0, ..., 0] * mask).sum() - 32
    rise = max(seen, 0) / 64
    maps = explained(square_finder, square_film, "score_cam", layer="look")[1]
    expected = np.zeros((8, 8))
    expected[2, 5] = 32 * rise
    assert rise > 0
    np.testing.assert_allclose(maps[0, 0], expected, rtol=1e-4)


@pytest.fixture(scope="module")
def theirs(model: Any, noise: Films) -> Films:
    from tf_keras_vis.scorecam import Scorecam
    from tf_keras_vis.utils.scores import CategoricalScore

    found = Scorecam(model, clone=True)(
        CategoricalScore([1]),
        noise[:1],
        penultimate_layer=TARGET_LAYER,
        seek_penultimate_conv_layer=False,
        max_N=N_CHANNELS,
        normalize_cam=False,
        expand_cam=False,
    )
    return np.asarray(found)


def test_with_probabilities_for_weights_it_is_that_of_tf_keras_vis(
    model: Any, noise: Films, theirs: Films
) -> None:
    feature = compile_forward(model, TARGET_LAYER)(noise[:1])[1][0]
    chosen = feature[..., most_active(feature, N_CHANNELS)]
    masked = noise[0] * masks_of(chosen, (64, 64))[..., None]
    weights = softmax(compile_forward(model)(masked)[0])[:, 1]
    np.testing.assert_allclose(theirs[0], chosen @ weights, rtol=0.01)


def test_with_logits_a_channel_can_speak_against_a_class(
    model: Any, noise: Films, theirs: Films
) -> None:
    maps = score_cam(model, noise[:1], [0, 1, 2], TARGET_LAYER)[1]
    assert theirs.min() > 0  # whatever the class
    assert maps.min() < 0 < maps.max()
