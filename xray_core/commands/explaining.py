"""Commands on one film or on maps: predict, explain, maps."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xray_core.arguments import (
    data_option,
    file_to_write,
    film_options,
    json_option,
    reader_option,
    run_options,
    share_of_one,
    takes,
)
from xray_core.commands.map_files import write_map
from xray_core.commands.opening import decoded, each_film, gate_of, scan_all
from xray_core.console import (
    Progress,
    gate_lines,
    load_tensorflow,
    print_answers,
    print_json,
    print_notes,
)
from xray_core.data.decoding.formats import READABLE
from xray_core.data.labels import unify_label
from xray_core.errors import DataError, ExplainError
from xray_core.evaluation.probability import probability_text

if TYPE_CHECKING:
    from xray_core.arrays import BoolArray
    from xray_core.classifier import Classifier
    from xray_core.data.decoding.images import Film
    from xray_core.explain.attribution import Attribution
    from xray_core.opinion.gate import GateResult
    from xray_core.runs.store import Run

Arguments = argparse.Namespace


def _predict_options(sub: Any) -> None:
    run_options(sub)
    sub.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help=f"{READABLE}, or ZIP archives of them"
    )
    film_options(sub)
    json_option(sub)


@takes(_predict_options)
def predict(arguments: Arguments) -> int:
    """Probabilities of every class for each file, and for each film in a ZIP archive."""
    from xray_core.classifier import open_model
    from xray_core.opinion.gate import GateResult
    from xray_core.reports.research import RESEARCH_ONLY
    from xray_core.runs.scope import scope_of
    from xray_core.runs.store import open_run

    run = open_run(arguments.run, arguments.models_dir)
    scope = scope_of(run) if arguments.json else None  # it reads the list of all training films
    load_tensorflow()
    model = open_model(run)
    answers: list[dict[str, Any]] = []
    for name, _, content in each_film(arguments.files):
        answer: dict[str, Any] = {"file": name, "run": run.id, "probabilities": None}
        answer |= {"scope": scope.met if scope else None}
        answer |= {"notes": [], "warnings": [], "error": None, "gate": GateResult().as_json()}
        try:
            film, data = decoded(content, name, arguments)
            answer |= {"notes": list(film.notes), "warnings": list(film.warnings)}
            gate = gate_of(film, data, name, arguments)
            answer["gate"] = gate.as_json()
            if gate.answered:
                found = model.predict(film)
                answer["probabilities"] = {label: round(value, 4) for label, value in found.items()}
        except DataError as error:
            answer["error"] = str(error)
        answers.append(answer)
    if arguments.json:
        print_json(answers)
    else:
        print_answers(answers)
        print(RESEARCH_ONLY, file=sys.stderr)
    return 2 if any(answer["error"] for answer in answers) else 0


def _explain_options(sub: Any) -> None:
    run_options(sub)
    sub.add_argument("--method", help="by default the run's; an unknown name lists them all")
    sub.add_argument("--layer", help="an unknown name lists some; A+B for a method that fuses")
    sub.add_argument("--class", dest="label", help="class to explain; by default the likeliest")
    sub.add_argument("--against", metavar="CLASS", help="class whose evidence is subtracted")
    sub.add_argument(
        "--out",
        type=file_to_write,
        required=True,
        help="file to write: .png, .tif, or .npy for the raw map",
    )
    sub.add_argument("--theme", choices=("light", "dark"), default="dark", help="of the picture")
    sub.add_argument("--raw", type=file_to_write, help="NPY file for the raw map")
    sub.add_argument("--opacity", type=share_of_one, default=0.6, help="of the heatmap, 0 to 1")
    sub.add_argument("--lungs", type=Path, metavar="MASK", help="lung mask of the film, for zones")
    sub.add_argument("file", type=Path, metavar="FILE")
    film_options(sub)
    json_option(sub)


@takes(_explain_options)
def explain(arguments: Arguments) -> None:
    """Write the heatmap of one class over one film, alone or against another class."""
    from xray_core.classifier import open_model
    from xray_core.data.decoding.images import read_file
    from xray_core.data.masks import load_mask
    from xray_core.explain.methods import get_method
    from xray_core.reports.map_picture import map_kind
    from xray_core.runs.store import open_run

    map_kind(arguments.out)
    run = open_run(arguments.run, arguments.models_dir)
    if arguments.method:
        get_method(arguments.method)
    label, against = _known_class(run, arguments.label), _known_class(run, arguments.against)
    name = arguments.file.name
    film, data = decoded(read_file(arguments.file), name, arguments)
    lungs = load_mask(arguments.lungs) if arguments.lungs else None
    load_tensorflow()
    gate = gate_of(film, data, name, arguments)
    if not gate.answered:
        _say_stopped(arguments, run, gate)
        return
    model = open_model(run)
    found = _attribution(model, film, arguments, label, against)
    write_map(arguments, run, film, found, gate.overridden_words)
    notes, place = _map_notes(model, found), _place_words(found, lungs)
    if arguments.json:
        keys = _explained_keys(arguments, run, found, [*notes, *film.notes])
        print_json(keys | {"gate": gate.as_json()})
        return
    print(f"{arguments.out}: {_explained_words(model, run, found)}")
    lines = [f"note: {note}" for note in notes]
    for line in (*lines, *place, *gate_lines(gate.as_json())):
        print(line)
    print_notes(film.notes, film.warnings)


def _say_stopped(arguments: Arguments, run: "Run", gate: "GateResult") -> None:
    """Say why there is no map of a film; no file is written."""
    head = {"file": arguments.file.as_posix(), "run": run.id, "out": None}
    if arguments.json:
        print_json(head | {"gate": gate.as_json()})
        return
    print(f"{arguments.file}: no map")
    for line in gate_lines(gate.as_json()):
        print(line)


def _attribution(
    model: "Classifier", film: "Film", arguments: Arguments, label: str, against: str
) -> "Attribution":
    """The map of a class, or of the likeliest, alone or against another class."""
    method = _method_of(model, arguments.method, compared=bool(against))
    if arguments.layer:
        _require_layers(model.chosen(method)[0], arguments.layer)
    asked = [label, *([against] if against else [])] if label else "likeliest"
    maps = model.explain(film, method, arguments.layer, asked)
    found = maps[label] if label else next(iter(maps.values()))
    if not against:
        return found
    if against not in maps:  # the likeliest class was not known before
        maps = model.explain(film, method, arguments.layer, [against])
    return found.against(maps[against])


def _method_of(model: "Classifier", named: str | None, *, compared: bool) -> str | None:
    """The method to explain by; None for the model's own.

    Grad-CAM takes its place where two classes are compared and its maps of them cannot be.
    """
    from xray_core.explain.explained import METHOD
    from xray_core.explain.methods import get_method

    if named or not compared or get_method(model.chosen()[0]).directed:
        return named
    return METHOD


def _require_layers(method: str, layer: str) -> None:
    """Stop where a layer is named for a method of the film, instead of passing it over."""
    from xray_core.explain.methods import METHODS, get_method

    entry = get_method(method)
    if not entry.of_layer:
        able = (item.name for item in METHODS.values() if item.of_layer)
        raise ExplainError(
            f"{entry.title} explains the film, at no layer.",
            where=layer,
            fix=f"Leave the layer out, or choose one of: {', '.join(able)}.",
        )


def _map_notes(model: "Classifier", found: "Attribution") -> tuple[str, ...]:
    """What the map leaves out, and which methods leave nothing out."""
    from xray_core.explain.methods import NEED_NO_LAYER

    notes = model.map_notes(found.method, found.layer or None)
    return (*notes, NEED_NO_LAYER) if notes else ()


def _place_words(found: "Attribution", lungs: "BoolArray | None") -> tuple[str, ...]:
    """Where the evidence lies, as a line; none where it lies nowhere in particular."""
    from xray_core.explain.zones import place_of, place_sentence

    place = place_of(found.values, lungs)
    return (f"the map of {found.label} {place_sentence(place)}",) if place else ()


def _explained_words(model: "Classifier", run: "Run", found: "Attribution") -> str:
    """What the map is of: method, layer where it is not the usual one, model, class."""
    from xray_core.explain.methods import get_method

    method = get_method(found.method)
    usual = "" if method.fused else model.layer
    at = f" at {found.layer}" if found.layer not in ("", usual) else ""
    shown = f"{found.label} against {found.versus}" if found.versus else found.label
    return (
        f"{method.title}{at} of {run.title} ({run.origin}) for {shown} "
        f"({probability_text(found.probability)})"
    )


def _explained_keys(
    arguments: Arguments, run: "Run", shown: "Attribution", notes: list[str]
) -> dict[str, Any]:
    return {
        "file": arguments.file.as_posix(),
        "run": run.id,
        "out": arguments.out.as_posix(),
        "method": shown.method,
        "layer": shown.layer,
        "class": shown.label,
        "against": shown.versus,
        "probability": round(shown.probability, 4),
        "unit": shown.unit,
        "notes": notes,
    }


def _maps_options(sub: Any) -> None:
    run_options(sub)
    data_option(sub, "folder of its test films")
    reader_option(sub)


@takes(_maps_options)
def maps(arguments: Arguments) -> None:
    """Compute the maps of all test films, keep them with the run, and report what stands out."""
    from xray_core.classifier import open_model
    from xray_core.explain.demo import store_demo_maps
    from xray_core.explain.shown import last_layer, map_title
    from xray_core.explain.stored import films_to_test, write_maps
    from xray_core.patterns.findings import find_patterns
    from xray_core.patterns.model import learn_patterns
    from xray_core.runs.store import DEMO_MAPS, TEST_MAPS, open_run

    run = open_run(arguments.run, arguments.models_dir)
    with Progress("scan") as progress:
        films = films_to_test(run, scan_all(arguments, progress))
    load_tensorflow()
    model = open_model(run)
    with Progress("explain") as progress:
        stored = model.explain_films(films, progress=progress, lungs=True)
    write_maps(run.path / TEST_MAPS, stored)
    if (run.path / DEMO_MAPS).is_file():  # so that Home shows the same kind of map
        store_demo_maps(run)
    title = map_title(stored.method, stored.layer, last_layer(run))
    print(f"{TEST_MAPS}: {title} of {len(stored.film_ids)} films")
    for finding in find_patterns([learn_patterns(run.title, stored)]):
        print(finding.words)


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
