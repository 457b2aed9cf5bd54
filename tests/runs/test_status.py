import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from xray_core.errors import RunError, TrainingError
from xray_core.files import write_json
from xray_core.runs import status
from xray_core.runs.side_files import read_object
from xray_core.runs.status import ACTIVE, STATES, StatusFile, read_status
from xray_core.runs.store import STATUS


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_folder_without_status_says_nothing(tmp_path: Path) -> None:
    assert read_status(tmp_path) == {}


def test_a_training_in_this_process_lives(tmp_path: Path) -> None:
    file = StatusFile(tmp_path)
    file.update(state="training", epoch=2, now=True)
    content = read_status(tmp_path)
    assert (content["state"], content["epoch"], content["pid"]) == ("training", 2, os.getpid())
    assert content["heartbeat"].endswith("+00:00")


def test_steps_are_not_written_more_than_once_a_second_but_a_new_state_is(tmp_path: Path) -> None:
    file = StatusFile(tmp_path)
    file.update(state="training", step=1, now=True)
    file.update(step=2)
    assert read_object(tmp_path / STATUS)["step"] == 1
    assert file.content["step"] == 2
    file.update(state="evaluating")
    assert read_object(tmp_path / STATUS)["state"] == "evaluating"
    assert read_object(tmp_path / STATUS)["step"] == 2
    file.update(step=3, now=True)
    assert read_object(tmp_path / STATUS)["step"] == 3


@pytest.mark.parametrize("state", sorted(ACTIVE))
def test_a_training_whose_process_is_gone_was_interrupted(tmp_path: Path, state: str) -> None:
    write_json(tmp_path / STATUS, {"state": state, "pid": dead_pid(), "pid_started": 1.0})
    assert read_status(tmp_path)["state"] == "interrupted"


def test_a_process_id_in_use_again_is_another_process(tmp_path: Path) -> None:
    started = psutil.Process().create_time()
    write_json(
        tmp_path / STATUS,
        {"state": "training", "pid": os.getpid(), "pid_started": started - 3600},
    )
    assert read_status(tmp_path)["state"] == "interrupted"


def shifted_clock(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """As after a step of the clock: Linux then gives another time of boot."""
    true_time = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: true_time(self) + seconds)


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="Linux alone counts ticks")
@pytest.mark.parametrize("seconds", [-86_400, -3, 3, 86_400])
def test_a_step_of_the_clock_ends_no_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    StatusFile(tmp_path).update(state="training", now=True)
    shifted_clock(monkeypatch, seconds)
    assert read_status(tmp_path)["state"] == "training"
    before = read_object(tmp_path / STATUS)
    write_json(tmp_path / STATUS, before | {"pid_ticks": before["pid_ticks"] - 1})
    assert read_status(tmp_path)["state"] == "interrupted", "another process of that id"


def test_a_status_of_an_earlier_version_is_known_by_its_time(tmp_path: Path) -> None:
    file = StatusFile(tmp_path)
    file.content.pop("pid_ticks", None)
    file.update(state="training", now=True)
    assert read_status(tmp_path)["state"] == "training"


@pytest.mark.parametrize(
    "content",
    [
        {"state": "training"},
        {"state": "training", "pid": "none", "pid_started": 1.0},
        {"state": "training", "pid": None, "pid_started": None},
        {"state": "training", "pid": -5, "pid_started": 1.0},
    ],
)
def test_a_status_without_a_believable_process_was_interrupted(
    tmp_path: Path, content: dict[str, object]
) -> None:
    write_json(tmp_path / STATUS, content)
    assert read_status(tmp_path)["state"] == "interrupted"


@pytest.mark.parametrize("state", ["finished", "stopped", "failed"])
def test_an_end_stays_an_end(tmp_path: Path, state: str) -> None:
    write_json(tmp_path / STATUS, {"state": state, "pid": dead_pid(), "pid_started": 1.0})
    assert read_status(tmp_path)["state"] == state
    assert state in STATES


def test_a_users_mistake_is_told_in_its_three_parts(tmp_path: Path) -> None:
    StatusFile(tmp_path).fail(TrainingError("No film.", where="val", fix="Add some."))
    content = read_status(tmp_path)
    assert content["state"] == "failed"
    assert content["error"] == {"what": "No film.", "where": "val", "fix": "Add some."}


def test_a_defect_of_ours_names_its_kind_but_not_its_words(tmp_path: Path) -> None:
    StatusFile(tmp_path).fail(OSError("/srv/patients/7.png"))
    error = read_status(tmp_path)["error"]
    assert "OSError" in error["what"]
    assert "/srv" not in str(error)


def test_a_damaged_status_is_named(tmp_path: Path) -> None:
    (tmp_path / STATUS).write_text("{")
    with pytest.raises(RunError) as caught:
        read_status(tmp_path)
    assert caught.value.where == tmp_path.name


def test_a_heart_beats_while_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "HEARTBEAT_SECONDS", 0.02)
    with StatusFile(tmp_path) as file:
        file.update(state="evaluating", now=True)
        write_json(tmp_path / STATUS, {"state": "evaluating"})
        end = time.monotonic() + 5
        while "heartbeat" not in read_object(tmp_path / STATUS) and time.monotonic() < end:
            time.sleep(0.01)
        assert read_object(tmp_path / STATUS)["pid"] == os.getpid()
    time.sleep(0.1)
    (tmp_path / STATUS).unlink()
    time.sleep(0.1)
    assert not (tmp_path / STATUS).exists(), "it beats after the end"


@pytest.mark.parametrize(("seconds", "state"), [(30, "training"), (3600, "interrupted")])
def test_a_heart_that_has_not_beaten_for_long_stands_still(
    tmp_path: Path, seconds: int, state: str
) -> None:
    file = StatusFile(tmp_path)
    file.update(state="training", now=True)
    beat = time.monotonic() - seconds  # a clock that stands still while the machine sleeps
    write_json(tmp_path / STATUS, file.content | {"beat": beat})
    assert read_status(tmp_path)["state"] == state


def test_a_run_that_waits_has_no_process(tmp_path: Path) -> None:
    write_json(tmp_path / STATUS, {"state": "waiting"})
    assert read_status(tmp_path)["state"] == "waiting"


def test_a_failure_that_cannot_be_written_raises_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = StatusFile(tmp_path)

    def full(path: Path, content: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(status, "write_json", full)
    file.fail(TrainingError("The disk is full."))
    assert file.content["state"] == "failed"
