import gc
import weakref
from collections.abc import Iterator

import pytest

from pages.ui.shared.garbage import MANY, keep_out_of_garbage, shorten_garbage_search


class Node:
    """Something that holds on to itself, so that only the search for garbage can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.freeze()


def test_what_is_there_is_no_longer_looked_at() -> None:
    kept = Node()
    keep_out_of_garbage()
    assert gc.get_freeze_count() > 10_000
    assert not any(item is kept for item in gc.get_objects())


@pytest.mark.long
def test_what_went_meanwhile_is_freed_the_next_time() -> None:
    node = Node()
    gone = weakref.ref(node)
    keep_out_of_garbage()
    del node
    gc.collect()
    assert gone() is not None
    keep_out_of_garbage()
    assert gone() is None


def test_only_where_much_has_come_it_is_kept_out() -> None:
    keep_out_of_garbage()
    before = gc.get_freeze_count()
    few = [Node() for _ in range(100)]
    shorten_garbage_search()
    assert gc.get_freeze_count() <= before
    many = [Node() for _ in range(MANY)]
    shorten_garbage_search()
    assert gc.get_freeze_count() > before + MANY
    assert len(gc.get_objects()) < MANY
    assert len(few) + len(many) == MANY + 100
