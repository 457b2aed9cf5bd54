"""The moving average of the weights over the last steps, in place of those of the last step.

A network that is being trained walks round a good place; the average of its steps lies nearer to it
(Polyak and Juditsky 1992, https://doi.org/10.1137/0330046; Izmailov et al. 2018,
https://arxiv.org/abs/1803.05407). Keras' optimiser keeps the average, at the price of one more copy
of the weights.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


def averages(optimizer: Any) -> bool:
    """Whether an optimiser keeps the average of the weights."""
    return bool(getattr(optimizer, "use_ema", False))


@contextmanager
def averaged(model: "keras.Model") -> Iterator[None]:
    """For a while the model has the average of its weights, where its optimiser keeps one."""
    import keras

    if not averages(model.optimizer):
        yield
        return
    swap = keras.callbacks.SwapEMAWeights()
    swap.set_model(model)
    swap.on_test_begin()
    try:
        yield
    finally:
        swap.on_test_end()
