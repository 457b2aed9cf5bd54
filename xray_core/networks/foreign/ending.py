"""What a classifier outputs, logits or probabilities, found from its values on trial films.

The name of the last step says little: a mean of two sigmoids ends in `Average`, a softmax may be
followed by a reshape. So the network is run on a few films, ordinary and impossible ones.
Outputs that are always >= 0 and sum to 1, and the output of one unit that always lies between 0 and
1, are probabilities; what may be either is refused.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.data.decoding.images import resize_image
from xray_core.data.phantom import make_phantom
from xray_core.errors import NetworkError
from xray_core.networks.foreign.flatten import inputs_of, twin_of

N_ORDINARY = 6
"""Of the trial films, those with greys of a film; they come first."""
TOLERANCE = 1e-4
"""How far a probability that is shown may lie from the model's own."""
FLOOR = 1e-7
"""Smallest probability whose logarithm is taken; those next to 1 are 6e-8 apart in float32."""

_HALF = {"float16": 2.0**-11, "bfloat16": 2.0**-8}
"""Rounding error of numbers next to 1."""
_KEEP_VALUES = ("Dropout", "Identity", "Reshape", "Flatten", "Cast", "Squeeze", "ExpandDims")
_COMBINE = (
    *_KEEP_VALUES,
    *("Average", "Add", "Subtract", "Multiply", "Maximum", "Minimum", "Concatenate", "Stack"),
    *("Mean", "Sum", "TrueDivide", "Divide", "Negative", "GetItem", "Rescaling"),
)
_ACTIVATIONS = {
    **{kind: kind.lower() for kind in ("Softmax", "Sigmoid", "Relu", "ReLU", "Tanh", "Clip")},
    "HardSigmoid": "hard_sigmoid",
    "LogSoftmax": "log_softmax",
}
_BOUNDED = ("softmax", "sigmoid", "hard_sigmoid", "tanh", "hard_tanh", "softsign", "clip")


def trial_films(size_px: int) -> Float32Array:
    """Films (film, size, size, 1) to ask a network for: two drawn, noise, black, white, a ramp.

    The last three have greys that no film has, far below 0 and above 1: what stays between 0 and 1
    even there does so by its build.
    """
    random = np.random.default_rng(0)
    drawn = [
        resize_image(make_phantom(label, seed, size_px=64).image, size_px)
        for label, seed in (("normal", 1), ("covid", 2))
    ]
    noise = random.random((size_px, size_px), dtype=np.float32)
    ramp = np.tile(np.linspace(0, 1, size_px, dtype=np.float32), (size_px, 1))
    ordinary = [*drawn, noise, np.zeros_like(noise), np.ones_like(noise), ramp]
    impossible = [100 * noise - 50, 50 * drawn[1], -50 * drawn[0]]
    return np.stack([*ordinary, *impossible])[..., None].astype(np.float32)


