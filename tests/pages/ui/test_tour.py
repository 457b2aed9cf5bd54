from pages.ui.home.tour import STEPS
from pages.ui.shared.places import PLACE


def test_the_tour_has_five_steps_each_about_a_page() -> None:
    assert len({step.page for step in STEPS}) == len(STEPS) == 5
    assert {step.page for step in STEPS} <= PLACE.keys()
