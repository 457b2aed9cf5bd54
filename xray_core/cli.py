"""The command line: the commands, and how one is run.

Results go to standard output, progress and errors to standard error. Exit status: 0 done, 2 a
mistake of the user's (one line says what, where and what to do), 130 interrupted.
"""

import argparse
import os
from collections.abc import Callable, Sequence

from xray_core.arguments import build_parser
from xray_core.commands import (
    auditing,
    cards,
    comparing,
    crossvalidating,
    evaluating,
    explaining,
    films,
    gate,
    lab,
    lungs,
    models,
    opinion,
    own,
    presenting,
    reporting,
    similar,
    training,
)
from xray_core.console import run_command
from xray_core.settings import as_command

Arguments = argparse.Namespace

COMMANDS: tuple[Callable[[Arguments], int | None], ...] = (
    films.scan,
    films.split,
    auditing.audit,
    training.train,
    training.resume,
    training.queue,
    training.estimate,
    crossvalidating.crossvalidate,
    own.register,
    evaluating.evaluate,
    models.mistakes,
    comparing.compare,
    lab.shortcuts,
    explaining.predict,
    explaining.explain,
    opinion.opinion,
    lungs.train_lungs,
    lungs.lungs,
    gate.gate_fit,
    reporting.explain_report,
    explaining.maps,
    similar.similar_index,
    presenting.present,
    films.phantom,
    models.export,
    cards.card,
    films.download,
    models.bench,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: words after the program's name; None takes the process's own.

    Returns:
        The exit status.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    arguments = build_parser(COMMANDS).parse_args(argv)
    with as_command():
        return run_command(lambda: arguments.command(arguments))
