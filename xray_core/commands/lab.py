"""The command that looks for shortcuts of a model."""

import argparse
from typing import Any

from xray_core.arguments import data_option, json_option, reader_option, run_options, takes
from xray_core.commands.opening import scan_all
from xray_core.console import StepProgress, load_tensorflow, print_json

Arguments = argparse.Namespace


def _shortcuts_options(sub: Any) -> None:
    run_options(sub)
    data_option(sub, "films to change; those seen in training are left out", required=False)
    reader_option(sub)
    json_option(sub)


@takes(_shortcuts_options)
def shortcuts(arguments: Arguments) -> None:
    """What a model answers without the lungs, and what else than disease it reads off films."""
    from xray_core.runs.store import open_run
    from xray_core.shortcuts.lab import find_shortcuts
    from xray_core.shortcuts.words import text_lines

    run = open_run(arguments.run, arguments.models_dir)
    manifest = None
    with StepProgress() as step:
        if arguments.data:
            manifest = scan_all(arguments, lambda done, total: step("reading files", done, total))
            load_tensorflow()
        report = find_shortcuts(run, manifest, step)
    if arguments.json:
        print_json(report.as_json())
        return
    for line in text_lines(report):
        print(line)
