import csv
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xray_core.data.records import Manifest, anonymise, with_splits
from xray_core.errors import TrainingError, WeightsError
from xray_core.explain.stored import read_maps
from xray_core.runs import store
from xray_core.runs.status import read_status
from xray_core.runs.store import Run
from xray_core.training import pipeline
from xray_core.training.checkpoint import Checkpoint
from xray_core.training.config import TrainingConfig
from xray_core.training.train import train


def weights_of(run: Run) -> dict[str, np.ndarray]:
    with np.load(run.path / store.WEIGHTS) as file:
        return dict(file)


def test_a_run_folder_is_complete(tiny_run: Run, tiny_config: TrainingConfig) -> None:
    assert {path.name for path in tiny_run.path.iterdir()} == {
        store.CONFIG,
        store.ENVIRONMENT,
        store.MANIFEST,
        store.STATUS,
        store.HISTORY,
        store.STEPS,
        "explanations",
        store.WEIGHTS,
        store.CALIBRATION,
        store.PREDICTIONS,
        store.SCORES,
        store.CARD,
    }
    assert tiny_run.finished
    assert read_status(tiny_run.path)["state"] == "finished"
    assert tiny_run.classes == ("normal", "bacterial", "viral", "covid")
    assert tiny_run.config.seed == tiny_config.seed
    assert tiny_run.history()["epoch"].tolist() == [1, 2]


def test_maps_of_all_test_films_are_kept(tiny_run: Run) -> None:
    stored = read_maps(tiny_run.path / store.TEST_MAPS, tiny_run.classes)
    assert stored is not None
    table = tiny_run.predictions()
    table = table[table["split"] == "test"]
    assert list(stored.film_ids) == table["id"].tolist()
    assert list(stored.labels) == table["label"].tolist()
    columns = [f"p_{label}" for label in tiny_run.classes]
    np.testing.assert_allclose(stored.probabilities, table[columns], atol=1e-3)
    assert stored.has_lungs.all()


def test_the_run_knows_its_films_and_predicts_all_but_the_training_films(
    tiny_run: Run, films: Manifest
) -> None:
    kept = tiny_run.manifest()
    assert list(kept.records) == [anonymise(film) for film in films.records]
    predictions = tiny_run.predictions()
    wanted = [anonymise(film).id for film in films.records if film.split != "train"]
    assert predictions["id"].tolist() == wanted
    columns = [f"p_{label}" for label in tiny_run.classes]
    np.testing.assert_allclose(predictions[columns].sum(axis=1), 1, atol=1e-4)
    assert tiny_run.scores()["n"] == len(films.split("test").records)


def test_a_run_holds_neither_a_path_of_this_machine_nor_a_patient(
    tiny_run: Run, films: Manifest
) -> None:
    patients = {film.patient for film in films.records}
    assert len(patients) == len(films.records)
    for path in filter(Path.is_file, tiny_run.path.rglob("*")):
        text = path.read_bytes().decode("latin-1")
        assert str(films.roots[films.records[0].dataset]) not in text, path.name
        assert not [part for part in ("/tmp", "/home", "/work", "/root") if part in text], path.name
        assert not [patient for patient in patients if patient in text], path.name
    with (tiny_run.path / store.MANIFEST).open(newline="") as file:
        codes = {row["patient"] for row in csv.DictReader(file)}
    assert len(codes) == len(patients)


@pytest.mark.long
@pytest.mark.slow
def test_the_same_seed_gives_the_same_weights(
    tiny_run: Run, tiny_config: TrainingConfig, films: Manifest, tmp_path: Path
) -> None:
    again = train(films, tiny_config, tmp_path / "again")
    for name, values in weights_of(tiny_run).items():
        np.testing.assert_array_equal(weights_of(again)[name], values, err_msg=name)
    assert (again.path / store.PREDICTIONS).read_text() == (
        tiny_run.path / store.PREDICTIONS
    ).read_text()


