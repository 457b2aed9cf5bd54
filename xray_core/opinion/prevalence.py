"""What an answer is worth at a prevalence that the reader sets, in natural frequencies.

People read "of 100 adults like this one ..." better than conditional probabilities (Gigerenzer and
Hoffrage 1995, https://doi.org/10.1037/0033-295X.102.4.684). The rates are those of the models on
their own test films; where the reader's patients differ, so do the rates.
"""

from dataclasses import dataclass

import pandas as pd

from xray_core.data.labels import NORMAL
from xray_core.errors import PrevalenceError
from xray_core.evaluation.intervals import wilson
from xray_core.opinion.scoped import PLURALS

OF = 100


@dataclass(frozen=True)
class Rate:
    """A share of films with its 95 % Wilson interval.

    Attributes:
        value, low, high: in [0, 1].
        n: films.
    """

    value: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, hits: int, n: int) -> "Rate":
        """That many of n films, n being one or more."""
        return cls(hits / n, *wilson(hits / n, n), n)


@dataclass(frozen=True)
class Frequencies:
    """What the models answer to sick and to healthy people.

    Attributes:
        sick_called: of the sick, the share answered by a pneumonia.
        sick_missed: of the sick, the share answered *no pneumonia*; the rest is not sure.
        healthy_called: of the healthy, the share answered by a pneumonia.
        healthy_cleared: of the healthy, the share answered *no pneumonia*; the rest is not sure.
    """

    sick_called: Rate
    sick_missed: Rate
    healthy_called: Rate
    healthy_cleared: Rate

    def ppv(self, prevalence: float) -> float | None:
        """Of those called sick, the share that is; None where nobody is called sick.

        Raises:
            PrevalenceError: it is not within 0 and 1.
        """
        sick, healthy = _shares(prevalence)
        return _share(sick * self.sick_called.value, healthy * self.healthy_called.value)

    def npv(self, prevalence: float) -> float | None:
        """Of those answered *no pneumonia*, the share without; None where nobody is.

        Raises:
            PrevalenceError: as for `ppv`.
        """
        sick, healthy = _shares(prevalence)
        return _share(healthy * self.healthy_cleared.value, sick * self.sick_missed.value)

    def words(self, prevalence: float, age_group: str) -> str:
        """All of it as natural frequencies, for a reader.

        Raises:
            PrevalenceError: as for `ppv`.
        """
        sick, healthy = (OF * share for share in _shares(prevalence))
        called, false = sick * self.sick_called.value, healthy * self.healthy_called.value
        missed, cleared = sick * self.sick_missed.value, healthy * self.healthy_cleared.value
        parts = [
            f"Of {OF} {PLURALS[age_group]} like this one, {_count(sick)} with a pneumonia of a "
            f"kind that the models met: they would call {_count(called)} of them, miss "
            f"{_count(missed)} and be not sure of {_count(sick - called - missed)}.",
            f"Of the other {_count(healthy)} they would call {_count(false)}, clear "
            f"{_count(cleared)} and be not sure of {_count(healthy - false - cleared)}.",
        ]
        if (ppv := self.ppv(prevalence)) is not None:
            parts.append(f"Of those that they call, {_percent(ppv)} have a pneumonia.")
        if (npv := self.npv(prevalence)) is not None:
            parts.append(f"Of those that they clear, {_percent(npv)} have none.")
        parts.append(
            f"Measured on {self.sick_called.n} test films with and {self.healthy_called.n} without "
            f"(called: {_interval(self.sick_called)} and {_interval(self.healthy_called)})."
        )
        return " ".join(parts)


def frequencies(answers: pd.DataFrame) -> Frequencies | None:
    """Rates of the answers to films whose truth is known.

    Args:
        answers: columns `label` and `answer`, as `known.known_answers` gives them.

    Returns:
        None without films of both kinds.
    """
    is_sick = answers["label"] != NORMAL
    sick, healthy = answers["answer"][is_sick], answers["answer"][~is_sick]
    if not len(sick) or not len(healthy):
        return None

    def called(films: pd.Series) -> Rate:
        return Rate.of(int((~films.isin(["", NORMAL])).sum()), len(films))

    def cleared(films: pd.Series) -> Rate:
        return Rate.of(int((films == NORMAL).sum()), len(films))

    return Frequencies(called(sick), cleared(sick), called(healthy), cleared(healthy))


def _shares(prevalence: float) -> tuple[float, float]:
    if not 0 <= prevalence <= 1:
        raise PrevalenceError(
            "A prevalence lies between 0 and 1.",
            where=f"{prevalence:g}",
            fix="Give the share of such patients that have a pneumonia: 0.1 for 10 of 100.",
        )
    return prevalence, 1 - prevalence


def _share(part: float, rest: float) -> float | None:
    return part / (part + rest) if part + rest > 0 else None


def _count(value: float) -> str:
    """Whole people; one digit below 10, where rounding would hide what is rare."""
    if 0 < value < 0.05:
        return "fewer than 0.1"
    return f"{value:.0f}" if value >= 9.95 or abs(value - round(value)) < 0.05 else f"{value:.1f}"


def _percent(share: float) -> str:
    if 0 < share < 0.005:
        return "less than 1 %"
    return "more than 99 %" if 0.995 <= share < 1 else f"{100 * share:.0f} %"


def _interval(rate: Rate) -> str:
    return f"{rate.value:.2f} [{rate.low:.2f}, {rate.high:.2f}]"
