"""The command line: parse, call, print. No logic stands here.

Results go to standard output, progress and errors to standard error. Exit status: 0 done, 2 a
mistake of the user's (one line says what, where and what to do), 130 interrupted.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from xray_core.arguments import build_parser
from xray_core.console import Progress, load_tensorflow, print_answers, print_json, run_command
from xray_core.data.labels import label_title, unify_label
from xray_core.errors import DataError, ExplainError, XrayError

Arguments = argparse.Namespace


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: words after the program's name; None takes the process's own.

    Returns:
        The exit status.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    arguments = build_parser(COMMANDS).parse_args(argv)
    return run_command(lambda: arguments.command(arguments))


def scan(arguments: Arguments) -> None:
    """List the films of a data set, with their problems."""
    from xray_core.data.manifest import scan as scan_path

    with Progress("scan") as progress:
        manifest = scan_path(arguments.path, reader=arguments.reader, progress=progress)
    frame = manifest.usable.to_frame()
    counts = {label: int((frame["label"] == label).sum()) for label in manifest.classes}
    problems = [{"path": item.path, "problem": item.problem} for item in manifest.problems]
    if arguments.out:
        manifest.to_csv(arguments.out)
    if arguments.json:
        print_json({"records": len(manifest.records), "classes": counts, "problems": problems})
        return
    print(f"{len(manifest.records)} records, {len(problems)} with problems")
    for label, count in counts.items():
        print(f"{count:8} {label_title(label)}")
    for item in problems:
        print(f"         {item['path']}: {item['problem']}")


def split(arguments: Arguments) -> None:
    """Divide a data set by patient and write the table."""
    from xray_core.data.labels import order_labels

    manifest = _split_manifest([arguments.path], arguments)
    manifest.to_csv(arguments.out)
    frame = manifest.usable.to_frame()
    labels = order_labels(set(frame["label"]))
    table = {
        name: {
            label: int(((frame["split"] == name) & (frame["label"] == label)).sum())
            for label in labels
        }
        for name in ("train", "val", "test")
    }
    if arguments.json:
        print_json({"splits": table})
        return
    for name, counts in table.items():
        words = ", ".join(f"{count} {label}" for label, count in counts.items())
        print(f"{name:6} {sum(counts.values()):7}  {words}")


def train(arguments: Arguments) -> None:
    """Train a network; the run id is printed last."""
    from xray_core.runs.jobs import stop_requested
    from xray_core.runs.status import StatusFile
    from xray_core.runs.store import LOG, new_run_id
    from xray_core.settings import get_settings
    from xray_core.training.config import TrainingConfig

    names = [field.name for field in fields(TrainingConfig)]
    config = TrainingConfig(**{name: getattr(arguments, name) for name in names})
    run_id = arguments.run_id or new_run_id(config.network)
    run_dir = (arguments.models_dir or get_settings().models_dir) / run_id
    signalled: list[int] = []

    def echo(line: str) -> None:
        print(line, flush=True)
        if not arguments.run_id:  # what a job prints goes to its log already
            with (run_dir / LOG).open("a", encoding="utf-8") as log:
                log.write(f"{line}\n")

    def ask_to_stop(number: int, _frame: Any) -> None:
        if signalled:
            raise KeyboardInterrupt
        signalled.append(number)
        print("stopping after this step; again to end at once", file=sys.stderr)

    try:
        manifest = _split_manifest(arguments.data, arguments)
    except XrayError as error:
        if arguments.run_id:  # a page waits for this run: tell it
            StatusFile(run_dir).fail(error)
        raise
    load_tensorflow()
    from xray_core.training.train import train as train_network

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)
    run = train_network(
        manifest,
        config,
        run_dir,
        stop_requested=lambda: bool(signalled) or stop_requested(run_dir),
        echo=echo,
    )
    print(run.id)


def evaluate(arguments: Arguments) -> None:
    """Scores with 95 % intervals, on the run's test split or on other films."""
    from xray_core.data.manifest import scan as scan_path
    from xray_core.evaluation.evaluate import evaluate_run
    from xray_core.reports.card import format_score
    from xray_core.runs.store import open_run

    run = open_run(arguments.run, arguments.models_dir)
    manifest = None
    with Progress("read") as progress:
        if arguments.data:
            manifest = scan_path(arguments.data, progress=progress)
            load_tensorflow()
        scores = evaluate_run(run, manifest, progress)
    if arguments.json:
        print_json(scores)
        return
    print(f"{run.id}: {scores['n']} films of {scores['n_patients']} patients")
    if scores.get("n_left_out"):
        print(f"left out, seen in training or outside the test split: {scores['n_left_out']}")
    if scores["n_other_labels"]:
        print(f"left out, of a class that the model does not know: {scores['n_other_labels']}")
    for name in ("accuracy", "balanced_accuracy", "macro_f1", "auc_macro"):
        print(f"{name:24} {format_score(scores[name])}")
    for label, part in scores["per_class"].items():
        sensitivity, specificity = map(format_score, (part["sensitivity"], part["specificity"]))
        print(f"{label:24} sensitivity {sensitivity}, specificity {specificity}")
    for source, part in scores["per_source"].items():
        print(f"source {source:17.60} accuracy {format_score(part['accuracy'])}, n {part['n']}")


