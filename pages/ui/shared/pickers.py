"""Choosing a data set and models, the same on every page."""

from collections import Counter
from collections.abc import Iterable, Mapping

import streamlit as st

from pages.ui.shared import session, visit
from pages.ui.shared.damage_note import TO_ANSWER, TO_COMPARE, without
from xray_core.data.catalogue import Dataset, list_datasets
from xray_core.errors import RunError
from xray_core.jobs.job import read_job
from xray_core.runs.listing import list_runs
from xray_core.runs.store import Run


def run_title(run: Run) -> str:
    """The display name: its own or the network's, initialisation, and when it was trained."""
    origin = "shipped" if run.shipped else f"{run.config.created[:16].replace('T', ' ')}"
    start = run.initialisation
    start = f"from {start}" if start.startswith("file ") else run.origin
    start = f"{run.network_title}, {start}" if run.name else start
    return f"{run.title} · {start} · {origin}"


def start_words(initialisation: str) -> str:
    """Where a training starts, for a sentence.

    >>> start_words("ImageNet")
    'starts from ImageNet'
    >>> start_words("random")
    'starts from random weights'
    """
    return f"starts from {initialisation}{' weights' if initialisation.endswith('random') else ''}"


def run_titles(runs: Iterable[Run]) -> dict[str, str]:
    """Run id -> title; identical titles get the end of their run id."""
    titles = {run.id: run_title(run) for run in runs}
    counts = Counter(titles.values())
    return {
        run_id: title if counts[title] == 1 else f"{title} · {run_id[-4:]}"
        for run_id, title in titles.items()
    }


def datasets_of(run: Run) -> tuple[Dataset, ...]:
    """The data sets that a run was trained, or a registered model tested, on; as far as known."""
    try:
        paths = set(read_job(run).data)
    except RunError:  # it was trained elsewhere: only the names are known
        paths = set()
    known = run.config.datasets
    if run.is_own and run.finished:
        known = run.scores().get("tested_on", ())
    names = {str(name) for name in known}
    return tuple(
        dataset
        for dataset in list_datasets()
        if (dataset.path.resolve() in paths if paths else names & _names_of(dataset))
    )


def finished_runs() -> tuple[Run, ...]:
    """Runs with scores; those whose scores are damaged are left out (see `damage_note`)."""
    return without((run for run in list_runs() if run.finished), TO_COMPARE)


def answering_runs() -> tuple[Run, ...]:
    """Runs that can predict: those with scores, and registered models.

    Those that cannot, because a file they need is damaged, are left out.
    """
    return without(
        (run for run in list_runs() if run.finished or (run.is_own and run.weights_path.is_file())),
        TO_ANSWER,
    )


def pick_dataset(more: tuple[Dataset, ...] = ()) -> Dataset:
    """A data set of this machine, or one of `more`; the demo films are always there."""
    datasets = {dataset.name: dataset for dataset in (*list_datasets(), *more)}
    _keep_choice(list(datasets))
    name = st.selectbox(
        "Data set",
        list(datasets),
        format_func=lambda name: datasets[name].title,
        key=visit.DATASET.name,
        persist_state="session",
        bind="query-params",
    )
    return datasets[name]


def pick_runs(
    runs: tuple[Run, ...],
    key: str = "runs",
    most: int = 4,
    default: int = 1,
    *,
    title: str = "Models",
    help: str | None = None,
) -> tuple[Run, ...]:
    """Models to choose; the first `default` are chosen until the visitor chooses.

    Streamlit writes titles into the address; ids of runs, as the command line takes them, are
    understood there as well.
    """
    titles = run_titles(runs)
    by_id = {run.id: run for run in runs}
    linked = _ids_of_address(key, by_id, most)
    chosen = st.multiselect(
        title,
        list(by_id),
        default=None if linked else list(by_id)[:default],
        format_func=lambda run_id: titles[run_id],
        max_selections=most,
        key=key,
        persist_state="session",
        bind="query-params",
        wrap=True,
        help=help,
    )
    return tuple(by_id[run_id] for run_id in chosen)


def _ids_of_address(key: str, known: Mapping[str, Run], most: int) -> bool:
    """Choose the runs that a link names by their ids, before the visitor has; whether it did."""
    named = dict.fromkeys(name for name in st.query_params.get_all(key) if name in known)
    if not named or session.widget(key).is_kept:
        return False
    session.widget(key).put(list(named)[:most])
    return True


def _keep_choice(names: list[str]) -> None:
    """The chosen data set follows the visitor from page to page, as long as it exists."""
    chosen, before = visit.DATASET, visit.DATASET_BEFORE
    if chosen.is_kept and chosen.get() not in names:
        chosen.forget()  # the Dataset page alone knows films that were dropped there
    if not chosen.is_kept and before.get() in names:
        chosen.put(before.get())
    if chosen.get() in names:
        before.put(chosen.get())


def _names_of(dataset: Dataset) -> set[str]:
    """How a run may name a data set: by its name here, or by its folder."""
    folder = dataset.path.parent if dataset.path.is_file() else dataset.path
    return {dataset.name, folder.name}
