"""What tests of commands share."""

import signal
from collections.abc import Iterator

import pytest

from xray_core.opinion.gate.result import GateResult


@pytest.fixture
def open_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The films are tiny drawings, which the gate may stop by their looks."""
    monkeypatch.setattr("xray_core.opinion.gate.check", lambda film, facts: GateResult())


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """`train` takes over the signals of its process; here that is pytest's."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
