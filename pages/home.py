"""Home: what this is, one film with its map, where to start. Opens without TensorFlow."""

import streamlit as st

from pages.ui.film.viewer import Facts, FilmMap, film_viewer
from pages.ui.home.doors import doors, questions
from pages.ui.home.last_work import last_work
from pages.ui.shared import session, visit
from pages.ui.shared.damage_note import TO_COMPARE, damage_note
from pages.ui.shared.frame import require_app
from pages.ui.shared.notices import errors_shown
from pages.ui.shared.pickers import answering_runs, run_title
from pages.ui.shared.places import PLACE
from pages.ui.shared.score_line import not_tested_line, score_line
from pages.ui.shared.words import plain
from xray_core.data.catalogue import DEMO_NAME, list_datasets
from xray_core.data.decoding.images import Film
from xray_core.data.labels import label_title
from xray_core.explain.demo import DEMO_FILMS, first_demo_film
from xray_core.explain.methods import METHODS
from xray_core.explain.shown import last_layer, map_title
from xray_core.runs.listing import list_runs

require_app()
damaged_files = st.container()  # looked for when the film is drawn

words, picture = st.columns([5, 6], gap="large", vertical_alignment="center")
with words:
    st.title("See what a chest X-ray classifier sees", anchor=False)
    st.html(
        '<p class="lead">ThoraxLens trains and compares networks that tell normal, bacterial, '
        "viral and COVID-19 chest films apart, and shows where on the film each network finds "
        "its evidence.</p>"
    )
    doors()

with picture:
    row = session.HOME_FILM.get() % len(DEMO_FILMS)
    with errors_shown():
        found = first_demo_film((run for run in list_runs() if run.finished), row)
        if found:
            shown, demo = found
            title = shown.title
            maps = [
                FilmMap(
                    item.evidence,
                    shown.id,
                    map_title(item.method, item.layer, last_layer(shown)),
                    item.label,
                    item.probability,
                    METHODS[item.method].unit,
                    model=title,
                )
                for item in demo.attributions
            ]
            label = label_title(demo.phantom.label)
            state = film_viewer(
                Film(demo.phantom.image),
                maps,
                Facts(
                    alt=f"Synthetic chest film, drawn as {label}",
                    caption=f"Synthetic film, drawn as {label}",
                    synthetic=True,
                    position=(row + 1, len(DEMO_FILMS)),
                    lungs=demo.phantom.lungs,
                    finding=demo.phantom.lesion,
                ),
                key="home",
                height_px=460,
            )
            if state.go_to is not None:
                session.HOME_FILM.put(state.go_to)
                st.rerun()
            st.page_link(
                PLACE["Explain"].file,
                label="Explain more synthetic films",
                icon=":material/arrow_forward:",
                query_params={visit.DATASET.name: DEMO_NAME},
            )
        else:
            st.info("There is no trained model yet. Train one to see its maps.")

with damaged_files:
    damage_note(TO_COMPARE)
st.divider()
last_work()
questions()
st.divider()
here, models = st.columns(2, gap="large")
with here:
    st.subheader("Data sets on this machine", anchor=False)
    with errors_shown():
        for dataset in list_datasets():
            st.markdown(f"- {plain(dataset.title)}")
    st.page_link("pages/dataset.py", label="Browse the films or add a data set")
with models:
    st.subheader("Models on this machine", anchor=False)
    for run in answering_runs():
        with errors_shown():
            st.markdown(f"- {plain(run_title(run))}  \n  {score_line(run)}")
    not_tested_line(answering_runs())
    st.page_link("pages/train.py", label="Train a model")