def answers_to(ask: Callable[[Any], Any], films: Float32Array, batch: int) -> Float32Array:
    """The outputs (film, units) for films, in batches of fixed size; the last is padded."""
    import keras

    filled = np.concatenate([films, films[-1:].repeat(-len(films) % batch, axis=0)])
    parts = [
        np.asarray(keras.ops.cast(ask(keras.ops.convert_to_tensor(part)), "float32"))
        for part in np.split(filled, len(filled) // batch)
    ]
    return np.concatenate(parts)[: len(films)]


def require_same_answers(
    name: str, logits: Float32Array, wanted: Float32Array, ending: str, slack: float
) -> None:
    """Compare what will be shown with the outputs of the original.

    Raises:
        NetworkError: they differ by more than `slack`.
    """
    shown = logits
    if ending != "logits":
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shown = powers / powers.sum(axis=1, keepdims=True)
    shown = shown[:, -wanted.shape[1] :]
    rtol = 1e-3 if ending == "logits" else 0
    if not np.allclose(shown, wanted, rtol=rtol, atol=slack, equal_nan=True):
        raise NetworkError(
            "The network gives different outputs when its graph is rebuilt.",
            where=name,
            fix="Give a plain Sequential or functional model, without a custom `call`.",
        )


def logits_of(output: Any, answers: Float32Array, name: str, slack: float) -> tuple[Any, str]:
    """The logits of a flat graph, whatever it ends in.

    Args:
        output: last tensor (batch, units) of a graph that a `Flattener` built.
        answers: (film, units), what it gives for `trial_films`.
        name: of the model, for errors.
        slack: how far its numbers may be off, as `rounding_of` returns.

    Returns:
        Logits (batch, units), and what the graph ended in: `logits`; `softmax` or `sigmoid`, which
        is taken off; `probabilities` or `one probability` of another build, of which the logarithm
        is taken, so that the softmax of the logits is the model's output.

    Raises:
        NetworkError: the outputs are neither logits nor probabilities of classes of which one is
            right, or may be either.
    """
    import keras

    units = int(output.shape[-1])
    last = _behind(output, _KEEP_VALUES)[0]
    step = last._keras_history.operation
    if not _are_probabilities(output, answers, activation_of(step), name, slack):
        return output, "logits"
    usual = "softmax" if units > 1 else "sigmoid"
    over_classes = getattr(step, "axis", -1) in (-1, len(last.shape) - 1)
    if activation_of(step) == usual and last.shape[-1] == units and over_classes:
        logits = _without_activation(last)
        return (logits if len(logits.shape) == 2 else keras.layers.Reshape((units,))(logits)), usual
    p = keras.ops.cast(output, "float32")
    logits = keras.ops.log(keras.ops.maximum(p, FLOOR))
    if units > 1:
        return logits, "probabilities"
    return logits - keras.ops.log(keras.ops.maximum(1 - p, FLOOR)), "one probability"


def doubt_of(answers: Float32Array) -> str:
    """What speaks against taking outputs (film, units) as logits, as a sentence; else empty."""
    usual = answers[:N_ORDINARY]
    if usual.min() < 0 or usual.max() > 1:
        return ""
    return (
        "The outputs are taken as logits, since nothing keeps them between 0 and 1; on ordinary "
        "trial films they lie there. If they are meant as probabilities, let the model end in "
        "softmax or sigmoid."
    )


def rounding_of(steps: Iterable[Any]) -> float:
    """How far a probability may be off: `TOLERANCE`, or more in a network of half precision."""
    kinds = {str(getattr(step, "compute_dtype", "")) for step in steps}
    return max(TOLERANCE, *(2 * _HALF[kind] for kind in kinds if kind in _HALF), 0)


def _are_probabilities(
    output: Any, answers: Float32Array, ending: str, name: str, slack: float
) -> bool:
    """Whether the outputs are probabilities; raises where they are neither that nor logits."""
    if not np.isfinite(answers[:3]).all():
        raise _refused("The network outputs NaN or infinite values.", name)
    kept = answers[np.isfinite(answers).all(axis=1)].astype(np.float64)
    units, sums = kept.shape[1], kept.sum(axis=1)
    inside = bool((kept >= -slack).all() and (kept <= 1 + slack).all())
    if units == 1 and (ending == "softmax" or (np.abs(kept - 1) <= slack).all()):
        raise _refused("The network knows one class only: its output is always 1.", name)
    if units > 1 and inside and (np.abs(sums - 1) <= 2 * slack).all():
        return True
    ends = [activation_of(end._keras_history.operation) for end in _behind(output, _COMBINE)]
    bounded = all(end in _BOUNDED for end in ends)
    if inside and units > 1:
        raise _refused(
            f"The network judges each class separately: {units} outputs between 0 and 1 that do "
            "not sum to 1.",
            f"{name}, {units} units",
            "Give a network whose classes exclude each other: softmax, or one sigmoid unit.",
        )
    if inside and not bounded:
        raise _refused(
            "The output of the network lies between 0 and 1 on every trial film, but its build "
            "does not say that it always does: it may be a probability or a logit.",
            name,
        )
    if inside or ending == "log_softmax":
        return inside
    usual = answers[:N_ORDINARY].sum(axis=1, dtype=np.float64)
    if units > 1 and (kept >= -slack).all() and np.ptp(usual) <= 1e-3 * usual.mean():
        raise _refused(f"The outputs of the network always sum to {usual.mean():.4g}.", name)
    if bounded or ending != "linear":
        raise _refused(
            f"The network ends in {', '.join(dict.fromkeys(ends))}, which gives neither logits nor "
            "probabilities.",
            name,
        )
    return False


def activation_of(step: Any) -> str:
    """Name of the activation function of a step; `linear` where there is none."""
    kind = type(step).__name__
    if kind in _ACTIVATIONS:
        return _ACTIVATIONS[kind]
    activation = getattr(step, "activation", None)
    return str(getattr(activation, "__name__", activation)) if activation else "linear"


def _behind(output: Any, kinds: Sequence[str]) -> list[Any]:
    """The tensors that stand before the last steps of such kinds, the output itself without one."""
    found, waiting, seen = [], [output], set()
    while waiting:
        tensor = waiting.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        step = tensor._keras_history.operation
        idle = type(step).__name__ == "Activation" and activation_of(step) == "linear"
        if (idle or type(step).__name__ in kinds) and (before := inputs_of(tensor)):
            waiting.extend(before)
        else:
            found.append(tensor)
    return found


def _without_activation(tensor: Any) -> Any:
    """What the step that gives a tensor would give without its activation."""
    import keras

    step, (before, *_) = tensor._keras_history.operation, inputs_of(tensor)
    if type(step).__name__ in ("Activation", "Softmax", "Sigmoid"):
        return before
    return twin_of(step, activation=keras.activations.linear)(before)


def _refused(what: str, where: str, fix: str = "") -> NetworkError:
    return NetworkError(
        what,
        where=where,
        fix=fix or "Let it end in softmax, in one sigmoid unit, or in a layer without activation.",
    )
