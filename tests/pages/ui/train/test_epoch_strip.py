"""The strip of maps over epochs: which films and epochs, and where their pixels come from."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pages.ui.train.epoch_strip import (
    chosen_epochs,
    chosen_rows,
    film_pixels,
    strip_table,
)
from xray_core.data.catalogue import add_dataset
from xray_core.data.records import Manifest, film_code
from xray_core.errors import RunError
from xray_core.explain.epochs import read_epochs
from xray_core.jobs.job import Job, record_job
from xray_core.runs.store import EPOCH_MAPS, HISTORY, Run

MakeRun = Callable[..., Run]


def keep_maps(run: Run, film_ids: list[str], labels: list[str], n_epochs: int) -> Path:
    """Maps that are bright in one corner, and probabilities that rise from epoch to epoch."""
    path = run.path / EPOCH_MAPS
    path.parent.mkdir(exist_ok=True)
    maps = np.zeros((n_epochs, len(film_ids), 2, 4, 4), np.float16)
    maps[..., 0, 0] = 1
    p = np.linspace(0.05, 0.95, n_epochs)[:, None, None]
    np.savez_compressed(
        path,
        film_ids=np.array(film_ids),
        labels=np.array(labels),
        epochs=np.arange(1, n_epochs + 1),
        maps=maps,
        probabilities=np.broadcast_to(p, maps.shape[:3]).astype(np.float16),
    )
    return path


def test_two_films_a_class_or_all_of_one() -> None:
    labels = ("covid", "normal", "covid", "covid")
    assert chosen_rows(labels, "") == [1, 0, 2]
    assert chosen_rows(labels, "covid") == [0, 2, 3]


@pytest.mark.parametrize("n", [1, 8, 9, 100])
def test_first_and_last_epoch_are_always_shown(n: int) -> None:
    places = chosen_epochs(n)
    assert (places[0], places[-1]) == (0, n - 1)
    assert len(places) == len(set(places)) == min(n, 8)


def test_a_film_is_a_row_and_an_epoch_a_column(make_run: MakeRun) -> None:
    run = make_run()
    keep_maps(run, ["one", "two"], ["normal", "covid"], 3)
    record = read_epochs(run.path / EPOCH_MAPS, 2)
    assert record is not None
    table = strip_table(run, record, [0, 1], "")
    assert table.count("<tr>") == 1 + 2
    assert re.findall(r"<th>(.*?)</th>", table) == ["film", "epoch 1", "epoch 2", "epoch 3"]
    assert re.findall(r">(0\.\d\d)<", table) == ["0.05", "0.50", "0.95"] * 2
    assert "alt='After epoch 3: probability 0.95'" in table
    assert "These films are not on this machine: their maps are drawn on black." in table


def test_phases_are_named_where_there_are_several(make_run: MakeRun) -> None:
    run = make_run()
    (run.path / HISTORY).write_text(
        "epoch,phase,loss,accuracy,val_loss,val_accuracy\n"
        "1,head,1,0.5,1,0.5\n2,fine-tuning,1,0.5,1,0.5\n"
    )
    keep_maps(run, ["one"], ["normal"], 2)
    record = read_epochs(run.path / EPOCH_MAPS, 2)
    assert record is not None
    assert "epoch 2<br>fine-tuning" in strip_table(run, record, [0], "")


def test_films_are_found_by_what_they_are_not_by_their_names(
    make_run: MakeRun, films_dir: Path, films: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    import streamlit as st

    monkeypatch.setattr(st, "session_state", {"manifests": {"clinic": films}})
    code = film_code(films.records[0])
    run = make_run(datasets=[films_dir.name])
    assert film_pixels(run, (code,)) == {}, "no data set of this machine holds it"
    add_dataset(films_dir, "clinic")
    found = film_pixels(run, (code, "unknown"))
    assert list(found) == [code]
    assert found[code].shape == (112, 112)
    assert film_pixels(make_run(datasets=["elsewhere"]), (code,)) == {}
    started_by_command = make_run(datasets=["elsewhere"])
    record_job(started_by_command.path, Job((films_dir,)))
    assert list(film_pixels(started_by_command, (code,))) == [code]


def test_damaged_maps_are_named(make_run: MakeRun) -> None:
    run = make_run()
    path = keep_maps(run, ["one"], ["normal"], 1)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(RunError, match=r"epochs\.npz"):
        read_epochs(path, 2)
    keep_maps(run, ["one"], ["normal"], 1)
    with pytest.raises(RunError, match="do not fit"):
        read_epochs(path, 3)
