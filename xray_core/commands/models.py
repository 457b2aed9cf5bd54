"""Commands on a model: from evaluate and explain to export and bench."""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from xray_core.console import Progress, load_tensorflow, print_answers, print_json, print_notes
from xray_core.data.labels import unify_label
from xray_core.errors import DataError, ExplainError
from xray_core.evaluation.probability import probability_text

if TYPE_CHECKING:
    from xray_core.data.records import Manifest
    from xray_core.runs.store import Run

Arguments = argparse.Namespace


def evaluate(arguments: Arguments) -> None:
    """Scores with 95 % intervals, on the run's test split or on other films."""
    from xray_core.evaluation.evaluate import evaluate_run
    from xray_core.explain.own_scores import score_own_model
    from xray_core.reports.card import format_score
    from xray_core.runs.store import open_run

    run = open_run(arguments.run, arguments.models_dir)
    manifest = None
    with Progress("read") as progress:
        if arguments.data:
            manifest = _scan(arguments, progress)
            load_tensorflow()
        if arguments.keep and manifest is not None:
            scores = score_own_model(run, manifest, progress)
        else:
            scores = evaluate_run(run, manifest, progress)
    if arguments.json:
        print_json(scores)
        return
    print(f"{run.id}, {run.origin}")
    print(f"{scores['n']} films of {scores['n_patients']} patients")
    if run.is_own:
        print("which films the model was trained on is not known: it may have seen these")
    if scores.get("n_left_out"):
        print(f"left out, seen in training or outside the test split: {scores['n_left_out']}")
    if scores["n_other_labels"]:
        print(f"left out, of a class that the model does not know: {scores['n_other_labels']}")
    for name in ("accuracy", "balanced_accuracy", "macro_f1", "auc_macro"):
        print(f"{name:24} {format_score(scores[name])}")
    for label, part in scores["per_class"].items():
        sensitivity, specificity = map(format_score, (part["sensitivity"], part["specificity"]))
        print(f"{label:24} sensitivity {sensitivity}, specificity {specificity}")
    for pair in scores["pairs"]:
        print(f"{' or '.join(pair['classes']):24} accuracy {format_score(pair['accuracy'])}")
    for source, part in scores["per_source"].items():
        print(f"source {source:17.60} accuracy {format_score(part['accuracy'])}, n {part['n']}")


def mistakes(arguments: Arguments) -> None:
    """List the test films that several models get wrong at once: hard ones, or wrong labels."""
    from xray_core.evaluation.mistakes import shared_mistakes

    runs = _runs(arguments)
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


def predict(arguments: Arguments) -> int:
    """Probabilities of every class for each file."""
    from xray_core.classifier import open_model
    from xray_core.data.decoding.images import load_image
    from xray_core.runs.store import open_run

    run = open_run(arguments.run, arguments.models_dir)
    load_tensorflow()
    model = open_model(run)
    answers: list[dict[str, Any]] = []
    for path in arguments.files:
        answer: dict[str, Any] = {"file": path.as_posix(), "run": run.id, "probabilities": None}
        answer |= {"notes": [], "warnings": [], "error": None}
        try:
            film = load_image(path)
            found = model.predict(film)
            answer |= {"notes": list(film.notes), "warnings": list(film.warnings)}
            answer["probabilities"] = {label: round(value, 4) for label, value in found.items()}
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
    """Write the heatmap of one class over one film, alone or against another class."""
    import numpy as np

    from xray_core.classifier import open_model
    from xray_core.data.decoding.images import load_image
    from xray_core.data.masks import load_mask
    from xray_core.explain.methods import NEED_NO_LAYER, get_method, map_notes_of
    from xray_core.explain.overlay import overlay_png
    from xray_core.explain.zones import place_of, place_sentence
    from xray_core.runs.store import open_run

    run = open_run(arguments.run, arguments.models_dir)
    method = get_method(arguments.method)
    label, against = _known_class(run, arguments.label), _known_class(run, arguments.against)
    film = load_image(arguments.file)
    lungs = load_mask(arguments.lungs) if arguments.lungs else None
    load_tensorflow()
    model = open_model(run)
    if not label:
        answer = model.predict(film)
        label = max(answer, key=answer.__getitem__)
    wanted = [label, against] if against else [label]
    maps = model.explain(film, method.name, classes=wanted)
    attribution = maps[label].against(maps[against]) if against else maps[label]
    network = f"{run.title} ({run.origin})"
    title = f"{method.title} of {network}"
    arguments.out.write_bytes(
        overlay_png(
            film.pixels, attribution, title=title, unit=method.unit, opacity=arguments.opacity
        )
    )
    if arguments.raw:
        np.save(arguments.raw, attribution.values)
    shown = f"{label} against {against}" if against else label
    print(f"{arguments.out}: {title} for {shown} ({probability_text(attribution.probability)})")
    notes = map_notes_of(model.network, method.name)
    for note in (*notes, *([NEED_NO_LAYER] if notes else ())):
        print(f"note: {note}")
    if place := place_of(attribution.values, lungs):
        print(f"evidence for {label}: {place_sentence(place)}")
    print_notes(film.notes, film.warnings)


