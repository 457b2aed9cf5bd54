import pytest
import streamlit as st

from pages.ui.shared.progress import progress_bar

Shown = list[tuple[float, str] | None]


class Bar:
    """Takes the place of Streamlit's, and records what it shows; None once it is gone."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown

    def progress(self, share: float, words: str = "") -> "Bar":
        self.shown.append((share, words))
        return self

    def empty(self) -> "Bar":
        self.shown.append(None)
        return self


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    found: Shown = []
    monkeypatch.setattr(st, "progress", Bar(found).progress)
    monkeypatch.setattr(st, "empty", lambda: Bar(found))
    return found


def words(done: int, total: int) -> str:
    return f"{done} of {total}"


def test_a_bar_follows_a_task_and_is_gone_at_its_end(shown: Shown) -> None:
    with progress_bar(words, "Loading") as show:
        show(1, 4)
        show(9, 4)
        show(3, 0)
    steps = [(0.0, "Loading"), (0.25, "1 of 4"), (1.0, "9 of 4"), (0.0, "3 of 0")]
    assert shown == [*steps, None]


def test_without_first_words_nothing_is_shown_until_something_is_done(shown: Shown) -> None:
    with progress_bar(words) as show:
        assert shown == []
        show(2, 4)
    assert shown == [(0.5, "2 of 4"), None]


def test_an_error_ends_the_bar_and_passes_through(shown: Shown) -> None:
    with pytest.raises(OSError, match="full"), progress_bar(words, "Loading"):
        raise OSError("full")
    assert shown == [(0.0, "Loading"), None]
