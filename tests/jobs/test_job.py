from collections.abc import Callable
from pathlib import Path

import pytest

from xray_core.errors import RunError
from xray_core.jobs.job import Job, job_path, read_job, record_job
from xray_core.runs.store import Run


def test_a_job_comes_back_with_whole_paths(
    make_run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run()
    monkeypatch.chdir(tmp_path)
    Path("mine.npz").touch()
    record_job(run.path, Job((Path("films"),), True, "", "mine.npz", "small_cnn", 0.3))
    job = read_job(run)
    whole = str(tmp_path / "mine.npz")
    assert job == Job((tmp_path / "films",), True, "", whole, "small_cnn", 0.3)
    record_job(run.path, Job((Path("films"),), one_finding=True, readings=Path("read.csv")))
    assert read_job(run) == Job(
        (tmp_path / "films",), one_finding=True, readings=tmp_path / "read.csv"
    )
    record_job(run.path, Job((Path("films"),), weights="imagenet"))
    assert read_job(run).weights == "imagenet"


def test_the_run_folder_knows_nothing_of_it(make_run: Callable[..., Run], tmp_path: Path) -> None:
    run = make_run()
    before = sorted(run.path.iterdir())
    record_job(run.path, Job((tmp_path,)))
    assert sorted(run.path.iterdir()) == before
    assert job_path(run.path).parent.parent == run.path.parent


@pytest.mark.parametrize("content", [None, "{", "{}", '{"data": ["a"], "wings": 2}'])
def test_a_run_of_another_machine_says_so(make_run: Callable[..., Run], content: str) -> None:
    run = make_run()
    if content is not None:
        job_path(run.path).parent.mkdir()
        job_path(run.path).write_text(content)
    with pytest.raises(RunError, match="are not known on this machine") as caught:
        read_job(run)
    assert "--data" in caught.value.fix
    assert read_job(run, (Path("films"),)) == Job((Path("films"),))


def test_films_that_were_moved_take_the_place_of_the_old_ones(
    make_run: Callable[..., Run], tmp_path: Path
) -> None:
    run = make_run()
    record_job(run.path, Job((tmp_path / "old",), reader="kermany"))
    assert read_job(run, (tmp_path / "new",)) == Job((tmp_path / "new",), reader="kermany")
