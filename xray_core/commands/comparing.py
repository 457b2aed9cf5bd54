"""The command that compares models."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from xray_core.arguments import data_option, json_option, reader_option, takes
from xray_core.commands.opening import open_runs, scan_all
from xray_core.console import StepProgress, load_tensorflow, print_json

Arguments = argparse.Namespace
_MOST_NAMED = 5


def _compare_options(sub: Any) -> None:
    from xray_core.evaluation.compare import COMPARED

    sub.add_argument("run", nargs="+", metavar="RUN", help="run id, folder, or shipped name")
    sub.add_argument("--models-dir", type=Path, help="folder of the runs")
    data_option(sub, "other films; those that a model has seen are left out", required=False)
    reader_option(sub)
    sub.add_argument(
        "--by",
        choices=tuple(COMPARED),
        default=next(iter(COMPARED)),
        help="score that decides which model to use (default: %(default)s)",
    )
    json_option(sub)


@takes(_compare_options)
def compare(arguments: Arguments) -> None:
    """Compare models on the same films: which can be told apart, and which one to use."""
    from xray_core.evaluation.compare import choose
    from xray_core.evaluation.compare import compare as compare_models
    from xray_core.evaluation.disagreement import disagreement
    from xray_core.evaluation.same_films import MEAN, own_test, unseen_by_all, with_mean
    from xray_core.quality.map_disagreement import stored_correlations
    from xray_core.reports.comparison_words import MEAN_WORDS, choice_words, rule_words, text_lines

    runs = open_runs(arguments)
    if arguments.data:
        with StepProgress() as step:
            manifest = scan_all(arguments, lambda done, total: step("reading files", done, total))
            load_tensorflow()
            models = unseen_by_all(runs, manifest, step)
    else:
        models = [own_test(run) for run in runs]
    found = compare_models(with_mean(models))
    maps = None if arguments.data else stored_correlations(runs, found.films.ids.tolist())
    if not arguments.json:
        apart = disagreement(found.films, _MOST_NAMED, maps)
        for line in text_lines(found, arguments.by, apart):
            print(line)
        return
    used, best, like = choose(found, arguments.by)
    names = {run.id: run.id for run in runs} | {MEAN: MEAN_WORDS}
    chosen = {
        "use": used if found.is_enough else None,
        "best": best,
        "not_distinguishable": like,
        "by": arguments.by,
    }
    words = {
        "words": choice_words(found, arguments.by, names),
        "rule": rule_words(arguments.by),
    }
    apart = disagreement(found.films, maps=maps)
    print_json(chosen | words | found.as_json() | {"disagreement": asdict(apart)})
