import gc
import weakref
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from pages.ui.shared import kept_films
from pages.ui.shared.kept_films import KeptFilms
from xray_core.data.decoding.images import Film
from xray_core.errors import ImageReadError, XrayError
from xray_core.settings import settings_of_environment

MEGABYTE = 2**20


@pytest.fixture
def budget(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A session may keep 3 MB, all together 4; sessions of other tests do not count."""
    monkeypatch.setattr(kept_films, "_sessions", weakref.WeakSet[KeptFilms]())
    monkeypatch.setenv("XRAY_SESSION_MEGABYTES", "3")
    monkeypatch.setenv("XRAY_SESSIONS_MEGABYTES", "4")
    settings_of_environment.cache_clear()
    yield monkeypatch
    settings_of_environment.cache_clear()


class Decoder:
    """Draws films of 1 MB and counts how often."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __call__(self, key: str) -> Callable[[], Film]:
        def draw() -> Film:
            self.calls.append(key)
            return Film(np.full((512, 512), 0.5, np.float32))

        return draw


def see(kept: KeptFilms, decode: Decoder, keys: str) -> None:
    for key in keys:
        kept.film(key, decode(key))


def test_a_film_is_decoded_once_as_long_as_there_is_room(budget: pytest.MonkeyPatch) -> None:
    kept, decode = KeptFilms(), Decoder()
    see(kept, decode, "abcabc")
    assert decode.calls == ["a", "b", "c"]
    assert kept.n_bytes == 3 * MEGABYTE


def test_what_was_looked_at_longest_ago_goes_first(budget: pytest.MonkeyPatch) -> None:
    kept, decode = KeptFilms(), Decoder()
    see(kept, decode, "abca")  # b is now the oldest
    see(kept, decode, "d")
    assert kept.n_bytes == 3 * MEGABYTE
    see(kept, decode, "acd")
    assert decode.calls == ["a", "b", "c", "d"]
    see(kept, decode, "b")
    assert decode.calls[-1] == "b"


def test_all_sessions_together_have_a_budget_of_their_own(budget: pytest.MonkeyPatch) -> None:
    first, second, decode = KeptFilms(), KeptFilms(), Decoder()
    see(first, decode, "abc")
    see(second, decode, "xy")  # 5 MB: the oldest of the other session goes
    assert (first.n_bytes, second.n_bytes) == (2 * MEGABYTE, 2 * MEGABYTE)
    see(first, decode, "bc")
    assert decode.calls == [*"abcxy"]


def test_a_session_that_ends_leaves_room(budget: pytest.MonkeyPatch) -> None:
    first, second, decode = KeptFilms(), KeptFilms(), Decoder()
    see(first, decode, "abc")
    del first
    gc.collect()
    see(second, decode, "xyz")
    assert second.n_bytes == 3 * MEGABYTE


def test_a_film_larger_than_the_budget_is_shown_all_the_same(budget: pytest.MonkeyPatch) -> None:
    budget.setenv("XRAY_SESSION_MEGABYTES", "0.5")
    settings_of_environment.cache_clear()
    kept, decode = KeptFilms(), Decoder()
    see(kept, decode, "ab")
    assert kept.n_bytes == MEGABYTE


def test_an_error_is_kept_too() -> None:
    calls = []

    def fail() -> Film:
        calls.append(1)
        raise ImageReadError("damaged")

    kept = KeptFilms()
    assert [isinstance(kept.film("x", fail), XrayError) for _ in range(2)] == [True, True]
    assert len(calls) == 1


def test_files_have_room_within_both_budgets(budget: pytest.MonkeyPatch) -> None:
    first, second = KeptFilms(), KeptFilms()
    first.file_bytes = 2 * MEGABYTE
    assert first.has_room(MEGABYTE)
    assert not first.has_room(MEGABYTE + 1)
    assert second.has_room(2 * MEGABYTE)
    assert not second.has_room(2 * MEGABYTE + 1)
