import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.command_line import printed_json
from xray_core.cli import main
from xray_core.data.records import Manifest
from xray_core.errors import RunError
from xray_core.jobs import queue as jobs
from xray_core.jobs.job import read_job, record_job
from xray_core.runs.status import StatusFile, read_status
from xray_core.runs.store import LOG, Run, open_run
from xray_core.settings import Settings
from xray_core.training.config import TrainingConfig

Capture = pytest.CaptureFixture[str]
TRAIN = "xray_core.training.train.train"
TINY = TrainingConfig("small_cnn", epochs=2, image_size_px=32, batch_size=8, seed=3)


@pytest.fixture
def ended(films_dir: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run that was stopped by a page before its first epoch had ended."""

    def launch(run_dir: Path) -> None:
        StatusFile(run_dir).update(state="stopped", now=True)

    monkeypatch.setattr(jobs, "launch", launch)
    run = open_run(jobs.add_training([films_dir], TINY))
    jobs.request_stop(run)
    return run


@pytest.fixture
def next_started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where the next training was asked for."""
    asked: list[Path] = []
    monkeypatch.setattr(jobs, "start_waiting", asked.append)
    return asked


@pytest.mark.long
@pytest.mark.slow
def test_resume_starts_where_it_was_stopped_with_films_that_were_moved(
    ended: Run, films_dir: Path, tmp_path: Path, capsys: Capture
) -> None:
    moved = tmp_path / "moved" / films_dir.name
    shutil.copytree(films_dir, moved)
    assert main(["resume", "--run", ended.id, "--data", str(moved)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == ended.id
    assert read_status(ended.path)["state"] == "finished"
    assert open_run(ended.id).history()["epoch"].tolist() == [1, 2]
    assert main(["resume", "--run", ended.id]) == 2
    assert "nothing to resume" in capsys.readouterr().err


def test_films_that_are_gone_are_told_and_the_next_training_starts(
    ended: Run, next_started: list[Path], tmp_path: Path, capsys: Capture
) -> None:
    assert main(["resume", "--run", ended.id, "--data", str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err
    status = read_status(ended.path)
    assert (status["state"], status["error"]["where"]) == ("failed", "nowhere")
    assert next_started == [ended.path.parent]


@pytest.mark.parametrize(
    ("error", "words", "logged"),
    [
        (ValueError("no row 7 in /srv/films/a.png"), "An unexpected ValueError ended", True),
        (
            PermissionError(13, "Permission denied", "/srv/a.npz"),
            "Permission denied. | a.npz",
            False,
        ),
        (RunError("The run is no more."), "The run is no more.", False),
    ],
)
def test_an_error_is_one_line_and_a_defect_lies_in_the_log(
    ended: Run,
    next_started: list[Path],
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    words: str,
    logged: bool,
) -> None:
    def fail(*_: object, **__: object) -> Run:
        raise error

    monkeypatch.setattr(TRAIN, fail)
    assert main(["resume", "--run", ended.id]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {words}")
    assert "/srv" not in line
    log = ended.path / LOG
    assert log.is_file() == logged
    if logged:
        text = log.read_text(encoding="utf-8")
        assert "ValueError: no row 7 in <path>" in text
        assert "/srv" not in text
    assert len(next_started) == 1


@pytest.mark.parametrize(("number", "starts"), [(signal.SIGINT, 1), (signal.SIGTERM, 0)])
def test_a_machine_that_goes_down_starts_no_other_training(
    ended: Run,
    next_started: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    starts: int,
) -> None:
    def interrupted(*_: object, stop_requested: Callable[[], bool], **__: Any) -> Run:
        assert not stop_requested()
        os.kill(os.getpid(), number)
        assert stop_requested()
        return ended

    monkeypatch.setattr(TRAIN, interrupted)
    assert main(["resume", "--run", ended.id]) == 0
    assert len(next_started) == starts


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[Manifest]:
    """The films that reach a training, which itself is left out."""
    taken: list[Manifest] = []

    def train(manifest: Manifest, config: TrainingConfig, run_dir: Path, **_: Any) -> Any:
        taken.append(manifest)
        return SimpleNamespace(id=run_dir.name)

    monkeypatch.setattr(TRAIN, train)
    return taken


def test_options_on_films_reach_the_training(
    films_dir: Path, tmp_path: Path, trained: list[Manifest], capsys: Capture
) -> None:
    """`--one-finding` reads films with several findings, `--readings` denies labels."""
    rows = [line.split(",") for line in (films_dir / "index.csv").read_text().splitlines()[1:]]
    folder = tmp_path / "set"
    shutil.copytree(films_dir, folder)
    lines = [
        f"{'Cardiomegaly|Effusion' if n < 8 else row[0]},{row[1]}" for n, row in enumerate(rows)
    ]
    (folder / "index.csv").write_text("\n".join(("disease,image path", *lines)))
    covid = [row[1] for row in rows[8:] if row[0] == "covid"]
    readings = tmp_path / "readings.csv"
    readings.write_text("\n".join(("path,reading", *(f"set/{path},negative" for path in covid))))
    words = ["train", "--data", str(folder), "--network", "small_cnn"]
    words += ["--models-dir", str(tmp_path / "models")]

    assert main([*words, "--one-finding", "--readings", str(readings)]) == 0
    assert main(words) == 0

    told = capsys.readouterr().err
    assert f"readings of {len(covid)} films" in told
    with_options, without = trained
    assert Counter(record.label for record in with_options.usable.records)["cardiomegaly"] == 8
    assert len(without.problems) == 8
    denied = Counter(film.split for film in with_options.records if film.reading == "negative")
    assert set(denied) == {"", "test"}
    assert f"not trained on: {denied['']} whose reading denies their label" in told
    assert {film.split for film in without.records if film.label == "covid"} >= {"train", "test"}


def test_a_resumed_training_knows_its_readings(
    ended: Run, films_dir: Path, tmp_path: Path, trained: list[Manifest]
) -> None:
    path = (films_dir / "index.csv").read_text().splitlines()[4].split(",")[1]
    readings = tmp_path / "readings.csv"
    readings.write_text(f"path,reading\n{films_dir.name}/{path},negative\n")
    record_job(ended.path, replace(read_job(ended), readings=readings))

    assert main(["resume", "--run", ended.id]) == 0

    assert [film.path for film in trained[0].records if film.reading] == [path]


@pytest.mark.slow
def test_train_prints_the_run_id_last_and_keeps_a_log(
    films_dir: Path, tmp_path: Path, capsys: Capture
) -> None:
    words = ["train", "--data", str(films_dir), "--network", "small_cnn", "--epochs", "1"]
    words += ["--image-size", "32", "--batch-size", "8", "--no-augment", "--seed", "2"]
    assert main([*words, "--models-dir", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    run = open_run(lines[-1], tmp_path)
    assert run.finished
    assert read_status(run.path)["state"] == "finished"
    assert (run.config.content["augment"], run.config.seed, run.image_size_px) == (False, 2, 32)
    assert (run.path / LOG).read_text(encoding="utf-8").splitlines() == lines[:-1]


def test_the_queue_tells_what_waits(capsys: Capture, tmp_path: Path) -> None:
    assert main(["queue", "--models-dir", str(tmp_path), "--json"]) == 0
    assert printed_json(capsys) == {"active": [], "waiting": []}
    assert main(["queue", "--models-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out.strip() == "nothing is running and nothing is waiting"
