"""A custom model tested on a data set: its scores, predictions and maps."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from xray_core.classifier.model import Classifier
from xray_core.classifier.opening import open_model
from xray_core.data.records import Manifest, anonymise
from xray_core.errors import RunError
from xray_core.evaluation.evaluate import (
    denied_films,
    each_once,
    films_of_known_classes,
    prediction_table,
    unseen_films,
)
from xray_core.evaluation.scores import score_predictions
from xray_core.evaluation.selection import select_films
from xray_core.explain.stored import write_maps
from xray_core.files import replacing, write_json
from xray_core.runs.store import MANIFEST, PREDICTIONS, SCORES, TEST_MAPS, Run
from xray_core.settings import require_changes_allowed


def score_own_model(
    run: Run,
    manifest: Manifest,
    progress: Callable[[int, int], None] | None = None,
    *,
    most: int | None = None,
    model: Classifier | None = None,
) -> dict[str, Any]:
    """Predict and explain films, and keep all with the run, as a training does at its end.

    Results of an earlier test are replaced. Nothing is written before all films are explained.

    Args:
        run: of a custom model.
        manifest: the data set; where it names a test split, only that is taken.
        progress: called with (films done, films in all).
        most: films that are taken, all classes in turn; None takes all.
        model: of the run, where it is open already.

    Returns:
        As `evaluate_run`, with `tested_on`, the names of the data sets.

    Raises:
        DatasetError: no film is left, or none has a label that the run knows.
        RunError: the model was trained here, or the run folder cannot be written.
    """
    require_changes_allowed()
    if not run.is_own:
        raise RunError(
            "The model was trained here: the scores of its own test split stay.",
            where=run.id,
            fix="Omit --keep.",
        )
    usable = unseen_films(run, manifest)
    fix = "Test it on a data set with at least one of the model's classes."
    known = films_of_known_classes(run, usable, fix)
    films = each_once(known)
    if most is not None:
        films = select_films(films, [], most)
    explained = (model or open_model(run)).explain_films(films, progress=progress, lungs=True)
    table = prediction_table(films, explained.probabilities, run.classes).assign(split="test")
    scores = score_predictions(table, run.classes, denied=denied_films(films.records)) | {
        "tested_on": sorted(manifest.roots),
        "n_other_labels": len(usable.records) - len(known.records),
        "n_left_out": len(manifest.usable.records) - len(usable.records),
    }
    tested = Manifest(
        tuple(replace(anonymise(record), split="test") for record in films.records), {}
    )
    try:
        (run.path / SCORES).unlink(missing_ok=True)  # with it gone, the run counts as not tested
        tested.to_csv(run.path / MANIFEST)
        with replacing(run.path / PREDICTIONS) as part:
            table.to_csv(part, index=False, float_format="%.5f")
        write_maps(run.path / TEST_MAPS, explained)
        write_json(run.path / SCORES, scores)
    except OSError as error:
        raise RunError(
            f"The scores could not be kept: {error.strerror or type(error).__name__}.",
            where=run.id,
            fix="Check free space, and the right to write there.",
        ) from error
    return {"run": run.id} | scores
