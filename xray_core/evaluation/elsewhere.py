"""Tests of a run on films of elsewhere that are kept, beside the same scores on its own test films.

    elsewhere.json   tests: one per data set, by its name

A model that is good on its own test films alone has learnt its data set. Both sides are compared on
the same classes: those of which there are films elsewhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from xray_core.data.records import Manifest
from xray_core.errors import RunError
from xray_core.evaluation.difference import independent_difference
from xray_core.evaluation.evaluate import Evaluated
from xray_core.evaluation.mistakes import shared_mistakes
from xray_core.evaluation.scores import score_predictions
from xray_core.files import write_json
from xray_core.runs.schemas import SCORES
from xray_core.runs.side_files import read_object
from xray_core.runs.store import ELSEWHERE, Run
from xray_core.settings import require_changes_allowed

Test = dict[str, Any]

MEANS = ("macro_f1", "accuracy", "balanced_accuracy", "auc_macro")
MOST_NAMED = 10
ANEW = "Delete the file, and keep the scores again: evaluate --data DATA --keep."

_TEXTS = {"type": "array", "items": {"type": "string"}}
_COUNT = {"type": "integer", "minimum": 0}
_MEANS = {"type": "object", "required": list(MEANS)}
_FILM = {
    "type": "object",
    "required": ["id", "label", "answer", "probability"],
    "properties": {
        **{name: {"type": "string"} for name in ("id", "label", "answer")},
        "probability": {"type": "number", "minimum": 0, "maximum": 1},
    },
}
_FILE = {
    "type": "object",
    "required": ["tests"],
    "properties": {
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["data", "classes", "scores", "own", "gaps", "n_own", "met"],
                "properties": {
                    "data": {"type": "string"},
                    "classes": _TEXTS,
                    "scores": SCORES,
                    "own": {"anyOf": [{"type": "null"}, _MEANS]},
                    "gaps": {"type": "object"},
                    "n_own": _COUNT,
                    "met": _TEXTS,
                    "worst": {"type": "array", "items": _FILM},
                },
            },
        }
    },
}


def external_test(
    run: Run, manifest: Manifest, found: Evaluated, scores: Mapping[str, Any]
) -> Test:
    """Scores of a run elsewhere, and how far they lie from those on its own test films.

    Args:
        run: finished.
        manifest: the data set.
        found: what the run said of it.
        scores: of that, as `evaluate_run`.

    Returns:
        `data` (names of the data sets), `classes` (that have films there), `scores` (all of them),
        `own` (`n` and the mean scores on its own test films of these classes; None without any),
        `gaps` (score -> elsewhere minus own, as `intervals.Score`), `n_own` (films that are among
        its own test films, too), `met` (sources there of which films trained it) and `worst` (as
        `worst_films`).
    """
    classes = [label for label in run.classes if label in set(found.table["label"])]
    mine = run.test_predictions()
    same = mine[mine["label"].isin(classes)]
    own = None
    gaps = {}
    if len(same):
        all_own = score_predictions(same, run.classes)
        own = {name: all_own[name] for name in ("n", *MEANS)}
        gaps = {name: independent_difference(scores[name], own[name]) for name in MEANS}
    trained = {record.source for record in run.manifest().records if record.split != "test"}
    return {
        "data": ", ".join(sorted(manifest.roots)),
        "classes": classes,
        "scores": dict(scores),
        "own": own,
        "gaps": gaps,
        "n_own": int(found.table["id"].isin(mine["id"]).sum()),
        "met": sorted(set(found.table["source"]) & trained),
        "worst": worst_films(found.table),
    }


def worst_films(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The films that a model is wrong about with the highest probability, at most `MOST_NAMED`.

    Args:
        table: of one model, as for `shared_mistakes`.

    Returns:
        `id` (a code of the content), `label`, `answer` and its `probability`.
    """
    worst = shared_mistakes([table]).films.head(MOST_NAMED)
    columns = (worst[name].tolist() for name in ("id", "label", "answer", "probability"))
    return [
        {"id": film, "label": label, "answer": answer, "probability": round(probability, 4)}
        for film, label, answer, probability in zip(*columns, strict=True)
    ]


def keep_test(run: Run, test: Test) -> None:
    """Keep a test with the run; that of an earlier test on a data set of this name is replaced.

    Raises:
        RunError: the run folder cannot be written, or the app runs read-only.
    """
    require_changes_allowed()
    try:
        before: Sequence[Test] = kept_tests(run)
    except RunError:  # nothing of it can be kept
        before = ()
    others = [item for item in before if item["data"] != test["data"]]
    try:
        write_json(run.path / ELSEWHERE, {"tests": [*others, test]})
    except OSError as error:
        raise RunError(
            f"The scores could not be kept: {error.strerror or type(error).__name__}.",
            where=run.id,
            fix="Check free space, and the right to write there.",
        ) from error


def kept_tests(run: Run) -> tuple[Test, ...]:
    """The tests that were kept, in the order in which they were made.

    Raises:
        RunError: the file is damaged.
    """
    path = run.path / ELSEWHERE
    if not path.exists():
        return ()
    return tuple(read_object(path, _FILE, ANEW)["tests"])
