"""What runs are called on slides: short names that differ, and the foot of every slide."""

from collections import Counter
from collections.abc import Sequence

from xray_core import __version__
from xray_core.errors import RunError
from xray_core.evaluation.same_films import on_same_films
from xray_core.reports.research import RESEARCH_ONLY
from xray_core.runs.loading import weights_hash
from xray_core.runs.store import Run


def model_names(runs: Sequence[Run]) -> tuple[str, ...]:
    """The title of each run; where two have the same, followed by the run's id."""
    counts = Counter(run.title for run in runs)
    return tuple(run.title if counts[run.title] == 1 else f"{run.title} {run.id}" for run in runs)


def names_with_films(runs: Sequence[Run]) -> tuple[str, ...]:
    """The same for scores on test films: where these differ, with how many films each has had."""
    names = model_names(runs)
    if len({run.config.manifest_hash for run in runs}) == 1:
        return names
    try:
        if on_same_films(run.test_predictions() for run in runs):
            return names
        counts = [run.scores()["n"] for run in runs]
    except RunError:  # a custom model without predictions here
        return names
    return tuple(f"{name} ({n:,} films of its own)" for name, n in zip(names, counts, strict=True))


def footer_of(runs: Sequence[Run]) -> str:
    """Run ids with the first digits of the SHA-256 of their weights, and of their manifests."""
    manifests = dict.fromkeys(run.config.manifest_hash for run in runs)
    named = ", ".join(f"{run.id} {short_hash(run)}" for run in runs)
    return f"{named} · manifest {', '.join(manifests)} · ThoraxLens {__version__} · {RESEARCH_ONLY}"


def short_hash(run: Run) -> str:
    """Eight hex digits of the SHA-256 of a run's weights."""
    return weights_hash(run)[:8]


def notes_of(words: str, runs: Sequence[Run]) -> str:
    """Speaker notes, with the runs that they speak of."""
    return f"{words}\nRuns: {footer_of(runs)}"
