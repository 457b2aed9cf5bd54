"""The films most like this one to a model: which they are, and where they come from.

Nearest by the cosine of the features that the head of the network sees. Neighbours of one source
are a warning: the model may know the scanner and not the lung (Zech et al. 2018,
https://doi.org/10.1371/journal.pmed.1002683).

    similar_index.build_index -> `SimilarIndex` -> similar_films -> `Similar`
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from xray_core.arrays import Float16Array, Float32Array
from xray_core.classifier import Classifier
from xray_core.data.decoding.images import Film
from xray_core.opinion.scoped import in_sentence

NEIGHBOURS = 5
ALIKE = 1e-4
"""Cosine distance below which two films are the same picture to the model."""

ONE_SOURCE = 0.8
"""Share of the neighbours from which on one source is a warning."""

_AT_ONCE = 1024


@dataclass(frozen=True)
class IndexedFilm:
    """What is known of a film that others are compared with.

    Attributes:
        film_id: as `Film.id` of its file.
        label: its class; "" where it has none.
        source: where it comes from; "" where it is not stated.
        role: `training film`, `validation film` or `test film` of the model; "" for another one.
        answer: the model's likeliest class for it.
        probability: of that class.
        synthetic: whether it was drawn by this program.
    """

    film_id: str
    label: str
    source: str
    role: str
    answer: str
    probability: float
    synthetic: bool = False


@dataclass(frozen=True)
class Neighbour:
    """A film that is like another one to a model.

    Attributes:
        film: which it is.
        distance: cosine distance of the features, in [0, 2]; 0 for the same film.
        same: whether it is the film itself, byte by byte.
        thumbnail: the small film, JPEG.
    """

    film: IndexedFilm
    distance: float
    same: bool
    thumbnail: bytes = field(repr=False, compare=False)

    def as_json(self) -> dict[str, object]:
        """All of it but the thumbnail."""
        return {
            "film": self.film.film_id,
            "label": self.film.label,
            "source": self.film.source,
            "role": self.film.role,
            "answer": self.film.answer,
            "probability": round(self.film.probability, 4),
            "distance": round(self.distance, 4),
            "same": self.same,
        }


@dataclass(frozen=True)
class Similar:
    """The films most like one film.

    Attributes:
        model: title of the model whose features were compared.
        films: the nearest first.
        n: films that were looked through.
        words: notes on them, sentences.
    """

    model: str
    films: tuple[Neighbour, ...]
    n: int
    words: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Keys `model`, `n`, `words` and `films`."""
        films = [item.as_json() for item in self.films]
        return {"model": self.model, "n": self.n, "words": list(self.words), "films": films}


@dataclass(frozen=True, eq=False)
class SimilarIndex:
    """The features of films, as one model sees them. It names no file and no patient.

    Attributes:
        films: one or more.
        features: float16 (film, channel), each row of length 1.
        thumbnails: JPEG, of each film.
    """

    films: tuple[IndexedFilm, ...]
    features: Float16Array = field(repr=False)
    thumbnails: tuple[bytes, ...] = field(repr=False)

    @property
    def synthetic(self) -> bool:
        """Whether all of its films were drawn by this program."""
        return all(film.synthetic for film in self.films)


def similar_films(
    film: Film, model: Classifier, index: SimilarIndex, n: int = NEIGHBOURS
) -> Similar:
    """The films most like one, to a model.

    Args:
        film: of any size.
        model: that the index was made with.
        index: of the films to compare with.
        n: how many.
    """
    own = unit_rows(np.asarray(model.features(film), np.float32)[None])[0]
    distances = np.concatenate(list(_distances(index.features, own)))
    nearest = np.argsort(distances, kind="stable")[:n]
    found = tuple(
        Neighbour(
            index.films[row],
            max(0.0, float(distances[row])),
            index.films[row].film_id == film.id,
            index.thumbnails[row],
        )
        for row in nearest
    )
    return Similar(model.title, found, len(index.films), _words(found, index.synthetic))


def unit_rows(values: Float32Array) -> Float32Array:
    """Rows (film, channel) divided by their lengths."""
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    unit: Float32Array = (values / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def _distances(features: Float16Array, own: Float32Array) -> Iterator[Float32Array]:
    for start in range(0, len(features), _AT_ONCE):
        yield 1 - features[start : start + _AT_ONCE].astype(np.float32) @ own


def _words(films: Sequence[Neighbour], synthetic: bool) -> tuple[str, ...]:
    words = []
    if synthetic:
        words.append("These are synthetic films, drawn by this program: no patient is among them.")
    for item in films:
        what = f"labelled {in_sentence(item.film.label)}" if item.film.label else "without a label"
        role = f"a {item.film.role} of the model" if item.film.role else "a film of the data set"
        if item.same:
            words.append(f"This film is itself {role}, {what}.")
        elif item.distance < ALIKE:
            words.append(f"To the model this film is the same picture as {role}, {what}.")
    counts = Counter(item.film.source for item in films if item.film.source)
    if counts and len(films) > 1 and not synthetic:
        source, most = counts.most_common(1)[0]
        if most >= ONE_SOURCE * len(films):
            words.append(
                f"{most} of {len(films)} come from one source ({source}): the model may know the "
                "scanner."
            )
    return tuple(words)
