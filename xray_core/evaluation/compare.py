"""Several models compared on the same films: differences with intervals, tests, and a choice."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from xray_core.evaluation.areas import AreaDifferences, areas_per_class, areas_within_sources
from xray_core.evaluation.difference import Difference, drawn_difference, signed_score
from xray_core.evaluation.intervals import LEAST_FOR_AUC, N_BOOTSTRAP, Score, bootstrap_weights
from xray_core.evaluation.paired import McNemar, bootstrap_p, holm, kappa, mcnemar
from xray_core.evaluation.probabilities import trust_in
from xray_core.evaluation.replicates import Replicates, confusions
from xray_core.evaluation.same_films import (
    Answered,
    SameFilms,
    own_test,
    same_films,
    with_mean,
)
from xray_core.evaluation.scores import scores_of
from xray_core.runs.store import PREDICTIONS, Run, open_run

COMPARED = {
    "macro_f1": "macro-F1",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "auc_macro": "mean AUC",
}
"""Scores that models are compared by; the first decides unless another is asked for."""

TRUST = ("calibration_error", "by_chance", "brier")


@dataclass(frozen=True)
class Comparison:
    """Several models on the same films.

    Attributes:
        films: that all were tested on.
        scores: name of a model -> its scores, as `score`, and `calibration_error`, `by_chance` and
            `brier`, as `trust_in`.
        differences: name of a score -> differences of every two models.
        mcnemar: of every two models, in the same order.
        kappa: how far every two models agree beyond chance, in the same order.
        per_class: areas of each class against the rest.
        within: areas of normal against another class within one source.
        parameters: name of a model -> numbers that it learnt; None where not known.
    """

    films: SameFilms
    scores: dict[str, dict[str, Any]]
    differences: dict[str, tuple[Difference, ...]]
    mcnemar: tuple[McNemar, ...]
    kappa: tuple[Score, ...]
    per_class: tuple[AreaDifferences, ...]
    within: tuple[AreaDifferences, ...]
    parameters: dict[str, int | None]

    @property
    def is_enough(self) -> bool:
        """Whether the films are of enough patients to say which model to use."""
        return self.films.n_patients >= LEAST_FOR_AUC

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every two models, in the order of the differences."""
        return tuple(itertools.combinations(self.films.names, 2))

    def between(self, score_name: str, first: str, second: str) -> Difference:
        """The difference of two models in a score, whichever of them was named first."""
        place = self.pairs.index(
            (first, second) if (first, second) in self.pairs else (second, first)
        )
        return self.differences[score_name][place]

    def as_json(self) -> dict[str, Any]:
        """All of it as plain numbers."""
        pairs = zip(self.pairs, self.mcnemar, self.kappa, strict=True)
        return {
            "n": self.films.n,
            "n_patients": self.films.n_patients,
            "classes": list(self.films.classes),
            "runs": [
                {"run": name, "parameters": self.parameters[name]}
                | {"n_tested": self.films.n_tested[name]}
                | {key: scores[key] for key in (*COMPARED, *TRUST)}
                for name, scores in self.scores.items()
            ],
            "pairs": [
                {"first": first, "second": second}
                | {key: found[place].as_json() for key, found in self.differences.items()}
                | {"mcnemar": asdict(test), "kappa": agreement}
                for place, ((first, second), test, agreement) in enumerate(pairs)
            ],
            "auc": [item.as_json() for item in self.per_class],
            "within_source": [item.as_json() for item in self.within],
            "notes": self.films.notes,
        }


def compare(models: Sequence[Answered], n_bootstrap: int = N_BOOTSTRAP) -> Comparison:
    """Compare two models or more on the films that all of them were tested on.

    Differences of accuracy are tested by McNemar's test with the films of a patient together, those
    of areas by DeLong's, the others by the bootstrap by patient that gives the intervals. The p of
    all pairs of models are corrected together, score by score (Holm).

    Args:
        models: with different names.
        n_bootstrap: draws of patients.

    Raises:
        DataError: as `same_films`.
    """
    films = same_films(models)
    patients, answers = films.patients.tolist(), films.answers
    weights = bootstrap_weights(patients, n_bootstrap)
    drawn = [Replicates.of(films.labels, part, weights) for part in films.probabilities]
    pairs = list(itertools.combinations(range(len(models)), 2))
    right, n_classes = answers == films.labels, len(films.classes)
    tests = [mcnemar(right[a], right[b], patients) for a, b in pairs]
    agreed = [kappa(confusions(answers[a], answers[b], n_classes, weights)) for a, b in pairs]
    return Comparison(
        films,
        {
            name: scores_of(found, films.labels, values.argmax(axis=1), patients, films.classes)
            | trust_in(values, films.labels, weights)
            for name, found, values in zip(films.names, drawn, films.probabilities, strict=True)
        },
        {name: tuple(_differences(name, films, drawn, tests)) for name in COMPARED},
        tuple(tests),
        tuple(signed_score(values, films.n) for values in agreed),
        tuple(areas_per_class(films)),
        tuple(areas_within_sources(films)),
        {model.name: model.parameters for model in models},
    )


def compare_runs(runs: Sequence[Run]) -> Comparison:
    """Several runs, and their mean, on the test films that all have; kept for the next who asks.

    Raises:
        DataError: they were not tested on the same films.
        RunError: a run has no predictions yet, or a file of it is damaged.
    """
    files = tuple(run.path / PREDICTIONS for run in runs)
    return _compared(files, tuple(map(_last_change, files)))


@lru_cache(maxsize=4)
def _compared(files: tuple[Path, ...], _changes: tuple[int, ...]) -> Comparison:
    return compare(with_mean([own_test(open_run(file.parent)) for file in files]))


def _last_change(file: Path) -> int:
    return file.stat().st_mtime_ns if file.exists() else 0


def _differences(
    name: str, films: SameFilms, drawn: Sequence[Replicates], tests: Sequence[McNemar]
) -> Iterator[Difference]:
    """Of every two models in one score, their p corrected together."""
    values = [found.means[name] for found in drawn]
    gains = [first - second for first, second in itertools.combinations(values, 2)]
    p_values = (
        [test.p_by_patient for test in tests]
        if name == "accuracy"
        else [bootstrap_p(gain) for gain in gains]
    )
    pairs = itertools.combinations(films.names, 2)
    for names, gain, p, corrected in zip(pairs, gains, p_values, holm(p_values), strict=True):
        yield drawn_difference(names, gain, p, corrected, films.n)


def choose(comparison: Comparison, by: str = "macro_f1") -> tuple[str, str, list[str]]:
    """Which model to use: the smallest of those that cannot be told from the best.

    Args:
        comparison: of the models.
        by: one of `COMPARED`.

    Returns:
        The model to use, the one with the highest score, and those that cannot be told from the
        latter (without it).
    """

    def value(name: str) -> float:
        found = comparison.scores[name][by]["value"]
        return -1.0 if found is None else float(found)

    def size(name: str) -> float:
        known = comparison.parameters[name]
        return float("inf") if known is None else float(known)

    best = max(comparison.films.names, key=value)
    like = [
        name
        for name in comparison.films.names
        if name != best and not comparison.between(by, best, name).distinguishable
    ]
    return min((best, *like), key=lambda name: (size(name), -value(name))), best, like
