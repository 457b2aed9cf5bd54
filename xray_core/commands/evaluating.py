"""The command that scores models: on their own test films, or elsewhere."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xray_core.arguments import (
    data_option,
    json_option,
    reader_option,
    several_runs,
    share_of_one,
    takes,
)
from xray_core.commands.opening import open_runs, scan_all
from xray_core.console import StepProgress, load_tensorflow, print_json
from xray_core.errors import DataError

if TYPE_CHECKING:
    from xray_core.data.records import Manifest
    from xray_core.evaluation.evaluate import Evaluated
    from xray_core.runs.store import Run

Arguments = argparse.Namespace
Steps = Callable[[str, int, int], None]
_ASKED = ("sensitivity", "specificity")


def _evaluate_options(sub: Any) -> None:
    several_runs(sub)
    data_option(sub, "other films; those seen in training are left out", required=False)
    reader_option(sub)
    sub.add_argument(
        "--readings",
        type=Path,
        metavar="FILE",
        help="table of path,reading: also score without films whose reading denies the label",
    )
    sub.add_argument(
        "--keep",
        action="store_true",
        help="store the scores on --data with each run, for the Compare page; of a custom model "
        "its maps, too",
    )
    for name in _ASKED:
        sub.add_argument(
            f"--{name}",
            type=share_of_one,
            action="append",
            default=[],
            metavar="SHARE",
            help=f"{name} that a threshold is to reach (default 0.9); may be repeated",
        )
    json_option(sub)


@takes(_evaluate_options)
def evaluate(arguments: Arguments) -> None:
    """Scores with 95 % intervals, on the run's test split or on other films.

    Of several runs, those of the mean of their probabilities, too.
    """
    from xray_core.evaluation.mean import mean_evaluated
    from xray_core.evaluation.operating_points import WANTED
    from xray_core.evaluation.same_films import MEAN
    from xray_core.evaluation.scores import score_predictions
    from xray_core.reports.comparison_words import MEAN_WORDS
    from xray_core.reports.probability_report import probability_report
    from xray_core.runs.scope import scope_lines, scope_of

    runs = open_runs(arguments)
    if arguments.readings and not arguments.data:
        raise DataError(
            "Readings belong to films that are named with --data.",
            where=arguments.readings.name,
            fix="Add --data, or omit --readings.",
        )
    with StepProgress() as step:
        manifest = _films(arguments, step)
        found = [_evaluated(run, manifest, step, keep=arguments.keep) for run in runs]
    wanted = [(name, share) for name in _ASKED for share in getattr(arguments, name)] or WANTED
    results = {}
    for run, (part, scores) in zip(runs, found, strict=True):
        scope = scope_of(run)
        report = probability_report([run], part, wanted)
        results[run.id] = scores | report | {"scope": scope.met if scope else None}
    if together := mean_evaluated(runs, [part for part, _ in found]):
        scores = score_predictions(together.table, runs[0].classes, denied=together.denied)
        results[MEAN] = {"run": MEAN} | scores | probability_report(runs, together, wanted)
    if arguments.json:
        print_json({"runs": results} if len(runs) > 1 else results[runs[0].id])
        return
    for run in runs:
        print(f"{run.id}, {run.origin}")
        for line in scope_lines(scope_of(run)):
            print(line)
        _print(results[run.id], own=run.is_own)
    if together:
        print(MEAN_WORDS)
        _print(results[MEAN])
    if arguments.data and not arguments.keep:
        print("--keep stores these scores with the run, for the first chart of Compare")


def _films(arguments: Arguments, step: Steps) -> "Manifest | None":
    """The data set that was named, with its readings."""
    from xray_core.data.readings import add_readings

    if not arguments.data:
        return None
    manifest = scan_all(arguments, lambda done, total: step("reading files", done, total))
    load_tensorflow()
    return add_readings(manifest, arguments.readings) if arguments.readings else manifest


def _evaluated(
    run: "Run", manifest: "Manifest | None", step: Steps, *, keep: bool
) -> "tuple[Evaluated, dict[str, Any]]":
    """What a run says of the films, and its scores, which are kept where that was asked for."""
    from xray_core.classifier.own_scores import score_own_model
    from xray_core.evaluation.elsewhere import external_test, keep_test
    from xray_core.evaluation.evaluate import films_evaluated, scores_of_run

    def progress(done: int, total: int) -> None:
        step(f"reading and asking {run.id}", done, total)

    if keep and manifest is not None and run.is_own:
        scores = score_own_model(run, manifest, progress)
        return films_evaluated(run), scores
    found = films_evaluated(run, manifest, progress)
    scores = scores_of_run(run, found)
    if keep and manifest is not None:
        keep_test(run, external_test(run, manifest, found, scores))
    return found, scores


def _print(scores: Mapping[str, Any], *, own: bool = False) -> None:
    from xray_core.reports.probability_report import report_lines
    from xray_core.reports.score_lines import score_lines

    print(f"{scores['n']} films of {scores['n_patients']} patients")
    if own:
        print("which films the model was trained on is not known: it may have seen these")
    if scores.get("n_left_out"):
        print(f"left out, seen in training or outside the test split: {scores['n_left_out']}")
    if scores["n_other_labels"]:
        print(f"left out, of a class that the model does not know: {scores['n_other_labels']}")
    for line in (*score_lines(scores), *report_lines(scores)):
        print(line)
