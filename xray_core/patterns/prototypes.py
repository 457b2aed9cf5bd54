"""Class prototypes: a film made up so that a network gives one class the highest logit it can.

Activation maximisation (Erhan et al. 2009; Simonyan et al. 2014, https://arxiv.org/abs/1312.6034)
with tf-keras-vis, which needs a flat functional model with its preprocessing inside, as all
networks here are. From a grey film, brightness climbs the gradient of the logit; small shifts,
smoothing and a penalty on total variation keep it from becoming noise.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.classifier import Classifier
from xray_core.errors import ExplainError

N_STEPS = 60
STEP = 0.02
VARIATION_WEIGHT = 10.0
SHIFT_PX = 4
_SMOOTHING = 0.2


def make_prototypes(
    model: Classifier,
    *,
    n_steps: int = N_STEPS,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Float32Array:
    """A prototype of every class, all in the same passes.

    Args:
        model: its network is copied first: nothing can change the shared one.
        n_steps: passes forward and back of one film per class.
        seed: of the first films and the shifts.
        progress: called with (steps done, steps in all).

    Returns:
        float32 (class, size, size) in [0, 1].

    Raises:
        ExplainError: the logits became NaN or infinite.
    """
    import keras
    import tensorflow as tf
    from tf_keras_vis.activation_maximization import ActivationMaximization
    from tf_keras_vis.activation_maximization.callbacks import Callback
    from tf_keras_vis.activation_maximization.regularizers import TotalVariation2D
    from tf_keras_vis.utils.scores import CategoricalScore

    copy = keras.models.clone_model(model.network)
    copy.set_weights(model.network.get_weights())
    n_classes, size_px = len(model.classes), model.image_size_px
    rng = np.random.default_rng(seed)
    start = 0.5 + 0.02 * rng.standard_normal((n_classes, size_px, size_px, 1))

    def shift(films: Any) -> Any:
        return tf.roll(films, rng.integers(-SHIFT_PX, SHIFT_PX + 1, 2).tolist(), (1, 2))

    def smooth(films: Any) -> Any:
        blurred = tf.nn.avg_pool2d(films, 3, 1, "SAME")
        return tf.clip_by_value(films + _SMOOTHING * (blurred - films), 0, 1)

    class Watch(Callback):  # type: ignore[misc]
        """Passes the number of the step on."""

        def __call__(self, i: int, *_: Any, **__: Any) -> None:
            if progress:
                progress(i + 1, n_steps)

    films = ActivationMaximization(copy, clone=False)(
        CategoricalScore(list(range(n_classes))),
        seed_input=start.astype(np.float32),
        input_range=(0.0, 1.0),
        input_modifiers=[shift, smooth],
        regularizers=[TotalVariation2D(weight=VARIATION_WEIGHT)],
        steps=n_steps,
        optimizer=keras.optimizers.RMSprop(STEP, rho=0.9),
        callbacks=[Watch()],
    )
    prototypes: Float32Array = np.asarray(films, np.float32)[..., 0]
    if not np.isfinite(prototypes).all():
        raise ExplainError(
            "The network outputs NaN or infinite values.",
            where=model.source,
            fix="Its weights are damaged: copy the run folder again, or train again.",
        )
    return prototypes
