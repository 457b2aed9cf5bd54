import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from tests.jobs.queued import TINY, end, names
from xray_core.errors import RunError
from xray_core.files import write_json
from xray_core.jobs import queue as jobs
from xray_core.jobs.job import Job, read_job, record_job
from xray_core.jobs.queue import (
    active_runs,
    add_training,
    can_resume,
    drop_waiting,
    move_waiting,
    read_log,
    request_stop,
    resume_training,
    start_waiting,
    stop_requested,
    take_over,
    waiting_runs,
)
from xray_core.runs.status import StatusFile, read_status
from xray_core.runs.store import JOBS, LOG, STATUS, Run, open_run
from xray_core.runs.trash import restore_run
from xray_core.settings import PROJECT_DIR, Settings
from xray_core.training.config import TrainingConfig, config_from


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Instead of a process, a status as if this one trained; the ids in their order."""
    run_ids: list[str] = []

    def launch(run_dir: Path) -> None:
        StatusFile(run_dir).update(state="training", now=True)
        run_ids.append(run_dir.name)

    monkeypatch.setattr(jobs, "launch", launch)
    return run_ids


def test_one_runs_and_the_others_wait_for_their_turn(
    launched: list[str], settings: Settings, tmp_path: Path
) -> None:
    first, second, third = (add_training([tmp_path], TINY) for _ in range(3))
    assert launched == names(active_runs()) == [first]
    assert names(waiting_runs()) == [second, third]
    assert read_status(open_run(second).path)["state"] == "waiting"
    assert start_waiting() is None
    end(first)
    assert start_waiting() == second
    assert names(waiting_runs()) == [third]
    end(second)
    assert (start_waiting(), start_waiting()) == (third, None)
    assert launched == [first, second, third]


def test_the_order_can_be_changed(launched: list[str], settings: Settings, tmp_path: Path) -> None:
    _, *waiting = (add_training([tmp_path], TINY) for _ in range(4))
    a, b, c = waiting
    for run_id, places, expected in (
        (c, -1, [a, c, b]),
        (c, -5, [c, a, b]),
        (c, 1, [a, c, b]),
        (a, 9, [c, b, a]),
        (launched[0], -1, [c, b, a]),
    ):
        move_waiting(open_run(run_id), places)
        assert names(waiting_runs()) == expected


def test_a_run_that_waits_can_be_dropped_and_brought_back(
    launched: list[str], settings: Settings, tmp_path: Path
) -> None:
    first, second, third = (add_training([tmp_path], TINY) for _ in range(3))
    drop_waiting(open_run(second))
    assert names(waiting_runs()) == [third]
    restore_run(second)
    assert names(waiting_runs()) == [second, third]
    with pytest.raises(RunError, match="no longer waiting"):
        drop_waiting(open_run(first))
    assert names(active_runs()) == [first]


def test_what_goes_on_comes_before_what_is_new(
    launched: list[str], make_run: Callable[..., Run], tmp_path: Path
) -> None:
    first, second = (add_training([tmp_path], TINY) for _ in range(2))
    broken = make_run()
    write_json(broken.path / STATUS, {"state": "training", "pid": 2**22 + 1, "pid_started": 1.0})
    assert not can_resume(broken)  # nobody knows its films
    with pytest.raises(RunError, match="cannot be resumed here"):
        resume_training(broken)
    record_job(broken.path, Job((tmp_path,)))
    resume_training(broken)
    assert names(waiting_runs()) == [broken.id, second]
    assert not can_resume(open_run(first))


@pytest.mark.parametrize("state", ["stopped", "failed"])
def test_a_training_that_ended_before_its_time_can_go_on(
    launched: list[str], make_run: Callable[..., Run], tmp_path: Path, state: str
) -> None:
    run = make_run()
    record_job(run.path, Job((tmp_path,)))
    write_json(run.path / STATUS, {"state": state})
    request_stop(run)
    resume_training(run)
    assert launched == [run.id]
    assert not stop_requested(run.path)


def test_a_process_that_no_longer_answers_is_ended_first(
    launched: list[str], make_run: Callable[..., Run], tmp_path: Path
) -> None:
    run = make_run()
    record_job(run.path, Job((tmp_path,)))
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    silent = {
        "state": "training",
        "pid": process.pid,
        "pid_started": psutil.Process(process.pid).create_time(),
        "beat": time.monotonic() - 3600,
    }
    write_json(run.path / STATUS, silent)
    assert active_runs() == ()
    resume_training(run)
    assert not psutil.pid_exists(process.pid)
    assert launched == [run.id]


def test_a_process_that_does_something_else_by_now_is_left_alone(
    launched: list[str], make_run: Callable[..., Run], tmp_path: Path
) -> None:
    """A notebook in which a training was stopped, say."""
    run = make_run()
    record_job(run.path, Job((tmp_path,)))
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        started = psutil.Process(process.pid).create_time()
        write_json(
            run.path / STATUS, {"state": "stopped", "pid": process.pid, "pid_started": started}
        )
        resume_training(run)
        assert process.poll() is None
        process.kill()


def test_what_runs_in_this_process_no_longer_waits(
    launched: list[str], settings: Settings, tmp_path: Path
) -> None:
    first, second = (add_training([tmp_path], TINY) for _ in range(2))
    run = open_run(second)
    request_stop(run)
    take_over(run)
    assert not stop_requested(run.path)
    assert waiting_runs() == ()
    assert set(names(active_runs())) == {first, second}
    end(first)
    end(second)
    assert start_waiting() is None
    for run_id in (first, second):
        with pytest.raises(RunError, match="nothing to resume"):
            take_over(open_run(run_id))


def test_a_queue_that_cannot_be_written_says_so_and_leaves_nothing_behind(
    settings: Settings, tmp_path: Path
) -> None:
    assert start_waiting() is None
    assert not settings.models_dir.exists()  # looking changes nothing
    settings.models_dir.mkdir()
    (settings.models_dir / JOBS).write_text("a file, not a folder")
    with pytest.raises(RunError, match="queue of trainings cannot be used"):
        add_training([tmp_path], TINY)
    assert [path.name for path in settings.models_dir.iterdir()] == [JOBS]


def test_two_that_come_by_at_once_start_one(settings: Settings, tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from xray_core.jobs import queue as jobs\n"
        "from xray_core.runs.status import StatusFile\n"
        "def launch(run_dir):\n"
        "    time.sleep(0.5)\n"
        "    StatusFile(run_dir).update(state='training', now=True)\n"
        "jobs.launch = launch\n"
        "while time.time() < float(sys.argv[2]): pass\n"
        "print(jobs.start_waiting(Path(sys.argv[1])))\n"
        "time.sleep(2)"
    )
    folder = settings.models_dir / JOBS
    folder.mkdir(parents=True)
    write_json(folder / "queue.json", {"waiting": []})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "start_waiting", lambda models_dir: None)
        ids = [add_training([tmp_path], TINY) for _ in range(2)]
    words = [sys.executable, "-c", code, str(settings.models_dir), str(time.time() + 2)]
    both = [
        subprocess.Popen(words, cwd=PROJECT_DIR, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = {process.communicate()[0].strip() for process in both}
    assert answers == {ids[0], "None"}
    assert names(waiting_runs()) == [ids[1]]


def test_the_settings_come_back_from_the_run_folder(
    launched: list[str], settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "mine.npz").write_bytes(b"1")
    config = TrainingConfig(
        "xception", weights=str(tmp_path / "mine.npz"), epochs=7, seed=11, schedule="plateau"
    )
    run = open_run(add_training([tmp_path], config))
    assert str(tmp_path) not in (run.path / "config.json").read_text()
    job = read_job(run)
    assert config_from(run.config.content, job.weights) == config
    assert asdict(config)["weights"] == job.weights


def test_damaged_status_of_an_old_run_blocks_nothing(make_run: Callable[..., Run]) -> None:
    run = make_run()
    (run.path / STATUS).write_text("{", encoding="utf-8")
    assert active_runs() == ()
    assert not can_resume(run)


def test_a_stop_request_is_seen_by_the_training(make_run: Callable[..., Run]) -> None:
    run = make_run()
    assert not stop_requested(run.path)
    request_stop(run)
    assert stop_requested(run.path)


def test_the_log_is_its_end_and_of_a_progress_bar_the_last_state(
    make_run: Callable[..., Run],
) -> None:
    run = make_run()
    assert read_log(run) == ""
    (run.path / LOG).write_bytes(b"one\n10 %\r50 %\r100 %\nthree\n\xff\n")
    assert read_log(run) == "one\n100 %\nthree\n\N{REPLACEMENT CHARACTER}"
    assert read_log(run, lines=2) == "three\n\N{REPLACEMENT CHARACTER}"
