from datetime import date

import pytest

from pages.ui.film import pair
from pages.ui.opinion import prior_panel
from pages.ui.opinion.prior_panel import days_words
from tests.pages.conftest import OpenPage
from tests.pages.test_second_opinion import words
from xray_core.data.decoding.images import encode_png
from xray_core.data.phantom import make_phantom
from xray_core.data.same_patient import Visit
from xray_core.runs.store import Run

VISITS = {
    "new.png": Visit("p", date(2024, 3, 31)),
    "older.png": Visit("p", date(2023, 1, 1)),
    "old.png": Visit("p", date(2024, 3, 1)),
    "later.png": Visit("p", date(2024, 4, 1)),
    "other.png": Visit("q", date(2024, 2, 1)),
}


def test_the_time_between_two_films_is_said_in_days() -> None:
    own = VISITS["new.png"]
    assert days_words(VISITS["old.png"], own) == "The prior film was taken 30 days before this one."
    assert days_words(VISITS["later.png"], own).endswith("1 day after this one.")
    assert days_words(own, own) == "Both films were taken on the same day."
    assert days_words(Visit("p"), own) == ""


@pytest.mark.usefixtures("no_shipped")
def test_the_last_film_of_the_same_patient_stands_beside_the_new_one_or_the_one_that_is_chosen(
    open_page: OpenPage, own_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[pair.PairFilm, pair.PairFilm]] = []
    monkeypatch.setattr(prior_panel, "film_pair", lambda *films, key: shown.append(films))
    monkeypatch.setattr(prior_panel, "visit", lambda file: VISITS[file.name])
    page = open_page("second_opinion")
    films = [
        (name, encode_png(make_phantom("normal", seed, size_px=128).image), "image/png")
        for seed, name in enumerate(VISITS)
    ]
    page.file_uploader[0].set_value(films).run()
    assert not page.exception
    prior, own = shown[-1]
    assert (prior.title, prior.note) == ("Prior: old.png", "2024-03-01")
    assert (own.title, own.note) == ("This film: new.png", "2024-03-31")
    assert "30 days before" in words(page)
    (choice,) = [box for box in page.selectbox if box.label == "Prior film of this patient"]
    assert choice.options[1:4] == [
        f"{name} (same patient by its tags)" for name in ("older.png", "old.png", "later.png")
    ]
    choice.select_index(4).run()
    assert not page.exception
    assert shown[-1][0].title == "Prior: other.png"
    assert "name two patients" in words(page)
    choice.select_index(0).run()
    assert len(shown) == 2
