"""The preview shows the film first, then what the training would make of it."""

from dataclasses import replace

import numpy as np

from pages.ui.train.augment_preview import N_FILMS, chosen_films, contact_sheet
from xray_core.data.records import Manifest


def test_the_film_stands_first_and_nothing_is_cut_off() -> None:
    film = np.full((40, 40), 200, np.uint8)
    variants = np.stack([np.full((40, 40), shade, np.uint8) for shade in (1, 2, 3, 4, 5)])
    sheet = contact_sheet(film, variants)
    assert sheet.shape == (81, 122)
    corners = [sheet[row, column] for row in (0, 80) for column in (0, 41, 82)]
    assert corners == [200, 1, 2, 3, 4, 5]
    assert sheet[0, 40] == 0


def test_every_draw_shows_films_of_two_classes(films: Manifest) -> None:
    first, second = chosen_films(films, 0), chosen_films(films, 1)
    assert len(first) == N_FILMS
    assert len({record.label for record in first}) == N_FILMS
    assert chosen_films(films, 0) == first, "the same films until another draw is asked for"
    assert first != second


def test_one_class_is_enough(films: Manifest) -> None:
    covid = films.where(lambda record: record.label == "covid")
    assert [record.label for record in chosen_films(covid, 0)] == ["covid"]


def test_films_for_maps_only_are_never_shown(films: Manifest) -> None:
    labelled = films.where(lambda record: record.label == "covid")
    boxed = replace(films.records[0], id="boxed", label="", boxes=((0.1, 0.1, 0.5, 0.5),))
    both = Manifest((boxed, *labelled.records), films.roots)
    assert [chosen_films(both, draw) for draw in range(5)] == [
        chosen_films(labelled, draw) for draw in range(5)
    ]
