"""Explain: films of a data set, and where each model finds its evidence on them."""

from pathlib import PurePosixPath

import streamlit as st

from pages.ui.explain.facts import label_line
from pages.ui.explain.film_walk import FilmWalk
from pages.ui.explain.gallery import TRUST, apply_filter, film_table, filter_bar, pick_film
from pages.ui.film.closer_look import Around, closer_look
from pages.ui.film.panel import Attributions
from pages.ui.film.picked import Picked, pick_map
from pages.ui.film.side_by_side import side_by_side
from pages.ui.shared import session
from pages.ui.shared.cache import (
    answer_words,
    explained_films,
    measured_map,
    seen_films,
    thumbnails,
)
from pages.ui.shared.damage_note import TO_ANSWER, damage_note
from pages.ui.shared.frame import require_app
from pages.ui.shared.manifests import manifest_of
from pages.ui.shared.notices import empty_state, errors_shown, page_header
from pages.ui.shared.pickers import answering_runs, pick_dataset, pick_runs
from pages.ui.shared.words import plain
from xray_core.data.decoding.images import Film
from xray_core.evaluation.selection import select_films
from xray_core.explain.attribution import Attribution
from xray_core.quality.trust import Reading
from xray_core.runs.store import Run

THUMBNAIL_PX = 160
AMOUNTS = (96, 240, 960, 100_000)

require_app()
page_header("Explain", "Where on the film does each model find its evidence?")
damage_note(TO_ANSWER)
runs = answering_runs()
if not runs:
    empty_state(
        "Films with heatmaps will appear here",
        "There is no trained model on this machine yet.",
    )
    st.page_link("pages/train.py", label="Train a model")
    st.stop()

left, middle, how, right = st.columns([3, 4, 2, 2])
with left:
    dataset = pick_dataset()
with middle:
    chosen_runs = pick_runs(runs)
with how:
    method_here = st.container()
with right:
    most = st.selectbox(
        "Films",
        AMOUNTS,
        format_func=lambda most: "All" if most == AMOUNTS[-1] else f"Up to {most}",
        key="explain_most",
        persist_state="session",
        help="Films that the models have not been trained on come first.",
    )
if not chosen_runs:
    st.info("Choose at least one model.")
    st.stop()

with errors_shown():
    with method_here:
        picked = pick_map(chosen_runs, "explain")
    at_once = picked if picked.is_quick(chosen_runs) else Picked()  # of all films
    with st.container():  # progress bars appear here without moving the viewer
        manifest = select_films(
            manifest_of(dataset.name), [seen_films(run) for run in chosen_runs], most
        )
    if not manifest.records:
        empty_state("No film can be shown", "The data set has no readable films.")
        st.page_link("pages/dataset.py", label="See its problems")
        st.stop()
    with st.container(), st.spinner("Running the models"):
        explained = [explained_films(run, manifest, *at_once.of(run)) for run in chosen_runs]
    table = film_table(manifest, chosen_runs, explained)
    unlabelled = ("",) if manifest.maps_only else ()
    wanted = filter_bar((*manifest.classes, *unlabelled), len(chosen_runs))
    if wanted.trust != TRUST[0]:
        table["word"] = answer_words(chosen_runs[0], manifest, *at_once.of(chosen_runs[0]))
    rows = apply_filter(table, wanted)
    if rows.empty:
        empty_state("No film matches", "Choose other classes, another outcome, or a wider range.")
        st.stop()

    place = min(session.EXPLAIN_PLACE.get(), len(rows) - 1)
    films = thumbnails(manifest, THUMBNAIL_PX)
    chosen = pick_film(rows, films, explained[0], chosen_runs[0], place)
    if chosen is not None and chosen != place:
        session.EXPLAIN_PLACE.put(chosen)
        st.rerun()

    row = rows.iloc[place]
    walk = FilmWalk(manifest, chosen_runs, explained, rows, dataset.is_demo, picked)
    film, attributions, facts = walk.at(place)

    def go(wanted: int) -> None:
        session.EXPLAIN_PLACE.put(min(max(wanted, 0), len(rows) - 1))

    def measure(run: Run, item: Attribution) -> tuple[Reading, ...]:
        of_item = (item.label, item.method, item.layer)
        return measured_map(run, manifest, str(row["id"]), *of_item)

    def head(_shown: Attributions) -> None:
        label_line(manifest.by_id[str(row["id"])])
        details = [row["source"], f"patient {row['patient']}" if row["patient"] else ""]
        st.caption(plain(" · ".join(part for part in details if part)))
        if dataset.is_demo:
            st.caption("Synthetic film, drawn from a seed.")
        if row["seen"]:
            st.warning(
                "The first model was trained on this film or patient: its answer proves nothing.",
                icon=":material/history:",
            )
        if chosen_runs[0].is_own:
            st.caption("It is not known which films the first model was trained on.")

    def below(shown_film: Film, shown: Attributions, warning: str) -> None:
        stem = PurePosixPath(row["path"]).stem + ("-what-if" if warning else "")
        side_by_side(shown_film, chosen_runs, shown, stem, "grid", warning=warning)

    closer_look(
        film,
        chosen_runs,
        attributions,
        facts,
        Around(measure, go, head, below),
        "explain",
        label=str(row["label"]),
        ahead=walk.neighbours(place),
    )
