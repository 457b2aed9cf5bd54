"""The command that cross-validates a network on a data set."""

import argparse
import os
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from xray_core.arguments import data_option, json_option, positive_count, reader_option, takes
from xray_core.commands.opening import scan_all
from xray_core.commands.training import config_options
from xray_core.console import Progress, load_tensorflow, print_json

Arguments = argparse.Namespace


def _crossvalidate_options(sub: Any) -> None:
    from xray_core.data.folds import GROUPS

    data_option(sub)
    reader_option(sub)
    sub.add_argument("--folds", type=positive_count, default=5, help="how many (default 5)")
    sub.add_argument("--group", choices=GROUPS, default=GROUPS[0], help="what stays in one fold")
    sub.add_argument(
        "--classes", default="", help="as normal,covid,pneumonia=bacterial+viral; default all"
    )
    sub.add_argument(
        "--fold",
        type=positive_count,
        action="append",
        default=[],
        help="train this fold alone, for other processes or devices; may be repeated",
    )
    sub.add_argument("--seed", type=int, default=0, help="seed of folds and trainings")
    sub.add_argument("--out", type=Path, help="folder of the folds; the same one resumes them")
    config_options(sub)
    json_option(sub)


@takes(_crossvalidate_options)
def crossvalidate(arguments: Arguments) -> None:
    """Train a network on each fold of a data set; scores pooled over all films, and per fold."""
    from xray_core.data.folds import choose_classes
    from xray_core.data.labels import unify_label
    from xray_core.reports.published import published_lines
    from xray_core.reports.score_lines import score_lines
    from xray_core.settings import get_settings
    from xray_core.training.config import TrainingConfig
    from xray_core.training.crossvalidate import Plan
    from xray_core.training.crossvalidate import crossvalidate as train_folds

    names = [field.name for field in fields(TrainingConfig)]
    config = TrainingConfig(**{name: getattr(arguments, name) for name in names})
    with Progress("read") as progress:
        films = scan_all(arguments, progress).usable
    if arguments.classes:
        chosen = [_unified(item, unify_label) for item in arguments.classes.split(",")]
        films = choose_classes(films, chosen)
    films = films.where(lambda record: bool(record.label))
    name = f"{config.network}-{arguments.group}-{arguments.folds}-{films.hash[:8]}"
    folder = arguments.out or get_settings().models_dir / "crossvalidation" / name
    load_tensorflow()
    plan = Plan(films, config, arguments.folds, arguments.group, folder)
    found = train_folds(plan, arguments.fold, echo=_to_errors)
    if found is None:
        return
    ours = (found["classes"], found["pooled"]["n"], plan.n_folds, plan.group)
    lines = list(published_lines(*ours))
    if arguments.json:
        print_json(found | {"folder": os.fspath(folder), "published": lines})
        return
    for row in found["folds"]:
        print(f"fold {row['fold']}: accuracy {row['accuracy']['value']:.3f}, n {row['n']}")
    spread = found["spread"]["accuracy"]
    print(f"over the folds: accuracy {spread['mean']:.3f}, standard deviation {spread['sd']:.3f}")
    print(f"all {found['pooled']['n']:,} films, each tested once, folds by {plan.group}:")
    for line in (*score_lines(found["pooled"]), *lines):
        print(line)


def _unified(item: str, unify: Any) -> str:
    """`Covid-19` -> `covid`; of `pneumonia=Bacterial+Viral` the parts alone."""
    name, sign, parts = item.partition("=")
    if not sign:
        return str(unify(name))
    return f"{name.strip()}={'+'.join(unify(part) for part in parts.split('+'))}"


def _to_errors(line: str) -> None:
    print(line, file=sys.stderr)
