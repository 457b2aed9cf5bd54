"""Which maps the Patterns page shows: stored ones of test films, or those of a data set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.patterns.cache import films_of_test, patterns_of
from pages.ui.shared import session
from pages.ui.shared.cache import classifier_of
from pages.ui.shared.manifests import manifest_of
from pages.ui.shared.notices import empty_state, errors_shown, show_error
from pages.ui.shared.pickers import datasets_of, run_titles
from pages.ui.shared.theme import RUN_LETTERS
from pages.ui.shared.words import count, films, plain
from xray_core.data.catalogue import DEMO_NAME, list_datasets
from xray_core.data.records import Manifest, Record, film_code
from xray_core.errors import RunError, XrayError
from xray_core.evaluation.selection import select_films
from xray_core.explain.shown import kept_title, map_shown
from xray_core.explain.stored import is_old, maps_path, write_maps
from xray_core.patterns.model import ModelPatterns
from xray_core.runs.store import TEST_MAPS, Run
from xray_core.wording import join

KEPT = ""
MOST_FILMS = 400
"""Films of a data set that are explained on the page, where they are not a whole test split."""


@dataclass(frozen=True)
class Wanted:
    """Maps that one run needs.

    Attributes:
        run: the run.
        films: to explain.
        path: where their maps are kept.
    """

    run: Run
    films: Manifest
    path: Path


def pick_films(runs: Sequence[Run]) -> str:
    """`KEPT`, or the name of a data set."""
    titles = {KEPT: "Test films of each model"} | {
        dataset.name: dataset.title for dataset in list_datasets()
    }
    if session.PATTERNS_FILMS.get() not in titles:
        kept = any((run.path / TEST_MAPS).is_file() for run in runs)
        session.PATTERNS_FILMS.put(KEPT if kept else DEMO_NAME)
    return str(
        st.selectbox(
            "Films",
            list(titles),
            format_func=titles.__getitem__,
            key=session.PATTERNS_FILMS.name,
            persist_state="session",
            help="A training stores the maps of its test films when it ends. From a data set, only "
            "films that the model has not seen in training are used.",
        )
    )


def kept_patterns(runs: Sequence[Run]) -> tuple[ModelPatterns, ...]:
    """What is known of runs from their own test films; says which have none."""
    names = model_names(runs)
    found = {run.id: patterns_of(run.path / TEST_MAPS, run.classes, names[run.id]) for run in runs}
    missing = [names[run.id] for run in runs if not found[run.id]]
    if len(missing) == len(runs):
        empty_state(
            "What the models have learnt will appear here",
            "The maps of their test films have not been computed yet, or cannot be read.",
            "Compute them on the demo films",
            on_click=_choose_demo,
        )
        st.caption(
            "For a model's own test films, choose their data set above or run: "
            "`python -m xray_core maps --run RUN --data DATA`"
        )
    elif missing:
        st.caption(
            f"Left out, as the maps of their test films are not stored: {plain(join(missing))}. "
            "Choose a data set above or run: `python -m xray_core maps --run RUN --data DATA`"
        )
    _note_old(runs, found)
    return tuple(model for run in runs if (model := found[run.id]))


def dataset_patterns(runs: Sequence[Run], name: str) -> tuple[ModelPatterns, ...]:
    """What is known of runs from films of a data set; a button computes what is missing."""
    names = model_names(runs)
    with st.container():  # holds its progress bar, so that what follows does not move
        manifest = manifest_of(name)
    wanted = []
    for run in runs:
        with errors_shown():  # a model trained on all films is refused, the others continue
            wanted.append(_wanted(run, manifest))
    found = {
        item.run.id: patterns_of(item.path, item.run.classes, names[item.run.id]) for item in wanted
    }
    runs = [item.run for item in wanted]
    old = {run.id for run in _note_old(runs, found)}
    missing = [item for item in wanted if not found[item.run.id] or item.run.id in old]
    if missing:
        place = st.empty()
        if session.PATTERNS_COMPUTE.take():
            if _compute(missing, names, place):
                st.rerun()
        else:
            some = len(missing) < len(wanted)
            with place.container():
                empty_state(
                    f"Maps of {plain(_amount(missing, names))} are missing or old"
                    if some
                    else "What the models have learnt will appear here",
                    f"To compute: the maps of {_amount(missing, names)} on "
                    f"{films(max(len(item.films.records) for item in missing))}.",
                    "Compute the maps",
                    on_click=_start,
                )
    return tuple(model for run in runs if (model := found.get(run.id)))


def _note_old(runs: Sequence[Run], found: Mapping[str, ModelPatterns | None]) -> list[Run]:
    """Say which maps are not those that their run shows today; they are shown all the same."""
    old = []
    for run in runs:
        model = found[run.id]
        if model and is_old(run, model.stored):
            old.append(run)
            made = kept_title(model.stored.method, model.stored.layer)
            st.warning(
                f"**{plain(model.name)}: these maps are old.** They were computed with "
                f"{plain(made)}; the model now shows {plain(kept_title(*map_shown(run)))}. Compute "
                "again: choose their data set above, or run "
                "`python -m xray_core maps --run RUN --data DATA`",
                icon=":material/history:",
            )
    return old


def model_names(runs: Sequence[Run]) -> dict[str, str]:
    """Run id -> a name that is short and, among these runs, unique: its title, or with a letter."""
    titles = [run.title for run in runs]
    return {
        run.id: run.title if titles.count(run.title) == 1 else f"{run.title} {letter}"
        for run, letter in zip(runs, RUN_LETTERS, strict=False)
    }


def films_at_hand(
    runs: Sequence[Run], name: str, models: Sequence[ModelPatterns]
) -> dict[str, tuple[Manifest, Record]]:
    """Film code -> its record, as far as the films of the maps are found on this machine."""
    codes = {film_id for model in models for film_id in model.stored.film_ids}
    names = [name] if name else list({item.name: 0 for run in runs for item in datasets_of(run)})
    found: dict[str, tuple[Manifest, Record]] = {}
    for dataset in names:
        try:
            manifest = manifest_of(dataset)
        except XrayError:  # the Dataset page says what is wrong with it
            continue
        for record in manifest.usable.records:
            if (code := film_code(record)) in codes:
                found.setdefault(code, (manifest, record))
    return found


def model_line(runs: Sequence[Run], models: Sequence[ModelPatterns]) -> str:
    """Which model has which name, and over how many films its maps were studied."""
    titles = run_titles(runs)
    by_name = {model.name: model for model in models}
    lines = []
    for run_id, name in model_names(runs).items():
        if name in by_name:
            full = titles[run_id]
            known_as = full if full.startswith(f"{name} ·") else f"{name}: {full}"
            lines.append(f"{plain(known_as)}, {films(len(by_name[name].films))}")
    return "  \n".join(lines)


def _choose_demo() -> None:
    session.PATTERNS_FILMS.put(DEMO_NAME)
    _start()


def _start() -> None:
    """Before the next run, so that the button is gone while the maps are computed."""
    session.PATTERNS_COMPUTE.put(True)


def _amount(missing: Sequence[Wanted], names: dict[str, str]) -> str:
    return plain(join([names[item.run.id] for item in missing]))


def _wanted(run: Run, manifest: Manifest) -> Wanted:
    tested = films_of_test(run, manifest)
    path = maps_path(run, tested)
    if path != run.path / TEST_MAPS and len(tested.records) > MOST_FILMS:
        tested = select_films(tested, [], MOST_FILMS)
        path = maps_path(run, tested)
    return Wanted(run, tested, path)


def _compute(missing: Sequence[Wanted], names: dict[str, str], place: DeltaGenerator) -> bool:
    """Compute and store maps under one progress bar; False after an error, which is shown."""
    total = sum(len(item.films.records) for item in missing)
    before, right = 0, True
    for item in missing:
        n, name = len(item.films.records), names[item.run.id]
        place.progress(before / total, f"{plain(name)}: loading")

        def show(done: int, _: int, before: int = before, n: int = n, name: str = name) -> None:
            words = f"{plain(name)}: {count(done)} of {films(n)} explained"
            place.progress((before + done) / total, words)

        try:
            model = classifier_of(item.run)
            write_maps(item.path, model.explain_films(item.films, progress=show, lungs=True))
        except XrayError as error:
            show_error(error)
            right = False
        except OSError:
            show_error(
                RunError(
                    "The maps could not be saved.",
                    where=item.run.id,
                    fix="Check the free disk space and the permission to write there.",
                )
            )
            right = False
        before += n
    place.empty()
    return right
