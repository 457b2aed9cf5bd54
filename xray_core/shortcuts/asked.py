"""What a network says of changed films, kept as it goes: a stopped lab resumes from there."""

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from xray_core.arrays import BoolArray, Float32Array, Float64Array, UInt8Array
from xray_core.cached_arrays import cache_path, cached_array
from xray_core.data.film_cache import as_batch, digest_films
from xray_core.evaluation.predict import softmax
from xray_core.explain.passes import forward
from xray_core.networks.registry import target_layer_of
from xray_core.runs.loading import answers_hash, load_model
from xray_core.runs.store import Run
from xray_core.shortcuts.changes import CHANGES, Surroundings, as_large_as

if TYPE_CHECKING:
    import keras

AT_ONCE = 128
"""Films of a block: so many are asked again at most after a stop."""

Progress = Callable[[int, int], None]


class Asked:
    """A run that is asked about films as they are and as they are changed.

    Args:
        run: with weights.
        films: uint8 (films, side, side) of the size that the run takes.
        lungs: of each film, bool of any size over the whole film; None where not known.
        greys: as `mean_greys` gives them.
    """

    def __init__(
        self,
        run: Run,
        films: UInt8Array,
        lungs: Sequence[BoolArray | None],
        greys: Float64Array,
    ) -> None:
        self._run, self._films, self._greys = run, films, greys
        self._lungs = [
            None if mask is None else as_large_as(film, mask)
            for film, mask in zip(films, lungs, strict=True)
        ]
        self._key = answers_hash(run)
        self._network: keras.Model | None = None

    @property
    def has_lungs(self) -> BoolArray:
        """(films,), whether their lungs are known."""
        return np.array([mask is not None for mask in self._lungs], bool)

    def plain(self, progress: Progress | None = None) -> tuple[Float32Array, Float32Array]:
        """Probabilities (films, classes) of the films as they are, and features (films, channels).

        Raises:
            WeightsError, ExplainError: the weights are missing or damaged.
        """
        n_classes = len(self._run.classes)
        layer = target_layer_of(self._model())
        n_features = int(self._model().get_layer(layer).output.shape[-1])

        def ask(films: UInt8Array, _: slice) -> Float32Array:
            logits, features = forward(self._model(), as_batch(films), layer)
            return np.hstack([softmax(logits), features.mean(axis=(1, 2))])

        rows = self._in_blocks("plain", n_classes + n_features, ask, progress)
        return rows[:, :n_classes], rows[:, n_classes:]

    def changed(self, name: str, progress: Progress | None = None) -> Float32Array:
        """Probabilities (films, classes) of changed films; NaN where the change needs lungs.

        Args:
            name: key in `CHANGES`.
            progress: called with (films done, films in all).

        Raises:
            WeightsError, ExplainError: the weights are missing or damaged.
        """
        change = CHANGES[name]

        def ask(films: UInt8Array, place: slice) -> Float32Array:
            found = np.full((len(films), len(self._run.classes)), np.nan, np.float32)
            lungs = self._lungs[place]
            rows = [
                row for row, mask in enumerate(lungs) if mask is not None or not change.needs_lungs
            ]
            if rows:
                around = [Surroundings(lungs[row], self._greys) for row in rows]
                other = np.stack(
                    [
                        change.apply(np.asarray(films[row]), part)
                        for row, part in zip(rows, around, strict=True)
                    ]
                )
                found[rows] = softmax(forward(self._model(), as_batch(other))[0])
            return found

        return self._in_blocks(name, len(self._run.classes), ask, progress)

    def _in_blocks(
        self,
        name: str,
        width: int,
        ask: Callable[[UInt8Array, slice], Float32Array],
        progress: Progress | None,
    ) -> Float32Array:
        found = np.empty((len(self._films), width), np.float32)
        for start in range(0, len(found), AT_ONCE):
            place = slice(start, min(start + AT_ONCE, len(found)))
            films = self._films[place]

            def fill(block: Float32Array, films: UInt8Array = films, place: slice = place) -> None:
                block[:] = ask(films, place)

            path = cache_path("shortcuts", self._digest(name, films, place))
            found[place] = cached_array(path, (len(films), width), np.float32, fill)
            if progress:
                progress(place.stop, len(found))
        return found

    def _digest(self, name: str, films: UInt8Array, place: slice) -> "hashlib._Hash":
        digest = digest_films(f"shortcuts 1 {name} {self._key}", films)
        if name == "matched":
            digest.update(self._greys.tobytes())
        if name != "plain" and CHANGES[name].needs_lungs:
            for mask in self._lungs[place]:
                digest.update(b"none" if mask is None else mask.tobytes())
        return digest

    def _model(self) -> "keras.Model":
        if self._network is None:
            self._network = load_model(self._run)
        return self._network
