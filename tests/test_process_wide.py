import threading
from collections.abc import Callable

import pytest

from xray_core.process_wide import WhileNeeded


class Switch:
    """A process-wide setting that remembers every change."""

    def __init__(self) -> None:
        self.value, self.changes = "off", 0

    def put(self) -> Callable[[], object]:
        self._set("on")
        return lambda: self._set("off")

    def _set(self, value: str) -> None:
        self.value, self.changes = value, self.changes + 1


def test_it_holds_inside_and_not_after_even_where_an_error_ends_it() -> None:
    switch = Switch()
    setting = WhileNeeded(switch.put)
    with setting:
        assert switch.value == "on"
    assert switch.value == "off"
    with pytest.raises(ValueError, match="inside"), setting:
        raise ValueError("inside")
    assert switch.value == "off"


def test_one_thread_that_leaves_does_not_take_it_from_another() -> None:
    switch = Switch()
    setting = WhileNeeded(switch.put)
    entered, may_leave = threading.Event(), threading.Event()

    def stay() -> None:
        with setting:
            entered.set()
            may_leave.wait(10)

    other = threading.Thread(target=stay)
    other.start()
    assert entered.wait(10)
    with setting:
        pass
    assert switch.value == "on"
    may_leave.set()
    other.join(10)
    assert (switch.value, switch.changes) == ("off", 2)
