"""similar-index: the films that Second opinion compares a film with."""

import argparse
from typing import Any

from xray_core.arguments import data_option, json_option, reader_option, run_options, takes
from xray_core.commands.opening import scan_all
from xray_core.console import Progress, load_tensorflow, print_json
from xray_core.errors import DatasetError

Arguments = argparse.Namespace


def _similar_index_options(sub: Any) -> None:
    run_options(sub)
    data_option(sub, "data set with films of the run", required=False)
    reader_option(sub)
    sub.add_argument(
        "--synthetic",
        action="store_true",
        help="draw synthetic films instead, and keep their index in the run folder",
    )
    json_option(sub)


@takes(_similar_index_options)
def similar_index(arguments: Arguments) -> None:
    """Index the films of a run that are on this machine, to name those most like a new one."""
    from xray_core.classifier import open_model
    from xray_core.opinion import similar_index as indexing
    from xray_core.runs.store import open_run

    run = open_run(arguments.run, arguments.models_dir)
    if bool(arguments.data) == arguments.synthetic:
        raise DatasetError(
            "It is not clear which films to index.",
            where=run.id,
            fix="Name their data sets with --data, or draw synthetic ones with --synthetic.",
        )
    films = None
    if arguments.data:
        with Progress("scan") as progress:
            films = indexing.films_at_hand(run, scan_all(arguments, progress))
    load_tensorflow()
    model = open_model(run)
    with Progress("index") as progress:
        if films is None:
            index = indexing.build_synthetic(model, run, progress)
        else:
            index = indexing.build_index(model, run, films, progress)
    path = indexing.write_index(run, index, with_run=films is None)
    kept = "run folder" if films is None else "caches of this machine"
    if arguments.json:
        found = {"run": run.id, "films": len(index.films), "synthetic": index.synthetic}
        print_json(found | {"bytes": path.stat().st_size, "kept": kept})
    else:
        print(f"{run.id}: {len(index.films):,} films indexed, kept in the {kept}")
