"""The command line: one parser, and the options that several commands share."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from xray_core import __version__

Command = Callable[[argparse.Namespace], int | None]
Options = Callable[[Any], None]
AnyCommand = TypeVar("AnyCommand", bound=Command)

COMMAND = "thoraxlens"
"""Name of the installed command."""

_OPTIONS = "command_options"


def takes(options: Options) -> Callable[[AnyCommand], AnyCommand]:
    """Declare the options of a command beside its function.

    Args:
        options: adds them to the command's parser.
    """

    def declare(command: AnyCommand) -> AnyCommand:
        setattr(command, _OPTIONS, options)
        return command

    return declare


def build_parser(commands: Sequence[Command]) -> argparse.ArgumentParser:
    """A parser that stores the chosen function as `command`.

    Args:
        commands: functions that `takes` gave their options; the docstring is the help text, and
            `_` in the name is written `-`.
    """
    parser = _Parser(
        prog=_program(),
        description="Train, compare and explain chest X-ray classifiers. Research only.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for function in commands:
        name, words = function.__name__.replace("_", "-"), (function.__doc__ or "").strip()
        sub = subparsers.add_parser(name, help=words.replace("%", "%%"), description=words)
        sub.set_defaults(command=function)
        getattr(function, _OPTIONS)(sub)
    return parser


def _program() -> str:
    """What was typed to come here: the installed command, or the module."""
    return COMMAND if Path(sys.argv[0]).stem == COMMAND else "python -m xray_core"


class _Parser(argparse.ArgumentParser):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.register("type", Path, _path)

    def error(self, message: str) -> NoReturn:
        """One line, as for every other mistake."""
        self.exit(2, f"error: {message} | see {self.prog} --help\n")


def _path(text: str) -> Path:
    """A path; an empty one, as of a variable that is not set, is not the current folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the path is empty")
    return Path(text)


def file_to_write(text: str) -> Path:
    """Path of a file in a folder that is there, so that no work is done for nothing."""
    path = _path(text)
    if not path.parent.is_dir():
        words = f"there is no folder {path.parent}: check path and permissions"
        raise argparse.ArgumentTypeError(words)
    return path


def share_of_one(text: str) -> float:
    """A number from 0 to 1."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def positive_count(text: str) -> int:
    """A whole number above 0."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return int(text)


def json_option(sub: Any) -> None:
    """`--json`."""
    sub.add_argument("--json", action="store_true", help="print JSON alone on standard output")


def data_option(sub: Any, what: str = "films", *, required: bool = True) -> None:
    """`--data` one or more times.

    Args:
        sub: parser of the command.
        what: the films that are meant, for the help text.
        required: whether the command needs films.
    """
    sub.add_argument(
        "--data", type=Path, action="append", required=required, help=f"{what}; may be repeated"
    )


def run_options(sub: Any) -> None:
    """`--run` once, and where runs are."""
    sub.add_argument("--run", required=True, help="run id, folder, or shipped name")
    sub.add_argument("--models-dir", type=Path, help="folder of the runs")


def several_runs(sub: Any) -> None:
    """`--run` one or more times, and where runs are."""
    sub.add_argument(
        "--run", action="append", required=True, help="run id, folder, or name; may be repeated"
    )
    sub.add_argument("--models-dir", type=Path, help="folder of the runs")


def split_options(sub: Any) -> None:
    """How films are divided."""
    sub.add_argument("--seed", type=int, default=0, help="seed of all random choices")
    how = sub.add_mutually_exclusive_group()
    how.add_argument(
        "--keep-own-split", action="store_true", help="keep the data set's own test films"
    )
    how.add_argument(
        "--split-of",
        default="",
        metavar="RUN",
        help="split the films as an earlier run did; new films keep theirs or go to training",
    )
    sub.add_argument(
        "--keep-val",
        type=float,
        default=1.0,
        metavar="SHARE",
        help="with --split-of: share of its validation films to hold out; the rest is trained on",
    )
    sub.add_argument(
        "--readings",
        type=Path,
        metavar="FILE",
        help="table of path,reading: films whose reading denies their label are not trained on",
    )
    reader_option(sub)


def reader_option(sub: Any) -> None:
    """How a data set is read."""
    sub.add_argument(
        "--reader", metavar="NAME", help="how to read the data set; by default detected"
    )
    sub.add_argument(
        "--one-finding",
        action="store_true",
        help="count a film with several findings as the first of them; by default it is left out",
    )


def film_options(sub: Any) -> None:
    """How single films are taken: `--window` and `--answer-anyway`."""
    sub.add_argument(
        "--window",
        default="",
        metavar="NAME",
        help="of a DICOM file that offers several; an unknown name lists them",
    )
    sub.add_argument(
        "--answer-anyway",
        action="store_true",
        help="answer also what is no upright frontal chest film, and mark it",
    )
