import logging
import time
from pathlib import Path

import pytest

from xray_core.console import StepProgress, describe_defect, load_tensorflow


def test_a_defect_is_told_without_any_path_of_this_machine(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such row") as caught:
        raise ValueError(f"no such row in '{tmp_path}/table.csv', nor in C:\\films\\a.png")
    words = describe_defect(caught.value)
    assert "tests/test_console.py:" in words.splitlines()[0]
    assert words.splitlines()[-1] == "ValueError: no such row in '<path>', nor in <path>"
    assert str(tmp_path) not in words
    assert str(Path(__file__).parent.parent) not in words


def test_the_time_of_every_step_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.0, 3.0, 7.0, 7.5])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    work = iter([0.0, 2.0, 4.0, 5.0, 5.0])
    monkeypatch.setattr(time, "process_time", lambda: next(work))
    steps = StepProgress()
    with steps as progress:
        progress("reading", 1, 2)
        progress("reading", 2, 2)
        progress("looking", 1, 1)
    assert steps.seconds == {"reading": 3.0, "looking": 4.5}
    assert steps.processor_seconds == {"reading": 4.0, "looking": 1.0}


def test_a_layer_that_is_traced_anew_gives_no_warning(capfd: pytest.CaptureFixture[str]) -> None:
    load_tensorflow()
    logging.getLogger("tensorflow").warning("5 out of the last 9 calls triggered retracing")
    assert capfd.readouterr().err == ""
