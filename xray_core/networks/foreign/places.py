"""Which layers of a network keep places, and what a map of one of them leaves out.

A map of a layer shows where on the film an output comes from only if every path from film to output
runs through that layer, and if its cells still stand for places: the attention of a transformer, a
recurrent layer or a dense layer on all places mixes them. The first is read off the graph; whether
cells stand for places is seen by changing the film in one place after another.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.networks.foreign.candidates import PRODUCTS, candidates
from xray_core.networks.foreign.flatten import inputs_of, upstream
from xray_core.networks.gradients import compile_layer_gradients
from xray_core.networks.layers import layer_output

if TYPE_CHECKING:
    import keras

MOST_SHIFT = 0.25
"""How far the response of a layer may lie from the change on the film on average, in its sides.
Where all places are mixed it is 0.36, where none is it is below 0.05."""
LEAST_SHARE = 0.05
"""Of the response of a layer to a change, what stands out of that of all its cells; 0.3 for tokens
after two blocks of a small transformer, 0.00 where attention took all places alike."""
N_BLOCKS = 3
_RECURRENT = ("RNN", "LSTM", "GRU", "Bidirectional")
_DENSE = ("Dense", "EinsumDense")
_TURNED = ("Permute", "Transpose", "Swapaxes", "Moveaxis")
_MOVE = (*_TURNED, "Flip", "Rot90", "Roll")
_ALONE = ("Dropout", "Activation", "Normalization", "Identity", "Relu", "Gelu", "Cast")
_CUT = ("Cropping2D", "CenterCrop", "RandomCrop")
_MOST_NAMED = 3


def keep_places(flat: "keras.Model", layer: str, film: Float32Array) -> bool | None:
    """Whether the cells of a layer respond to changes at their own place on the film.

    It is tried out only where a step before the layer may mix or move places.

    Args:
        flat: flat functional `keras.Model` on (batch, size, size, 1).
        layer: name of a 4-D layer.
        film: (size, size, 1) in [0, 1].

    Returns:
        None where it cannot be decided: it has too few cells, or does not respond to any change.
    """
    import keras

    target = layer_output(flat, layer)
    if not any(
        _mixes(tensor) or type(_step(tensor)).__name__ in _MOVE for tensor in upstream(target)
    ):
        return True
    if min(target.shape[1:3]) < N_BLOCKS:
        return None  # too few cells to decide
    part = keras.Model(flat.input, target)

    def features(films: Float32Array) -> Float32Array:
        given = keras.ops.cast(part(keras.ops.convert_to_tensor(films), training=False), "float32")
        return np.asarray(given)

    size = len(film)
    noise = np.random.default_rng(1).random(film.shape, dtype=np.float32)
    usual, edges = features(film[None])[0], np.linspace(0, size, N_BLOCKS + 1).astype(int)
    shifts, shares = [], []
    for row in range(N_BLOCKS):
        for column in range(N_BLOCKS):
            block = np.s_[edges[row] : edges[row + 1], edges[column] : edges[column + 1]]
            changed = film.copy()
            changed[block] = noise[block]
            answer = np.abs(features(changed[None])[0] - usual).sum(axis=-1)
            raised = np.maximum(answer - np.median(answer), 0)
            if (total := float(answer.sum())) > 0:
                shares.append(float(raised.sum()) / total)
            if found := _centre(raised):
                wanted = ((row + 0.5) / N_BLOCKS, (column + 0.5) / N_BLOCKS)
                shifts.append(math.dist(found, wanted))
    if not shares:
        return None
    stands_out = float(np.mean(shares)) >= LEAST_SHARE
    return stands_out and bool(shifts) and float(np.mean(shifts)) <= MOST_SHIFT


def reaches_answer(flat: "keras.Model", layer: str, film: Float32Array) -> bool:
    """Whether any logit of a film (size, size, 1) changes with what the layer gives."""
    columns = range(int(flat.output.shape[-1]))
    return bool(
        np.any(compile_layer_gradients(flat, [layer], len(columns))(film[None], columns)[2])
    )


def map_notes(flat: "keras.Model", layer: str, kept: bool | None) -> tuple[str, ...]:
    """What a map of a layer leaves out, as sentences; none where it shows all.

    Args:
        flat: flat functional `keras.Model`.
        layer: name of a layer of it.
        kept: as `keep_places` returns.
    """
    target, shown, notes = layer_output(flat, layer), _named([layer]), []
    before, around = upstream(target), upstream(flat.output, target)
    fed = _fed_by(flat, target)
    after = [tensor for tensor in around if id(tensor) in fed]
    if any(tensor is flat.input for tensor in around):
        own = {id(tensor) for tensor in (*before, *after)}
        beside = {_step(tensor).name for tensor in around if id(tensor) not in own}
        others = [item.step for item in candidates(flat) if item.step in beside]
        past = f" Others run past it, as through {_named(others[-1:])}." if others else ""
        notes.append(
            "The map shows a part: not every path from the film to the output runs through "
            f"{shown}.{past}"
        )
    if mixing := list(filter(_mixes, after)):
        notes.append(
            f"After {shown} places are mixed ({_named_steps(mixing)}): the map stops before that."
        )
    mixing = list(filter(_mixes, before))
    cause = f" ({_named_steps(mixing)})" if mixing else ""
    if kept is False:
        notes.append(
            f"Places are mixed before {shown}{cause}: its cells do not stand for places of the "
            "film, and the map does not show where."
        )
    elif mixing:
        notes.append(
            f"Before {shown} places are mixed{cause}: a cell may also carry what was seen "
            "elsewhere on the film."
        )
    if cut := [tensor for tensor in before if type(_step(tensor)).__name__ in _CUT]:
        notes.append(
            f"The edges of the film are cut off ({_named_steps(cut)}): the map is drawn too large."
        )
    return tuple(notes)


def _fed_by(flat: "keras.Model", target: Any) -> set[int]:
    """Addresses of the tensors that a tensor leads to, with its own."""
    found = {id(target)}
    for step in flat.operations:  # what a step needs comes before it
        for node in step._inbound_nodes:
            if any(id(tensor) in found for tensor in node.input_tensors):
                found.update(map(id, node.output_tensors))
    return found


def _mixes(tensor: Any) -> bool:
    """Whether the step that gives a tensor mixes places, other than a convolution does."""
    kind, before = type(_step(tensor)).__name__, inputs_of(tensor)
    if "Attention" in kind or any(word in kind for word in _RECURRENT):
        return True
    if kind in PRODUCTS:
        return len(before) == 2 and max(len(item.shape) for item in before) > 2
    if kind in _DENSE:
        return len(before[0].shape) > 2 and _comes_from(before[0], _TURNED)
    if "Reshape" in kind and len(before[0].shape) == 2 < len(tensor.shape):
        return min(side or 2 for side in tensor.shape[1:-1]) > 1 and _comes_from(before[0], _DENSE)
    return False


def _comes_from(tensor: Any, kinds: Sequence[str]) -> bool:
    """Whether a step of such kinds gives a tensor, up to steps that work on each value alone."""
    while True:
        kind, before = type(_step(tensor)).__name__, inputs_of(tensor)
        if kind in kinds:
            return True
        if len(before) != 1 or not any(word in kind for word in _ALONE):
            return False
        tensor = before[0]


def _centre(raised: Float32Array) -> tuple[float, float] | None:
    """(row, column) of the centre of mass of (height, width), in its sides; None without mass."""
    height, width = raised.shape
    total = float(raised.sum())
    if total <= 0 or not math.isfinite(total):
        return None
    rows, columns = raised.sum(axis=1), raised.sum(axis=0)
    return (
        float(rows @ (np.arange(height) + 0.5)) / total / height,
        float(columns @ (np.arange(width) + 0.5)) / total / width,
    )


def _step(tensor: Any) -> Any:
    return tensor._keras_history.operation


def _named_steps(tensors: Sequence[Any]) -> str:
    return _named(list(dict.fromkeys(_step(tensor).name for tensor in reversed(tensors))))


def _named(names: Sequence[str]) -> str:
    """Names of layers, which come from a file, for a sentence."""
    shown = ["".join(filter(str.isprintable, name))[:60] for name in names[:_MOST_NAMED]]
    return ", ".join(shown) + (" and others" if len(names) > _MOST_NAMED else "")