def predict(arguments: Arguments) -> int:
    """Probabilities of every class for each file."""
    from xray_core.data.images import load_image, resize_image
    from xray_core.evaluation.predict import predict_film
    from xray_core.runs.loading import load_model
    from xray_core.runs.store import open_run

    run = open_run(arguments.run, arguments.models_dir)
    load_tensorflow()
    model = load_model(run)
    answers: list[dict[str, Any]] = []
    for path in arguments.files:
        answer: dict[str, Any] = {"file": path.as_posix(), "run": run.id, "probabilities": None}
        answer |= {"notes": [], "error": None}
        try:
            film = load_image(path)
            values = predict_film(model, resize_image(film.pixels, run.image_size_px))
            answer["notes"] = list(film.notes)
            answer["probabilities"] = {
                label: round(float(value), 4)
                for label, value in zip(run.classes, values, strict=True)
            }
        except DataError as error:
            answer["error"] = str(error)
        answers.append(answer)
    if arguments.json:
        print_json(answers)
    else:
        print_answers(answers)
        print("Research only, not a diagnosis.", file=sys.stderr)
    return 2 if any(answer["error"] for answer in answers) else 0


def explain(arguments: Arguments) -> None:
    """Write the heatmap of one class over one film."""
    import numpy as np

    from xray_core.data.images import load_image, resize_image
    from xray_core.explain.methods import explain as explain_film
    from xray_core.explain.methods import get_method
    from xray_core.explain.overlay import overlay_png
    from xray_core.networks.registry import get_network
    from xray_core.runs.loading import load_model
    from xray_core.runs.store import open_run

    run = open_run(arguments.run, arguments.models_dir)
    method = get_method(arguments.method)
    label = unify_label(arguments.label) if arguments.label else None
    if label is not None and label not in run.classes:
        raise ExplainError(
            "The model does not know that class.",
            where=arguments.label,
            fix=f"Choose one of: {', '.join(run.classes)}.",
        )
    film = load_image(arguments.file)
    load_tensorflow()
    attributions = explain_film(
        load_model(run), resize_image(film.pixels, run.image_size_px), run.classes, method.name
    )
    likeliest = max(attributions, key=lambda attribution: attribution.probability)
    attribution = likeliest if label is None else attributions[run.classes.index(label)]
    title = f"{method.title} of {get_network(run.network).title}"
    arguments.out.write_bytes(
        overlay_png(
            film.pixels, attribution, title=title, unit=method.unit, opacity=arguments.opacity
        )
    )
    if arguments.raw:
        np.save(arguments.raw, attribution.values)
    print(f"{arguments.out}: {title} for {attribution.label} ({attribution.probability:.2f})")


def phantom(arguments: Arguments) -> None:
    """Draw synthetic films with an index file."""
    from xray_core.data.phantom import write_phantoms

    with Progress("draw") as progress:
        index = write_phantoms(
            arguments.out,
            arguments.count,
            arguments.seed,
            size_px=arguments.image_size,
            shortcut_label=arguments.shortcut,
            progress=progress,
        )
    print(index)


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


def download(arguments: Arguments) -> None:
    """Fetch a public data set after showing its licence."""
    from xray_core.data.download import SOURCES
    from xray_core.data.download import download as fetch

    source = SOURCES[arguments.name]
    print(f"{source.title}\n{source.licence}", file=sys.stderr)
    if not arguments.accept:
        raise DataError(
            "The licence has not been accepted.",
            where=arguments.name,
            fix="Read it above, then add --accept.",
        )
    with Progress("fetch") as progress:
        print(fetch(arguments.name, arguments.out, progress))


def bench(arguments: Arguments) -> None:
    """Measure speed as ratios within one run."""
    from xray_core.benchmarks import BENCHMARKS

    load_tensorflow()
    rows = BENCHMARKS[arguments.what](arguments.data)
    if arguments.json:
        print_json(rows)
        return
    for row in rows:
        print(", ".join(f"{name} {value}" for name, value in row.items()))


def _split_manifest(paths: Sequence[Path], arguments: Arguments) -> Any:
    from xray_core.data.manifest import scan as scan_path
    from xray_core.data.records import combine_manifests
    from xray_core.data.splits import assign_splits

    with Progress("scan") as progress:
        manifests = [scan_path(path, reader=arguments.reader, progress=progress) for path in paths]
    manifest = combine_manifests(manifests)
    for record in manifest.problems[:20]:
        print(f"left out: {record.path}: {record.problem}", file=sys.stderr)
    return assign_splits(manifest, seed=arguments.seed, keep_own=arguments.keep_own_split)


COMMANDS: tuple[Callable[[Arguments], int | None], ...] = (
    scan,
    split,
    train,
    evaluate,
    predict,
    explain,
    phantom,
    export,
    download,
    bench,
)
