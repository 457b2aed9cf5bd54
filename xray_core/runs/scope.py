"""Scope: which classes a run has met, by age group and source, among real training films.

A model answers for every film, also for one whose like it was never trained on. A class of an age
group with fewer than `LEAST_TO_MEET` real training films counts as never met; synthetic films never
count. Nothing is guessed of a run whose training films are not listed in its folder.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from xray_core.data.labels import order_labels
from xray_core.data.origins import NOT_STATED, count_bases, is_synthetic, origin_of
from xray_core.errors import RunError
from xray_core.runs.store import Run

LEAST_TO_MEET = 20
"""Real training films from which a class of an age group counts as met."""

UNKNOWN = "unknown"
"""Age group of films whose data set does not state it."""

_AGE_GROUPS = ("adult", "child", UNKNOWN)


@dataclass(frozen=True)
class Cell:
    """Real training films of one class, age group and source.

    Attributes:
        label: the class.
        age_group: `adult`, `child` or `unknown`.
        source: "" where it is not stated.
        n_films: how many.
    """

    label: str
    age_group: str
    source: str
    n_films: int


@dataclass(frozen=True)
class Scope:
    """What a run was trained on.

    Attributes:
        classes: of the run.
        cells: real training films, by class, age group and source in their orders.
        n_synthetic: synthetic training films, which no cell counts.
        bases: what the labels of the real ones say -> films (`origins.count_bases`).
    """

    classes: tuple[str, ...]
    cells: tuple[Cell, ...]
    n_synthetic: int
    bases: dict[str, int]

    @property
    def age_groups(self) -> tuple[str, ...]:
        """`adult` and `child`, and `unknown` where films do not state their age group."""
        unknown = any(cell.age_group == UNKNOWN for cell in self.cells)
        return _AGE_GROUPS if unknown else _AGE_GROUPS[:2]

    def n_films(self, label: str, age_group: str) -> int:
        """Real training films of one class and age group."""
        return sum(
            cell.n_films
            for cell in self.cells
            if (cell.label, cell.age_group) == (label, age_group)
        )

    @property
    def met(self) -> dict[str, list[str]]:
        """Age group -> classes that were met there; an age group without any has an empty list."""
        return {
            age_group: [
                label for label in self.classes if self.n_films(label, age_group) >= LEAST_TO_MEET
            ]
            for age_group in self.age_groups
        }

    @property
    def sources(self) -> dict[str, int]:
        """Source of real training films -> how many, the largest first."""
        counts: Counter[str] = Counter()
        for cell in self.cells:
            counts[cell.source] += cell.n_films
        return dict(counts.most_common())


def scope_of(run: Run) -> Scope | None:
    """The scope of a run; None where its training films are not known."""
    try:
        records = run.manifest().split("train").records
    except RunError:
        return None
    if not records:
        return None
    real = [record for record in records if not is_synthetic(record)]
    counts = Counter((record.label, record.age_group or UNKNOWN, record.source) for record in real)
    places = {label: place for place, label in enumerate(order_labels(set(run.classes)))}
    cells = sorted(
        (Cell(*key, n_films) for key, n_films in counts.items()),
        key=lambda cell: (
            _AGE_GROUPS.index(cell.age_group) if cell.age_group in _AGE_GROUPS else 0,
            places.get(cell.label, len(places)),
            cell.source,
        ),
    )
    return Scope(run.classes, tuple(cells), len(records) - len(real), count_bases(real))


def scope_lines(scope: Scope | None) -> Iterator[str]:
    """The scope as lines of text, one per age group."""
    if scope is None:
        yield "scope: unknown, the films that it was trained on are not listed"
        return
    for age_group, labels in scope.met.items():
        words = ", ".join(labels) or "no class"
        name = f"age group {age_group}" if age_group == UNKNOWN else age_group
        yield f"scope, {name}: met {words} (of {', '.join(scope.classes)})"


def licences_of(scope: Scope) -> list[tuple[str, int, str, bool]]:
    """Source, real training films, licence in words, and whether it allows research alone."""
    return [
        (
            source,
            n_films,
            origin_of(source).licence or f"licence {NOT_STATED}",
            origin_of(source).research_only,
        )
        for source, n_films in scope.sources.items()
    ]
