"""The words of the command line: every command with its options."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from xray_core import __version__
from xray_core.data.decoding.formats import READABLE
from xray_core.data.labels import KNOWN_CLASSES

Command = Callable[[argparse.Namespace], int | None]


def build_parser(commands: Sequence[Command]) -> argparse.ArgumentParser:
    """A parser that stores the chosen function as `command`.

    Args:
        commands: functions named as `_OPTIONS` names them, with `_` for `-`; the docstring is the
            help text.
    """
    parser = _Parser(
        prog="python -m xray_core",
        description="Train, compare and explain chest X-ray classifiers. Research only.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for function in commands:
        name, words = function.__name__.replace("_", "-"), (function.__doc__ or "").strip()
        sub = subparsers.add_parser(name, help=words.replace("%", "%%"), description=words)
        sub.set_defaults(command=function)
        _OPTIONS[name](sub)
    return parser


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, as for every other mistake."""
        self.exit(2, f"error: {message} | see {self.prog} --help\n")


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return int(text)


def _json_option(sub: Any) -> None:
    sub.add_argument("--json", action="store_true", help="print JSON alone on standard output")


def _run_options(sub: Any) -> None:
    sub.add_argument("--run", required=True, help="run id, folder, or shipped name")
    sub.add_argument("--models-dir", type=Path, help="folder of the runs")


def _several_runs(sub: Any) -> None:
    sub.add_argument(
        "--run", action="append", required=True, help="run id, folder, or name; may be repeated"
    )
    sub.add_argument("--models-dir", type=Path, help="folder of the runs")


def _split_options(sub: Any) -> None:
    sub.add_argument("--seed", type=int, default=0, help="of all random choices")
    how = sub.add_mutually_exclusive_group()
    how.add_argument(
        "--keep-own-split", action="store_true", help="keep the data set's own test films"
    )
    how.add_argument(
        "--split-of",
        default="",
        metavar="RUN",
        help="split the films as an earlier run did; films new to it are trained on",
    )
    sub.add_argument(
        "--keep-val",
        type=float,
        default=1.0,
        metavar="SHARE",
        help="with --split-of: share of its validation films to hold out; the rest is trained on",
    )
    _reader_option(sub)


def _reader_option(sub: Any) -> None:
    sub.add_argument(
        "--reader", metavar="NAME", help="how to read the data set; by default detected"
    )
    sub.add_argument(
        "--one-finding",
        action="store_true",
        help="count a film with several findings as the first of them; by default it is left out",
    )


def _scan(sub: Any) -> None:
    sub.add_argument("path", type=Path, help="folder or index file")
    _reader_option(sub)
    sub.add_argument("--out", type=Path, help="write the manifest to this CSV file")
    _json_option(sub)


def _split(sub: Any) -> None:
    sub.add_argument("path", type=Path, help="folder or index file")
    sub.add_argument("--out", type=Path, default=Path("manifest.csv"), help="CSV file to write")
    _split_options(sub)
    _json_option(sub)


def _register(sub: Any) -> None:
    sub.add_argument("file", type=Path, metavar="FILE", help="a .keras file")
    sub.add_argument("--name", required=True, help="display name")
    sub.add_argument("--classes", required=True, help="in output order, as normal,covid")
    sub.add_argument("--layer", help="4-D layer to explain; by default the last before pooling")
    sub.add_argument("--image-size", type=int, help="side of the square film, px")
    sub.add_argument("--scale", type=int, choices=(1, 255), help="value of white in its input")
    sub.add_argument("--models-dir", type=Path, help="folder to create the run in")
    _json_option(sub)


def _evaluate(sub: Any) -> None:
    _run_options(sub)
    sub.add_argument(
        "--data",
        type=Path,
        action="append",
        help="other films; those seen in training are left out; may be repeated",
    )
    _reader_option(sub)
    sub.add_argument(
        "--keep",
        action="store_true",
        help="store scores and maps on --data with a custom model, for the Compare page",
    )
    _json_option(sub)


def _mistakes(sub: Any) -> None:
    _several_runs(sub)
    _json_option(sub)


def _predict(sub: Any) -> None:
    _run_options(sub)
    sub.add_argument("files", type=Path, nargs="+", metavar="FILE", help=READABLE)
    _json_option(sub)


def _explain(sub: Any) -> None:
    _run_options(sub)
    sub.add_argument("--method", default="grad_cam", help="an unknown name lists all of them")
    sub.add_argument("--class", dest="label", help="class to explain; by default the likeliest")
    sub.add_argument("--against", metavar="CLASS", help="class whose evidence is subtracted")
    sub.add_argument("--out", type=Path, required=True, help="PNG file to write")
    sub.add_argument("--raw", type=Path, help="NPY file for the raw map")
    sub.add_argument("--opacity", type=_share, default=0.6, help="0 to 1")
    sub.add_argument("--lungs", type=Path, metavar="MASK", help="lung mask of the film, for zones")
    sub.add_argument("file", type=Path, metavar="FILE")


