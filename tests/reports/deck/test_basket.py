"""Slides that were collected: their order, their cases, and the deck of them."""

import pytest

from xray_core.reports.deck.basket import Basket, added, deck_of, edited, moved, moved_to, without
from xray_core.reports.deck.content import Deck, Slide


@pytest.fixture
def basket() -> Basket:
    made: Basket = ()
    for name in "abcd":
        made = added(made, Slide(name, f"notes of {name}", footer=f"runs of {name}"))
    return made


def order(basket: Basket) -> str:
    return "".join(item.slide.title for item in basket)


def in_case(basket: Basket, number: int, case: str) -> Basket:
    item = next(item for item in basket if item.number == number)
    return edited(basket, number, title=item.slide.title, notes=item.slide.notes, case=case)


def test_a_note_stands_before_the_notes_of_the_slide() -> None:
    (item,) = added((), Slide("a", "notes"), "say this")
    assert item.slide.notes == "say this\nnotes"


def test_numbers_stay_when_others_are_removed(basket: Basket) -> None:
    left = without(basket, 2)
    assert [item.number for item in left] == [1, 3, 4]
    assert added(left, Slide("e", ""))[-1].number == 5


def test_slides_move_a_place_and_stop_at_the_ends(basket: Basket) -> None:
    assert order(moved(basket, 3, -1)) == "acbd"
    assert order(moved(basket, 3, 1)) == "abdc"
    assert order(moved(basket, 1, -1)) == order(moved(basket, 4, 1)) == "abcd"


def test_slides_of_a_case_stand_together_and_move_together(basket: Basket) -> None:
    grouped = in_case(in_case(basket, 1, "Case 1"), 4, " Case 1 ")
    assert order(grouped) == "adbc"
    assert order(moved(grouped, 4, -1)) == "dabc"
    assert order(moved(grouped, 4, 1)) == "badc"
    assert order(moved(grouped, 2, -1)) == "badc"


@pytest.mark.parametrize(
    ("number", "place", "wanted"),
    [
        (1, 3, "bcda"),
        (4, 0, "dabc"),
        (2, 1, "abcd"),
        (2, 2, "acbd"),
        (3, 9, "abdc"),
        (2, -1, "bacd"),
    ],
)
def test_a_slide_is_put_anywhere(basket: Basket, number: int, place: int, wanted: str) -> None:
    assert order(moved_to(basket, number, place)) == wanted


@pytest.mark.parametrize(
    ("number", "place", "wanted"),
    [
        (1, 1, "dabc"),  # within its case, alone
        (1, 3, "bcda"),  # the case goes along
        (2, 1, "badc"),  # past the case, not into it
        (3, 0, "cadb"),
    ],
)
def test_a_case_stays_together_wherever_its_slides_are_put(
    basket: Basket, number: int, place: int, wanted: str
) -> None:
    grouped = in_case(in_case(basket, 1, "Case"), 4, "Case")
    assert order(moved_to(grouped, number, place)) == wanted


def test_an_empty_title_leaves_the_old_one(basket: Basket) -> None:
    changed = edited(basket, 2, title=" ", notes="other", case="")
    assert changed[1].slide.title == "b"
    assert changed[1].slide.notes == "other"
    assert changed[0] is basket[0]


def test_the_deck_names_cases_and_keeps_the_footer_of_each_slide(basket: Basket) -> None:
    story = Deck((Slide("question", ""),), "runs of the story")
    deck = deck_of(in_case(basket, 1, "Case 1"), story)
    assert [slide.title for slide in deck.slides] == ["question", "Case 1: a", "b", "c", "d"]
    assert [slide.footer for slide in deck.slides] == ["", *(f"runs of {n}" for n in "abcd")]
    assert deck.footer == "runs of the story"
    assert "Research only" in deck_of(basket).footer
