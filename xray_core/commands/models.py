"""Commands on a model: mistakes, export, bench."""

import argparse
from pathlib import Path
from typing import Any

from xray_core.arguments import json_option, positive_count, run_options, several_runs, takes
from xray_core.commands.opening import open_runs
from xray_core.console import load_tensorflow, print_json
from xray_core.errors import DataError, ExplainError

Arguments = argparse.Namespace


def _mistakes_options(sub: Any) -> None:
    several_runs(sub)
    json_option(sub)


@takes(_mistakes_options)
def mistakes(arguments: Arguments) -> None:
    """List the test films that several models get wrong at once: hard ones, or wrong labels."""
    from xray_core.evaluation.mistakes import shared_mistakes

    runs = open_runs(arguments)
    if len(runs) < 2:
        raise DataError(
            "Mistakes that models share need two models or more.",
            where=runs[0].id,
            fix="Name another with --run.",
        )
    found = shared_mistakes([run.test_predictions() for run in runs])
    if not found.n:
        raise DataError(
            "The models were not tested on the same films.",
            where=", ".join(run.id for run in runs),
            fix="Train them with --split-of one of them.",
        )
    wrong = dict(zip([run.id for run in runs], found.wrong, strict=True))
    if arguments.json:
        rows = found.films.to_dict("records")
        print_json({"n": found.n, "wrong": wrong, "by_chance": found.by_chance, "films": rows})
        return
    print(f"{found.n} test films that all models have")
    for name, number in wrong.items():
        print(f"{number:6}  {name} is wrong")
    print(f"{len(found.films):6}  all are wrong; by chance it would be {found.by_chance:.1f}")
    print(f"{len(found.agreed):6}  all are wrong and agree")
    for (label, answer), number in found.confused.most_common():
        print(f"{number:6}  {label}, called {answer}")


def _export_options(sub: Any) -> None:
    run_options(sub)
    sub.add_argument("--out", type=Path, required=True, help="folder to write")


@takes(_export_options)
def export(arguments: Arguments) -> None:
    """Copy a finished run with float16 weights, for sharing."""
    from xray_core.explain.demo import store_demo_maps
    from xray_core.runs.export import export_run
    from xray_core.runs.store import open_run

    run = open_run(arguments.run, arguments.models_dir)
    load_tensorflow()
    folder = export_run(run, arguments.out)
    store_demo_maps(open_run(folder))
    print(folder)


def _bench_options(sub: Any) -> None:
    names = (
        "data",
        "audit",
        "train",
        "settings",
        "explain",
        "maps",
        "memory",
        "opinion",
        "gate",
        "what-if",
        "lungs",
        "fuzz",
        "visitors",
        "app",
    )
    sub.add_argument("what", choices=names)
    sub.add_argument("--data", type=Path, help="films to measure with; by default synthetic")
    sub.add_argument("--network", action="append", help="network to measure; may be repeated")
    sub.add_argument("--method", action="append", help="for explain and memory; may be repeated")
    sub.add_argument("--run", action="append", help="for explain and app: a run; may be repeated")
    sub.add_argument(
        "--films",
        type=positive_count,
        help="for maps (default 64), app (96), gate (300) and audit (default all)",
    )
    sub.add_argument(
        "--count",
        type=positive_count,
        help="for fuzz: files per kind (default 200); for visitors: how many at once (default 20); "
        "for app: page changes (default 200)",
    )
    sub.add_argument("--seed", type=int, help="for fuzz and audit (default 0)")
    json_option(sub)


@takes(_bench_options)
def bench(arguments: Arguments) -> int:
    """Measure speed, as ratios within one run, and memory; decode damaged files."""
    from inspect import signature

    from xray_core.benchmarks.registry import BENCHMARKS, WITHOUT_NETWORKS, has_failed
    from xray_core.explain.methods import get_method

    measure = BENCHMARKS[arguments.what]
    given: dict[str, Any] = {}
    names = {"network": "networks", "method": "methods", "films": "n_films", "run": "runs"}
    for option, name in (names | {"count": "count", "seed": "seed"}).items():
        if (value := getattr(arguments, option)) is None:
            continue
        if name not in signature(measure).parameters:
            raise ExplainError(
                "That benchmark has no such option.",
                where=f"bench {arguments.what} --{option}",
                fix=f"Omit --{option}.",
            )
        given[name] = value
    for name in arguments.method or ():
        get_method(name)
    if arguments.what not in WITHOUT_NETWORKS:
        load_tensorflow()
    rows = measure(arguments.data, **given)
    if arguments.json:
        print_json(rows)
    else:
        for row in rows:
            print(", ".join(f"{name} {value}" for name, value in row.items()))
    return 1 if has_failed(rows) else 0
