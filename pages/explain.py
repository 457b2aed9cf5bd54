"""Explain: films of a data set, and where each model finds its evidence on them."""

from pathlib import PurePosixPath

import streamlit as st

from pages.ui.explain.address import choose_film, film_from_address, film_to_address
from pages.ui.explain.bar import control_line
from pages.ui.explain.facts import answer_line, label_line
from pages.ui.explain.filling import filling_line, filling_of, films_at_hand
from pages.ui.explain.film_list import pick_film
from pages.ui.explain.film_walk import FilmWalk
from pages.ui.explain.gallery import (
    apply_filter,
    film_table,
    filter_bar,
    filter_chips,
    first_place,
)
from pages.ui.film.closer_look import Around, closer_look
from pages.ui.film.panel import Attributions
from pages.ui.film.picked import Picked, pick_map
from pages.ui.film.side_by_side import side_by_side
from pages.ui.shared import session
from pages.ui.shared.cache import (
    judged_answers,
    measured_map,
    seen_films,
    small_film_of,
)
from pages.ui.shared.damage_note import TO_ANSWER, damage_note
from pages.ui.shared.frame import require_app
from pages.ui.shared.manifests import manifest_of
from pages.ui.shared.notices import empty_state, errors_shown
from pages.ui.shared.pickers import answering_runs
from pages.ui.shared.words import plain
from xray_core.arrays import UInt8Array
from xray_core.data.decoding.images import Film
from xray_core.evaluation.selection import select_films
from xray_core.explain.attribution import Attribution
from xray_core.quality.trust import Reading
from xray_core.runs.store import Run

THUMBNAIL_PX = 160

require_app()
damage_note(TO_ANSWER)
runs = answering_runs()
if not runs:
    st.title("Explain", anchor=False)
    empty_state(
        "Films with heatmaps will appear here",
        "There is no trained model on this machine yet.",
    )
    st.page_link("pages/train.py", label="Train a model")
    st.stop()

bar = control_line(runs)
dataset, chosen_runs = bar.dataset, bar.runs
if not chosen_runs:
    st.info("Choose at least one model.")
    st.stop()

with errors_shown():
    with bar.method:
        picked = pick_map(chosen_runs, "explain", bar.drawer)
    at_once = picked if picked.is_quick(chosen_runs) else Picked()  # of all films
    with st.container():  # progress bars appear here without moving the viewer
        manifest = select_films(
            manifest_of(dataset.name), [seen_films(run) for run in chosen_runs], bar.most
        )
    if not manifest.records:
        empty_state("No film can be shown", "The data set has no readable films.")
        st.page_link("pages/dataset.py", label="See its problems")
        st.stop()
    with st.container(), st.spinner("Running the models"):
        fillings = [filling_of(run, manifest, *at_once.of(run)) for run in chosen_runs]
        explained, waiting = films_at_hand(chosen_runs, fillings, manifest)
        n_shown = min(filling.n_done for filling in fillings)
    for error in {str(filling.error): filling.error for filling in fillings}.values():
        if error:
            with errors_shown():
                raise error
    there = [(run, one) for run, one in zip(chosen_runs, explained, strict=True) if one]
    listed_runs, answers = tuple(run for run, _ in there), [one for _, one in there]
    table = film_table(manifest, listed_runs, answers)
    unlabelled = ("",) if manifest.maps_only else ()
    with bar.drawer:
        wanted = filter_bar((*manifest.classes, *unlabelled), len(chosen_runs))
    filter_chips(wanted)
    if wanted.judges:
        judged = judged_answers(manifest, answers[0])[: len(table)]
        table["word"], table["inside"] = zip(*judged, strict=True)
    rows = apply_filter(table, wanted)
    listed = len(answers[0].film_ids) == len(manifest.records)
    if rows.empty:
        filling_line(fillings, n_shown, listed=listed)
        empty_state("No film matches", "Choose other classes, another outcome, or a wider range.")
        st.stop()

    film_from_address()
    place = first_place(rows)

    def go(wanted: int) -> None:
        choose_film(str(rows["code"].iloc[min(max(wanted, 0), len(rows) - 1)]))

    def small(record_id: str) -> UInt8Array:
        return small_film_of(manifest.path_of(manifest.by_id[record_id]), THUMBNAIL_PX)

    with st.container(key="explain_body"):
        side, large = st.columns([1, 9])
    with side:
        filling_line(fillings, n_shown, listed=listed)
        chosen = pick_film(rows, small, answers[0], listed_runs, place)
    if chosen is not None and chosen != place:
        go(chosen)
        st.rerun()

    row = rows.iloc[place]
    session.EXPLAIN_FILM.put(str(row["code"]))
    film_to_address()
    walk = FilmWalk(manifest, chosen_runs, explained, rows, dataset.is_demo, picked, waiting)
    film, attributions, facts = walk.at(place)

    def measure(run: Run, item: Attribution) -> tuple[Reading, ...]:
        of_item = (item.label, item.method, item.layer)
        return measured_map(run, manifest, str(row["id"]), *of_item)

    def head(shown: Attributions) -> None:
        label_line(manifest.by_id[str(row["id"])])
        answer_line(chosen_runs, shown, str(row["label"]))
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
        side_by_side(shown_film, chosen_runs, shown, stem, "grid", warning=warning, is_folded=True)

    with large:
        closer_look(
            film,
            chosen_runs,
            attributions,
            facts,
            Around(
                measure,
                go,
                head,
                below,
                fills=True,
                sheet=lambda: walk.sheet(place, session.EXPLAIN_MARKED.get()),
                named=(str(row["code"]), dataset.name),
            ),
            "explain",
            label=str(row["label"]),
            ahead=walk.neighbours(place),
        )
