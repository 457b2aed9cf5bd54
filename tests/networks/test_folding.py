import keras
import numpy as np

from xray_core.networks.folding import fold_normalisation


def test_the_folded_network_answers_the_same_and_has_no_normalisation() -> None:
    random = np.random.default_rng(0)
    film = keras.Input((12, 12, 1))
    x = keras.layers.Conv2D(3, 3, padding="same", use_bias=False)(film)
    x = keras.layers.ReLU()(keras.layers.BatchNormalization()(x))
    x = keras.layers.Conv2D(2, 1)(keras.layers.MaxPooling2D(2)(x))
    network = keras.Model(film, x)
    network.set_weights([random.uniform(0.2, 1.0, part.shape) for part in network.get_weights()])
    films = random.random((4, 12, 12, 1)).astype(np.float32)
    folded = fold_normalisation(network)
    np.testing.assert_allclose(folded(films), network(films, training=False), atol=1e-5)
    assert not [x for x in folded.layers if isinstance(x, keras.layers.BatchNormalization)]
    assert [x for x in network.layers if isinstance(x, keras.layers.BatchNormalization)], (
        "as it was"
    )
