"""How a run does on films of elsewhere, for its card."""

from collections.abc import Sequence

from xray_core.data.labels import label_title
from xray_core.evaluation.elsewhere import Test, kept_tests
from xray_core.evaluation.intervals import words_for
from xray_core.runs.store import Run

_SCORE = "balanced_accuracy"


def elsewhere_lines(run: Run) -> list[str]:
    """A table of the tests that were kept; nothing where there is none.

    Raises:
        RunError: the file is damaged.
    """
    tests = kept_tests(run)
    if not tests:
        return []
    return [
        "## Elsewhere",
        "",
        "Balanced accuracy on other data sets, beside that on own test films of the same classes. "
        "Not strangers: films that are own test films, too, or whose source has trained the run.",
        "",
        "| data | classes | films | there | own, same classes | difference | not strangers |",
        "|---|---|---:|---:|---:|---:|---|",
        *map(_row, tests),
        "",
    ]


def external_words(run: Run) -> str:
    """Tests on strangers alone, in a sentence: no own test film, no source that trained the run."""
    return "; ".join(
        f"{test['data']} ({test['scores']['n']:,} films): balanced accuracy "
        f"{words_for(test['scores'][_SCORE])}"
        for test in kept_tests(run)
        if not test["n_own"] and not test["met"]
    )


def _row(test: Test) -> str:
    own = words_for((test["own"] or {}).get(_SCORE))
    gap = words_for(test["gaps"].get(_SCORE), "{:+.3f}".format, dash=" to ")
    cells = (
        test["data"],
        ", ".join(map(label_title, test["classes"])),
        f"{test['scores']['n']:,}",
        words_for(test["scores"][_SCORE]),
        own,
        gap,
        _met(test["n_own"], test["met"]),
    )
    return f"| {' | '.join(cells)} |"


def _met(n_own: int, sources: Sequence[str]) -> str:
    parts = [f"{n_own:,} own test films"] if n_own else []
    parts += [f"source {source or 'not stated'}" for source in sources]
    return ", ".join(parts) or "none"
