from pages.ui.shared.places import PLACE
from pages.ui.shared.tour import KEYS, STEPS


def test_the_tour_has_five_steps_each_about_a_page() -> None:
    assert len({step.page for step in STEPS}) == len(STEPS) == 5
    assert {step.page for step in STEPS} <= PLACE.keys()


def test_every_key_is_listed_once() -> None:
    assert len(dict(KEYS)) == len(KEYS)
    assert "?" in dict(KEYS)
