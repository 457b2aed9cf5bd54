"""explain-report: how far the heatmaps of a run can be trusted, by method and by layer."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xray_core.arguments import (
    data_option,
    json_option,
    positive_count,
    reader_option,
    several_runs,
    takes,
)
from xray_core.commands.opening import open_runs, scan_all
from xray_core.console import Progress, load_tensorflow, print_json
from xray_core.errors import DatasetError

if TYPE_CHECKING:
    from xray_core.data.records import Manifest
    from xray_core.runs.store import Run

Arguments = argparse.Namespace
Row = dict[str, Any]


def _explain_report_options(sub: Any) -> None:
    several_runs(sub)
    data_option(sub, "films to measure on, unseen ones first", required=False)
    reader_option(sub)
    sub.add_argument(
        "--readings", type=Path, metavar="FILE", help="table of path,reading,boxes for these films"
    )
    what = sub.add_mutually_exclusive_group()
    what.add_argument(
        "--method", action="append", help="may be repeated; by default those that take one pass"
    )
    what.add_argument(
        "--layers",
        action="store_true",
        help="measure every method at every layer on films with boxes, and propose a default",
    )
    what.add_argument(
        "--best", action="store_true", help="measure the best pairs of --layers anew, alone"
    )
    what.add_argument(
        "--trust",
        action="store_true",
        help="print how often the best maps of test films are good or poor, and repeatability",
    )
    what.add_argument(
        "--stored",
        action="store_true",
        help="print what --layers and --best found earlier, as Markdown",
    )
    sub.add_argument(
        "--films", type=positive_count, help="largest number (default 24; --trust 200)"
    )
    sub.add_argument("--dry-run", action="store_true", help="store nothing in the run folders")
    json_option(sub)


@takes(_explain_report_options)
def explain_report(arguments: Arguments) -> None:
    """Measure how far the heatmaps of each model by each method can be trusted."""
    from xray_core.data.readings import add_readings
    from xray_core.explain.methods import get_method

    runs = open_runs(arguments)
    for name in arguments.method or ():
        get_method(name)
    if arguments.stored:
        _print_stored(runs, arguments)
        return
    if not arguments.data:
        raise DatasetError("There are no films to measure on.", fix="Name a data set with --data.")
    with Progress("read") as progress:
        manifest = scan_all(arguments, progress)
    if arguments.readings:
        manifest = add_readings(manifest, arguments.readings)
    load_tensorflow()
    if arguments.layers:
        _report_layers(runs, manifest, arguments)
    elif arguments.best:
        _report_best(runs, manifest, arguments)
    elif arguments.trust:
        _report_trust(runs, manifest, arguments)
    else:
        _report_methods(runs, manifest, arguments)


def _report_methods(runs: "tuple[Run, ...]", manifest: "Manifest", arguments: Arguments) -> None:
    from xray_core.quality.report import METHODS_MEASURED, N_FILMS, report, store_report

    methods = tuple(dict.fromkeys(arguments.method or METHODS_MEASURED))
    with Progress("measure") as progress:
        found = report(
            runs, manifest, methods, n_films=arguments.films or N_FILMS, progress=progress
        )
    if not arguments.dry_run:
        for run in runs:
            store_report(run, found[run.id])
    if arguments.json:
        print_json(found)
        return
    for run in runs:
        for row in found[run.id]:
            _print_row(run, row)


def _report_layers(runs: "tuple[Run, ...]", manifest: "Manifest", arguments: Arguments) -> None:
    from xray_core.quality.layer_file import store_default, store_layers
    from xray_core.quality.layer_report import measure_best, measure_layers
    from xray_core.quality.layer_words import text_lines
    from xray_core.quality.report import N_FILMS, store_report
    from xray_core.quality.truth import split_for

    found = {}
    for run in runs:
        films = split_for(run, manifest)
        with Progress(f"sweep {run.title}") as progress:
            layers = measure_layers(run, films, progress)
        with Progress(f"measure {run.title}") as progress:
            n_films = arguments.films or N_FILMS
            rows = measure_best(run, films, layers, n_films=n_films, progress=progress)
        if not arguments.dry_run:
            store_layers(run, layers)
            store_default(run, layers)
            store_report(run, rows)
        found[run.id] = {"layers": layers, "report": rows}
        if not arguments.json:
            print(f"{run.id}: {len(layers['rows'])} pairs of method and layer")
            print("\n".join(text_lines(layers)))
            for row in rows:
                _print_row(run, row)
    if arguments.json:
        print_json(found)


def _report_best(runs: "tuple[Run, ...]", manifest: "Manifest", arguments: Arguments) -> None:
    from xray_core.quality.layer_file import require_layers
    from xray_core.quality.layer_report import measure_best
    from xray_core.quality.report import N_FILMS, store_report
    from xray_core.quality.truth import split_for

    measured = [(run, require_layers(run)) for run in runs]
    found = {}
    for run, layers in measured:
        films, n_films = split_for(run, manifest), arguments.films or N_FILMS
        with Progress(f"measure {run.title}") as progress:
            rows = measure_best(run, films, layers, n_films=n_films, progress=progress)
        if not arguments.dry_run:
            store_report(run, rows)
        found[run.id] = rows
        if not arguments.json:
            for row in rows:
                _print_row(run, row)
    if arguments.json:
        print_json(found)


def _report_trust(runs: "tuple[Run, ...]", manifest: "Manifest", arguments: Arguments) -> None:
    from xray_core.quality.trust_rates import N_RATED, rate_maps
    from xray_core.quality.truth import split_for

    found = {}
    for run in runs:
        films, n_films = split_for(run, manifest), arguments.films or N_RATED
        with Progress(f"rate {run.title}") as progress:
            found[run.id] = rate_maps(run, films, n_films=n_films, progress=progress)
        if not arguments.json:
            for row in found[run.id]:
                _print_rates(run, row)
    if arguments.json:
        print_json(found)


def _print_stored(runs: "tuple[Run, ...]", arguments: Arguments) -> None:
    from xray_core.quality.layer_file import require_layers
    from xray_core.quality.layer_words import further_table, markdown_table, normal_table
    from xray_core.quality.report import read_report

    found = [(run, require_layers(run), read_report(run)) for run in runs]
    if arguments.json:
        print_json({run.id: {"layers": layers, "report": rows} for run, layers, rows in found})
        return
    layers_of = [(run.title, layers) for run, layers, _ in found]
    print(markdown_table(layers_of))
    print("\nWhat takes many passes, on test films:\n")
    print(further_table([(run.title, layers, rows) for run, layers, rows in found]))
    print("\nTest films labelled normal: share that shows a map of a class, and is taken for it:\n")
    print(normal_table(layers_of))


def _print_row(run: "Run", row: Row) -> None:
    from xray_core.evaluation.intervals import words_for
    from xray_core.quality.thresholds import MEASURES

    at = f" at {row['layer']}" if row.get("layer") else ""
    print(f"{run.id}, {row['method']}{at}: {row['films']} films, {row['flat']} flat maps")
    for name, entry in row["measures"].items():
        title = MEASURES[name].title if name in MEASURES else name
        word = f"  {entry['word']}" if "word" in entry else ""
        print(f"    {title:28} {words_for(entry, dash=' to '):25}{word}")


def _print_rates(run: "Run", row: Row) -> None:
    from xray_core.evaluation.intervals import words_for
    from xray_core.quality.thresholds import MEASURES

    at = f" at {row['layer']}" if row["layer"] else ""
    print(f"{run.id}, {row['method']}{at}: {row['films']} films, {row['flat']} flat maps")
    print(f"    {'':24}{'good':>6}{'doubtful':>10}{'poor':>6}")
    for name, shares in (("", row["verdict"]), *row["words"].items()):
        if shares:
            title = MEASURES[name].title if name else "Verdict of the strip"
            good, doubtful, poor = (shares[word] for word in ("good", "doubtful", "poor"))
            print(f"    {title:24}{good:6.2f}{doubtful:10.2f}{poor:6.2f}")
    repeated = words_for(row["repeatability"], dash=" to ")
    print(f"    Repeatability, mean of n = {row['repeatability']['n']}: {repeated}")
