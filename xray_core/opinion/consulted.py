"""A model that is asked for its opinion: the network, and the run that it came from."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xray_core.classifier import Classifier, open_model
from xray_core.opinion.conformal import ConformalSets
from xray_core.opinion.predicted import sets_of
from xray_core.opinion.scoped import Possible, possible_for
from xray_core.opinion.similar import SimilarIndex
from xray_core.opinion.similar_index import read_index
from xray_core.runs.loading import weights_hash
from xray_core.runs.scope import Scope, scope_of
from xray_core.runs.store import Run, open_run

_HASH_DIGITS = 12


@dataclass(frozen=True, eq=False)
class Consulted:
    """A model with its run. It is never changed, so threads may share it.

    >>> asked = Consulted.of(run)
    >>> asked.model.classes == run.classes
    True

    Attributes:
        model: predicts and explains.
        run: it was trained in; None for a model of your own without a run folder.
    """

    model: Classifier
    run: Run | None = None

    @classmethod
    def of(cls, ref: str | Run, models_dir: Path | None = None) -> "Consulted":
        """Open a run, as `open_run` finds it.

        Raises:
            RunNotFoundError, WeightsError, NetworkError, RunError: as `open_model`.
        """
        run = ref if isinstance(ref, Run) else open_run(ref, models_dir)
        return cls(open_model(run), run)

    @functools.cached_property
    def scope(self) -> Scope | None:
        """What it was trained on; None where that is not known."""
        return scope_of(self.run) if self.run else None

    @property
    def index(self) -> SimilarIndex | None:
        """Films to compare with, as `similar-index` keeps them; None where it has not."""
        return read_index(self.run) if self.run else None

    @property
    def weights(self) -> str:
        """First digits of the sha256 of its file of weights; "" without one."""
        return weights_hash(self.run)[:_HASH_DIGITS] if self.run else ""

    def possible(self, age_group: str) -> Possible:
        """The classes that it can answer for a patient of that age group."""
        return possible_for(self.scope, self.model.classes, age_group)


def shared_classes(models: Sequence[Consulted], age_group: str) -> tuple[str, ...]:
    """The classes that each of some models can answer for an age group, in their order."""
    each = [item.possible(age_group).classes for item in models]
    return tuple(label for label in each[0] if all(label in other for other in each))


def sets_for(
    models: list[Consulted], classes: tuple[str, ...], age_group: str
) -> ConformalSets | None:
    """The conformal sets of the mean of some models, or of one.

    Returns:
        None where the validation films of one of them are not known.

    Raises:
        RunError: a file in the folder of a run is damaged.
    """
    runs = [item.run for item in models if item.run is not None]
    if len(runs) < len(models) or not classes:
        return None
    return sets_of(runs, classes, age_group)