def _explain_report(sub: Any) -> None:
    _several_runs(sub)
    sub.add_argument(
        "--data",
        type=Path,
        action="append",
        required=True,
        help="films to measure on, unseen ones first; may be repeated",
    )
    _reader_option(sub)
    sub.add_argument("--method", action="append", help="repeatable; by default those of one pass")
    sub.add_argument("--films", type=_count, help="largest number of films (default 24)")
    _json_option(sub)


def _maps(sub: Any) -> None:
    _run_options(sub)
    sub.add_argument(
        "--data",
        type=Path,
        action="append",
        required=True,
        help="folder of its test films; may be repeated",
    )
    _reader_option(sub)


def _phantom(sub: Any) -> None:
    sub.add_argument("--count", type=int, default=24)
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--out", type=Path, required=True, help="folder to write")
    sub.add_argument("--image-size", type=int, default=299, help="pixels per side")
    sub.add_argument(
        "--shortcut", choices=KNOWN_CLASSES, help="class whose films get a marker of their own"
    )


def _train_lungs(sub: Any) -> None:
    sub.add_argument("--data", type=Path, action="append", required=True, help="may be repeated")
    sub.add_argument("--epochs", type=int, default=24, help="passes over the films")
    sub.add_argument("--seed", type=int, default=0, help="of all random choices")
    sub.add_argument("--out", type=Path, required=True, help="folder to write")
    _json_option(sub)


def _lungs(sub: Any) -> None:
    sub.add_argument("--network", type=Path, help="folder that train-lungs wrote")
    sub.add_argument("--out", type=Path, required=True, help="PNG file to write")
    sub.add_argument("file", type=Path, metavar="FILE")


def _export(sub: Any) -> None:
    _run_options(sub)
    sub.add_argument("--out", type=Path, required=True, help="folder to write")


def _download(sub: Any) -> None:
    from xray_core.data.download import SOURCES

    sub.add_argument("name", help="data set", choices=tuple(SOURCES))
    sub.add_argument("--out", type=Path, required=True, help="folder to write")
    sub.add_argument("--accept", action="store_true", help="accept the licence")


def _bench(sub: Any) -> None:
    names = ("data", "train", "settings", "explain", "maps", "memory", "what-if", "lungs", "fuzz")
    sub.add_argument("what", choices=names)
    sub.add_argument("--data", type=Path, help="films to measure with; by default synthetic")
    sub.add_argument("--network", action="append", help="may be repeated")
    sub.add_argument("--method", action="append", help="for explain and memory; may be repeated")
    sub.add_argument("--films", type=_count, help="for maps only (default 64)")
    sub.add_argument("--count", type=_count, help="for fuzz only: files per kind (default 200)")
    sub.add_argument("--seed", type=int, help="for fuzz only (default 0)")
    _json_option(sub)


def _train(sub: Any) -> None:
    sub.add_argument("--data", type=Path, action="append", required=True, help="may be repeated")
    _split_options(sub)
    _config_options(sub)
    sub.add_argument("--models-dir", type=Path, help="folder to create the run in")


def _resume(sub: Any) -> None:
    _run_options(sub)
    sub.add_argument("--data", type=Path, action="append", help="its films, if they were moved")
    sub.add_argument("--queued", action="store_true", help=argparse.SUPPRESS)


def _queue(sub: Any) -> None:
    sub.add_argument("--models-dir", type=Path, help="folder of the runs")
    _json_option(sub)


def _config_options(sub: Any) -> None:
    """Every setting of a training but the seed; the default of each suits the network."""
    from xray_core.training.config import TrainingConfig
    from xray_core.training.setting import settings_of

    sub.add_argument("--network", required=True)
    for name, setting in settings_of(TrainingConfig).items():
        if name == "seed":
            continue
        facts: dict[str, Any] = {"dest": name, "default": setting.default, "help": setting.help}
        if isinstance(setting.default, bool):
            facts["action"] = argparse.BooleanOptionalAction
        elif setting.choices is not None:
            facts["choices"] = tuple(setting.choices)
        else:
            facts["type"] = type(setting.default)
        sub.add_argument(setting.flag, **facts)


def _estimate(sub: Any) -> None:
    _config_options(sub)
    sub.set_defaults(seed=0)
    sub.add_argument("--films", type=int, default=1000, help="to train, validate and test with")
    _json_option(sub)


_OPTIONS: dict[str, Callable[[Any], None]] = {
    "scan": _scan,
    "split": _split,
    "train": _train,
    "resume": _resume,
    "queue": _queue,
    "estimate": _estimate,
    "register": _register,
    "evaluate": _evaluate,
    "mistakes": _mistakes,
    "predict": _predict,
    "explain": _explain,
    "explain-report": _explain_report,
    "maps": _maps,
    "phantom": _phantom,
    "train-lungs": _train_lungs,
    "lungs": _lungs,
    "export": _export,
    "download": _download,
    "bench": _bench,
}
