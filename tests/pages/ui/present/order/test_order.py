"""What the browser says of a slide that was dragged."""

from typing import Any

import pytest

from pages.ui.present import order
from pages.ui.present.order import handle_html, ordered_by_hand


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ({"number": 3, "place": 0}, (3, 0)),
        ({"number": 3.0, "place": 2.0}, (3, 2)),
        (None, None),
        ({"number": "3", "place": 0}, None),
        ({"place": 0}, None),
    ],
)
def test_a_move_is_read_where_it_is_one(
    monkeypatch: pytest.MonkeyPatch, sent: Any, wanted: tuple[int, int] | None
) -> None:
    monkeypatch.setattr(order, "_component", lambda **_: {"moved": sent})
    assert ordered_by_hand([1, 2, 3]) == wanted


def test_a_title_is_text_in_the_handle() -> None:
    assert '"><b>' not in handle_html('"><b>bold')
    assert "Move “Film 1”" in handle_html("Film 1")
