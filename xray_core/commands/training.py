"""Commands on a training: train, resume, queue, estimate."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xray_core.arguments import (
    data_option,
    json_option,
    positive_count,
    run_options,
    split_options,
    takes,
)
from xray_core.commands.films import split_manifest
from xray_core.console import describe_defect, load_tensorflow, print_json
from xray_core.errors import TrainingError, XrayError

if TYPE_CHECKING:
    from xray_core.data.records import Manifest
    from xray_core.jobs.job import Job
    from xray_core.training.config import TrainingConfig

Arguments = argparse.Namespace


def config_options(sub: Any) -> None:
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


def _train_options(sub: Any) -> None:
    data_option(sub)
    split_options(sub)
    config_options(sub)
    sub.add_argument("--models-dir", type=Path, help="folder to create the run in")


@takes(_train_options)
def train(arguments: Arguments) -> None:
    """Train a network; the run id is printed last."""
    from xray_core.jobs.job import Job
    from xray_core.runs.ids import new_run_id
    from xray_core.settings import get_settings

    config = _config(arguments)
    job = Job(
        data=tuple(arguments.data),
        keep_own_split=arguments.keep_own_split,
        reader=arguments.reader or "",
        weights=config.weights,
        split_of=arguments.split_of,
        keep_val=arguments.keep_val,
        one_finding=arguments.one_finding,
        readings=arguments.readings,
    )
    models_dir = arguments.models_dir or get_settings().models_dir
    _train(config, job, models_dir / new_run_id(config.network), resume=False)


def _resume_options(sub: Any) -> None:
    run_options(sub)
    data_option(sub, "its films, if they were moved", required=False)
    sub.add_argument("--queued", action="store_true", help=argparse.SUPPRESS)


@takes(_resume_options)
def resume(arguments: Arguments) -> None:
    """Resume a training after its last whole epoch; the run id is printed last."""
    from xray_core.jobs.job import read_job
    from xray_core.jobs.queue import require_unfinished, take_over
    from xray_core.runs.store import RESUME, open_run
    from xray_core.training.config import config_from

    run = open_run(arguments.run, arguments.models_dir)
    if not arguments.queued:
        require_unfinished(run)
    job = read_job(run, tuple(arguments.data or ()))
    config = config_from(run.config.content, job.weights)
    if not arguments.queued:  # whoever started a queued one has done so
        take_over(run)
    _train(config, job, run.path, resume=(run.path / RESUME).is_file())


def _queue_options(sub: Any) -> None:
    sub.add_argument("--models-dir", type=Path, help="folder of the runs")
    json_option(sub)


@takes(_queue_options)
def queue(arguments: Arguments) -> None:
    """List running and waiting trainings; starts the next one if none is running."""
    from xray_core.jobs.queue import active_runs, start_waiting, waiting_runs

    start_waiting(arguments.models_dir)
    active = [run.id for run in active_runs(arguments.models_dir)]
    waiting = [run.id for run in waiting_runs(arguments.models_dir)]
    if arguments.json:
        print_json({"active": active, "waiting": waiting})
        return
    for run_id in active:
        print(f"{run_id}: running")
    for place, run_id in enumerate(waiting, start=1):
        print(f"{run_id}: waiting, number {place}")
    if not active and not waiting:
        print("nothing is running and nothing is waiting")


def _estimate_options(sub: Any) -> None:
    config_options(sub)
    sub.set_defaults(seed=0)
    sub.add_argument("--films", type=positive_count, default=1000, help="films in all three splits")
    json_option(sub)


@takes(_estimate_options)
def estimate(arguments: Arguments) -> None:
    """Measure how fast this machine trains, and report what a training needs."""
    from xray_core.jobs.estimate import estimate as estimate_training
    from xray_core.jobs.estimate import measure_speed, split_counts
    from xray_core.jobs.speeds import store_speed

    config = _config(arguments)
    load_tensorflow()
    speed = measure_speed(config)
    store_speed(config, speed)
    needed = estimate_training(config, *split_counts(arguments.films), speed)
    if arguments.json:
        print_json(asdict(needed))
        return
    print(f"{needed.films_per_second:.1f} films/s, {needed.memory_bytes / 1e9:.1f} GB of memory")
    least, most = needed.least_seconds / 60, needed.seconds / 60
    print(f"{arguments.films} films: {least:.1f} to {most:.1f} min")


def _config(arguments: Arguments) -> "TrainingConfig":
    from xray_core.training.config import TrainingConfig

    names = [field.name for field in fields(TrainingConfig)]
    return TrainingConfig(**{name: getattr(arguments, name) for name in names})


def _train(config: "TrainingConfig", job: "Job", run_dir: Path, *, resume: bool) -> None:
    from xray_core.jobs.job import record_job
    from xray_core.jobs.queue import stop_requested
    from xray_core.runs.store import LOG

    signalled: list[int] = []

    def echo(line: str) -> None:
        print(line, flush=True)
        if not run_dir.is_dir():  # another machine writes the run
            return
        with (run_dir / LOG).open("a", encoding="utf-8") as log:
            log.write(f"{line}\n")

    def ask_to_stop(number: int, _frame: Any) -> None:
        if signalled:
            raise KeyboardInterrupt
        signalled.append(number)
        print("stopping after this step; interrupt again to stop at once", file=sys.stderr)

    try:
        with _errors_in_words(run_dir, echo):
            manifest = _films_of(job, config.seed, run_dir)
            load_tensorflow()
            from xray_core.training.train import train as train_network

            record_job(run_dir, job)
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, ask_to_stop)
            run = train_network(
                manifest,
                config,
                run_dir,
                resume=resume,
                stop_requested=lambda: bool(signalled) or stop_requested(run_dir),
                echo=echo,
            )
            print(run.id)
    finally:
        if signal.SIGTERM not in signalled:  # the machine may be about to go down
            _start_next(run_dir.parent)


def _films_of(job: "Job", seed: int, run_dir: Path) -> "Manifest":
    """The films of a job, split; where that fails, the status reports it to a waiting page."""
    from xray_core.runs.status import StatusFile

    try:
        return split_manifest(job, seed, run_dir.parent)
    except Exception as error:
        if run_dir.is_dir():
            StatusFile(run_dir).fail(error)
        raise


@contextmanager
def _errors_in_words(run_dir: Path, echo: Callable[[str], None]) -> Iterator[None]:
    """Whatever ends a training as an error with a way out; a defect of ours goes to the log."""
    try:
        yield
    except (XrayError, BrokenPipeError):
        raise
    except OSError as error:  # a run folder and its log hold no path: the name alone
        raise TrainingError(
            f"{error.strerror or error}.",
            where=Path(str(error.filename or "")).name,
            fix="Check path and permissions.",
        ) from error
    except Exception as error:
        echo(describe_defect(error))
        raise TrainingError(
            f"An unexpected {type(error).__name__} ended the training.",
            where=run_dir.name,
            fix="See the log of the run for details.",
        ) from error


def _start_next(models_dir: Path) -> None:
    """Start the next waiting training, however this one has ended."""
    from xray_core.jobs.queue import start_waiting

    try:
        start_waiting(models_dir)
    except XrayError as error:
        print(f"the next training was not started: {error}", file=sys.stderr)
