import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from xray_core.data.records import Manifest
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
from xray_core.runs.status import ACTIVE, StatusFile, read_status
from xray_core.runs.store import JOBS, LOG, STATUS, WEIGHTS, Run, open_run
from xray_core.runs.trash import restore_run
from xray_core.settings import PROJECT_DIR, Settings
from xray_core.training.config import TrainingConfig, config_from
from xray_core.training.train import train

PATIENCE_SECONDS = 150
TINY = TrainingConfig("small_cnn", epochs=3, image_size_px=32, batch_size=8, seed=3)


@pytest.fixture
def started(settings: Settings) -> Iterator[list[str]]:
    """Ids of runs that the test started; their processes are ended after it."""
    run_ids: list[str] = []
    yield run_ids
    for run in waiting_runs():
        drop_waiting(run)
    for run_id in run_ids:
        status = read_status(settings.models_dir / run_id)
        if status.get("state") in ACTIVE:
            os.kill(status["pid"], signal.SIGKILL)


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Instead of a process, a status as if this one trained; the ids in their order."""
    run_ids: list[str] = []

    def launch(run_dir: Path) -> None:
        StatusFile(run_dir).update(state="training", now=True)
        run_ids.append(run_dir.name)

    monkeypatch.setattr(jobs, "launch", launch)
    return run_ids


def end(run_id: str) -> None:
    StatusFile(open_run(run_id).path).update(state="finished", now=True)


def wait_for(run: Run, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The status once it is as wanted; fails with the log of the process if it never is."""
    latest = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < latest:
        status = read_status(run.path)
        if wanted(status):
            return status
        if status["state"] in ("failed", "interrupted"):
            break
        time.sleep(0.1)
    pytest.fail(f"{read_status(run.path)}\n{read_log(run)}")


def names(runs: tuple[Run, ...]) -> list[str]:
    return [run.id for run in runs]


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


@pytest.mark.slow
@pytest.mark.long
def test_a_training_runs_in_a_process_of_its_own_until_it_is_stopped(
    films_dir: Path, started: list[str]
) -> None:
    config = TrainingConfig("small_cnn", epochs=1000, patience=1000, image_size_px=32, batch_size=8)
    started.append(add_training([films_dir], config))
    run = open_run(started[0])
    assert run.config.datasets == ("synthetic",)
    assert names(active_runs()) == [run.id]
    process = psutil.Process(read_status(run.path)["pid"])
    process_nice = process.nice()
    assert process_nice >= 10  # it gives way to the page
    started.append(add_training([films_dir], TINY))
    assert names(waiting_runs()) == started[1:]

    wait_for(run, lambda status: status.get("epoch", 0) >= 2)
    request_stop(run)
    wait_for(run, lambda status: status["state"] == "stopped")
    stopped = open_run(run.id)
    assert stopped.finished
    assert stopped.classes == ("normal", "bacterial", "viral", "covid")
    assert 1 <= len(stopped.history()) < 1000
    assert str(films_dir) not in read_log(stopped)

    second = open_run(started[1])  # its turn comes by itself
    status = wait_for(second, lambda status: status["state"] != "waiting")
    with contextlib.suppress(psutil.NoSuchProcess):
        assert psutil.Process(status["pid"]).nice() == process_nice
    wait_for(second, lambda status: status["state"] == "finished")
    assert len(second.history()) == 3
    assert waiting_runs() == ()


@pytest.mark.slow
@pytest.mark.long
def test_a_training_that_was_killed_resumes_to_the_same_weights(
    films_dir: Path, films: Manifest, started: list[str], tmp_path: Path
) -> None:
    n = 16  # some seconds more than it takes to see the third epoch and to kill it
    config = TrainingConfig("small_cnn", epochs=n, patience=n, image_size_px=32, batch_size=8)
    started.append(add_training([films_dir], config))
    run = open_run(started[0])
    status = wait_for(run, lambda status: status.get("epoch", 0) >= 3)
    os.kill(status["pid"], signal.SIGKILL)
    psutil.Process(status["pid"]).wait(10)
    assert read_status(run.path)["state"] == "interrupted"
    assert active_runs() == ()
    whole = len(run.history())
    assert 2 <= whole < n

    resume_training(open_run(run.id))
    wait_for(run, lambda status: status["state"] == "finished")
    resumed = open_run(run.id)
    assert resumed.history()["epoch"].tolist() == list(range(1, n + 1))
    assert f"resuming after epoch {whole}" in read_log(resumed)
    never_killed = train(films, config, tmp_path / "run", echo=lambda line: None)
    with np.load(resumed.path / WEIGHTS) as found, np.load(never_killed.path / WEIGHTS) as expected:
        for name in expected.files:
            np.testing.assert_array_equal(found[name], expected[name], err_msg=name)


@pytest.mark.slow
def test_a_job_whose_films_are_not_there_says_so_in_its_status(
    tmp_path: Path, started: list[str]
) -> None:
    started.append(add_training([tmp_path / "nowhere"], TINY))
    run = open_run(started[0])
    latest = time.monotonic() + PATIENCE_SECONDS
    while read_status(run.path)["state"] in ACTIVE and time.monotonic() < latest:
        time.sleep(0.1)
    status = read_status(run.path)
    assert status["state"] == "failed"
    assert status["error"]["where"] == "nowhere"
    assert "Traceback" not in read_log(run)
    assert can_resume(run)


@pytest.mark.slow
@pytest.mark.long
def test_a_full_disk_ends_it_with_a_clear_error_and_leaves_other_runs_alone(
    films_dir: Path, make_run: Callable[..., Run], settings: Settings
) -> None:
    earlier = make_run()
    before = (earlier.path / "config.json").read_bytes()

    def limit() -> None:  # as on a full disk, every file ends after half a megabyte
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))

    words = ["--network", "small_cnn", "--epochs", "2", "--image-size", "32", "--batch-size", "8"]
    result = subprocess.run(
        [sys.executable, "-m", "xray_core", "train", "--data", str(films_dir), *words],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        preexec_fn=limit,
        check=False,
    )
    assert result.returncode == 2, result.stderr
    assert result.stderr.strip().splitlines()[-1].startswith("error: The disk is full.")
    assert "Traceback" not in result.stderr
    (run_dir,) = (path for path in settings.models_dir.glob("2*") if path != earlier.path)
    status = read_status(run_dir)
    assert (status["state"], status["error"]["what"]) == ("failed", "The disk is full.")
    assert not list(run_dir.glob("*.part*"))
    assert can_resume(open_run(run_dir))
    assert (earlier.path / "config.json").read_bytes() == before