@pytest.fixture(scope="module")
def stopped_run(
    tiny_config: TrainingConfig, films: Manifest, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    """The tiny run with another seed, stopped at the second of four steps of epoch 2."""
    steps = itertools.count(1)
    run = train(
        films,
        replace(tiny_config, epochs=50, seed=4),
        tmp_path_factory.mktemp("stopped"),
        stop_requested=lambda: next(steps) >= 6,
    )
    assert next(steps) == 7, "steps were made after the one that was to be the last"
    return run


@pytest.mark.slow
def test_another_seed_gives_other_weights(stopped_run: Run, tiny_run: Run) -> None:
    name = "0000 stage1_relu_conv/kernel"
    assert not np.array_equal(weights_of(stopped_run)[name], weights_of(tiny_run)[name])
    assert stopped_run.history()["loss"][0] != tiny_run.history()["loss"][0]


@pytest.mark.slow
def test_a_stop_request_ends_after_the_step_and_keeps_the_best_epoch(stopped_run: Run) -> None:
    assert read_status(stopped_run.path)["state"] == "stopped"
    assert stopped_run.finished
    assert stopped_run.history()["epoch"].tolist() == [1]
    assert stopped_run.scores()["best_epoch"] == 1


def test_films_that_vanished_since_the_scan_fail_the_run(
    tiny_config: TrainingConfig, films: Manifest, tmp_path: Path
) -> None:
    from xray_core.errors import ImageReadError

    moved = Manifest(
        tuple(replace(film, sha256=f"new {film.id}") for film in films.records),
        dict.fromkeys(films.roots, tmp_path / "moved"),
    )
    with pytest.raises(ImageReadError):
        train(with_splits(moved, {f.id: f.split for f in films.records}), tiny_config, tmp_path)
    assert read_status(tmp_path)["state"] == "failed"


@pytest.mark.long
@pytest.mark.slow
def test_the_last_epochs_show_films_as_they_are(
    tiny_config: TrainingConfig, films: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed: list[int] = []

    def augment(batch: Any, *_: Any, **__: Any) -> Any:
        changed.append(len(batch))
        return batch

    monkeypatch.setattr(pipeline, "augment_batch", augment)
    config = replace(tiny_config, epochs=3, plain_epochs=2, augment=True)
    train(films, config, tmp_path / "run", echo=lambda line: None)
    n_films = len(films.split("train").records)
    assert len(changed) == pipeline.steps_per_epoch(n_films, config.batch_size)


@pytest.fixture(scope="module")
def two_phases(tiny_run: Run, tiny_config: TrainingConfig) -> TrainingConfig:
    """The tiny training again, from the weights that it gave: the head first, then everything."""
    weights = str(tiny_run.path / store.WEIGHTS)
    return replace(
        tiny_config,
        weights=weights,
        head_epochs=3,
        learning_rate=1e-4,
        augment=True,
        lung_focus=0.5,
        ema_momentum=0.8,
    )


@pytest.fixture(scope="module")
def two_phase_run(
    two_phases: TrainingConfig, films: Manifest, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    return train(films, two_phases, tmp_path_factory.mktemp("two") / "run")


@pytest.mark.slow
def test_the_head_is_trained_before_the_network(two_phase_run: Run) -> None:
    history = two_phase_run.history()
    assert history["phase"].tolist() == ["head"] * 3 + ["fine-tuning"] * 2
    assert history["epoch"].tolist() == [1, 2, 3, 4, 5]
    assert two_phase_run.initialisation == "further-trained random"
    assert two_phase_run.config.content["weights"] == "weights.npz"  # without its folder
    assert not (two_phase_run.path / store.RESUME).exists()
    with np.load(two_phase_run.path / store.EPOCH_MAPS) as maps:
        assert maps["epochs"].tolist() == [1, 2, 3, 4, 5]


@pytest.mark.slow
@pytest.mark.parametrize(("steps", "epochs"), [(2, 2), pytest.param(8, 4, marks=pytest.mark.long)])
def test_a_stopped_training_resumes_to_the_same_weights(
    two_phase_run: Run,
    two_phases: TrainingConfig,
    films: Manifest,
    tmp_path: Path,
    steps: int,
    epochs: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stopped in the third epoch of the head, or in the second of the network."""
    asked = itertools.count(1)
    stopped = train(films, two_phases, tmp_path / "run", stop_requested=lambda: next(asked) > steps)
    assert read_status(stopped.path)["state"] == "stopped"
    assert len(stopped.history()) == epochs
    assert (stopped.path / store.RESUME).is_file()
    monkeypatch.setattr(Checkpoint, "seconds", 7200.0)  # the epochs before were long
    calibrated: list[bool] = []

    def watch() -> bool:
        calibrated.append((stopped.path / store.CALIBRATION).exists())
        return False

    resumed = train(films, two_phases, tmp_path / "run", resume=True, stop_requested=watch)
    assert calibrated, "steps were left to take"
    assert not any(calibrated), "a calibration fits no other weights"
    assert 120 <= resumed.scores()["minutes"] < 130  # rounded: the rest takes seconds
    assert read_status(resumed.path)["state"] == "finished"
    columns = ["epoch", "phase", "loss", "accuracy", "val_loss", "learning_rate"]
    assert resumed.history()[columns].equals(two_phase_run.history()[columns])
    for name, values in weights_of(two_phase_run).items():
        np.testing.assert_array_equal(weights_of(resumed)[name], values, err_msg=name)
    assert resumed.predictions().equals(two_phase_run.predictions())
    assert not (resumed.path / store.RESUME).exists()


def test_a_training_does_not_go_on_with_other_films(
    stopped_run: Run, tiny_config: TrainingConfig, films: Manifest
) -> None:
    fewer = films.where(lambda film: film.id != films.split("train").records[0].id)
    with pytest.raises(TrainingError, match="not those that this training began with"):
        train(fewer, replace(tiny_config, epochs=50, seed=4), stopped_run.path, resume=True)


def test_weights_that_are_not_there_end_it_before_a_film_is_read(
    tiny_config: TrainingConfig, films: Manifest, tmp_path: Path
) -> None:
    config = replace(tiny_config, weights=str(tmp_path / "gone.npz"))
    unread = Manifest(films.records, dict.fromkeys(films.roots, tmp_path / "moved"))
    with pytest.raises(WeightsError) as caught:
        train(unread, config, tmp_path / "run")
    assert caught.value.where == "gone.npz"
    assert read_status(tmp_path / "run")["state"] == "failed"