def explain_report(arguments: Arguments) -> None:
    """Measure how far the heatmaps of each model by each method can be trusted."""
    from xray_core.evaluation.intervals import words_for
    from xray_core.explain.methods import get_method
    from xray_core.quality.report import METHODS_MEASURED, N_FILMS, report, store_report
    from xray_core.quality.thresholds import MEASURES

    runs = _runs(arguments)
    methods = tuple(dict.fromkeys(arguments.method or METHODS_MEASURED))
    for name in methods:
        get_method(name)
    with Progress("read") as progress:
        manifest = _scan(arguments, progress)
    load_tensorflow()
    with Progress("measure") as progress:
        found = report(
            runs, manifest, methods, n_films=arguments.films or N_FILMS, progress=progress
        )
    for run in runs:
        store_report(run, found[run.id])
    if arguments.json:
        print_json(found)
        return
    for run in runs:
        for row in found[run.id]:
            print(f"{run.id}, {row['method']}: {row['films']} films, {row['flat']} flat maps")
            for name, entry in row["measures"].items():
                title = MEASURES[name].title if name in MEASURES else name
                word = f"  {entry['word']}" if "word" in entry else ""
                print(f"    {title:28} {words_for(entry, dash=' to '):25}{word}")


def maps(arguments: Arguments) -> None:
    """Compute the maps of all test films, keep them with the run, and report what stands out."""
    from xray_core.explain.stored import compute_maps, films_to_test, write_maps
    from xray_core.patterns.findings import find_patterns
    from xray_core.patterns.model import learn_patterns
    from xray_core.runs.store import TEST_MAPS, open_run

    run = open_run(arguments.run, arguments.models_dir)
    with Progress("scan") as progress:
        films = films_to_test(run, _scan(arguments, progress))
    load_tensorflow()
    with Progress("explain") as progress:
        stored = compute_maps(run, films, progress)
    write_maps(run.path / TEST_MAPS, stored)
    print(f"{TEST_MAPS}: {len(stored.film_ids)} films")
    for finding in find_patterns([learn_patterns(run.title, stored)]):
        print(finding.words)


def _runs(arguments: Arguments) -> "tuple[Run, ...]":
    """The runs that were named, each once."""
    from xray_core.runs.store import open_run

    opened = [open_run(ref, arguments.models_dir) for ref in arguments.run]
    return tuple({run.id: run for run in opened}.values())


def _scan(arguments: Arguments, progress: Callable[[int, int], None]) -> "Manifest":
    """The films of all data sets that were named with --data."""
    from xray_core.data.records import combine_manifests
    from xray_core.data.scan import scan

    return combine_manifests(
        scan(
            path,
            reader=arguments.reader,
            one_finding=arguments.one_finding,
            progress=progress,
        )
        for path in arguments.data
    )


def _known_class(run: "Run", name: str | None) -> str:
    """The class of that name; empty where none is given."""
    label = unify_label(name) if name else ""
    if label and label not in run.classes:
        raise ExplainError(
            "The model does not know that class.",
            where=name or "",
            fix=f"Choose one of: {', '.join(run.classes)}.",
        )
    return label


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


def bench(arguments: Arguments) -> int:
    """Measure speed, as ratios within one run, and memory; decode damaged files."""
    from inspect import signature

    from xray_core.benchmarks.registry import BENCHMARKS, WITHOUT_NETWORKS, has_failed
    from xray_core.explain.methods import get_method

    measure = BENCHMARKS[arguments.what]
    given: dict[str, Any] = {}
    names = {"network": "networks", "method": "methods", "films": "n_films"}
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
