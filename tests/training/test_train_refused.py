"""What cannot be trained is refused early, or fails in words."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from xray_core.data.records import SPLITS, Manifest, Record
from xray_core.errors import TrainingError
from xray_core.runs import store
from xray_core.runs.status import read_status
from xray_core.training import train as training
from xray_core.training.config import TrainingConfig
from xray_core.training.train import train


def refused(
    manifest: Manifest, config: TrainingConfig, run_dir: Path, **options: Any
) -> TrainingError:
    with pytest.raises(TrainingError) as caught:
        train(manifest, config, run_dir, echo=lambda line: None, **options)
    return caught.value


def use_plain_network(monkeypatch: pytest.MonkeyPatch, bias: float = 0.0) -> None:
    """Train a network of one layer, whose logits start at the bias: seconds less to compile."""
    import keras

    def build(name: str, n_classes: int, image_size_px: int) -> Any:
        film = keras.Input((image_size_px, image_size_px, 1))
        start = keras.initializers.Constant(bias)
        head = keras.layers.Dense(n_classes, bias_initializer=start, name="logits")
        features = keras.layers.ReLU(name="stage5_relu2")(film)
        return keras.Model(film, head(keras.layers.GlobalAveragePooling2D()(features)), name=name)

    monkeypatch.setattr(training, "build_network", build)


def test_a_stop_before_the_first_epoch_has_ended_leaves_nothing_to_use(
    tiny_config: TrainingConfig,
    films: Manifest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_plain_network(monkeypatch)
    error = refused(films, tiny_config, tmp_path / "run", stop_requested=lambda: True)
    assert "before its first epoch" in error.what
    assert read_status(tmp_path / "run")["state"] == "stopped"
    assert not (tmp_path / "run" / store.WEIGHTS).exists()


def test_a_training_that_diverges_says_so(
    tiny_config: TrainingConfig,
    films: Manifest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_plain_network(monkeypatch, bias=float("nan"))
    error = refused(films, tiny_config, tmp_path / "run")
    assert "diverged" in error.what
    assert error.where == "epoch 1, step 1"
    status = read_status(tmp_path / "run")
    assert (status["state"], status["error"]["what"]) == ("failed", error.what)


@pytest.mark.parametrize("name", ["train", "val", "test"])
def test_a_split_without_films_is_refused_before_anything_is_read(
    tiny_config: TrainingConfig, films: Manifest, tmp_path: Path, name: str
) -> None:
    other = "val" if name == "train" else "train"
    moved = Manifest(
        tuple(replace(film, split=other) if film.split == name else film for film in films.records),
        {},
    )
    error = refused(moved, tiny_config, tmp_path)
    assert f"The {name} split has no film" in error.what
    status = json.loads((tmp_path / store.STATUS).read_text())
    assert status["state"] == "failed"
    assert status["error"]["fix"] == error.fix


def test_films_without_label_split_or_with_a_problem_are_not_counted(
    tiny_config: TrainingConfig, make_record: Callable[..., Record], tmp_path: Path
) -> None:
    manifest = Manifest(
        (
            make_record("a.png", "normal"),
            make_record("b.png", "covid"),
            make_record("c.png", "normal", split="val"),
            make_record("d.png", "normal", split="test", problem="cut off"),
            make_record("e.png", "", split="test"),
        ),
        {},
    )
    assert "test split has no film" in refused(manifest, tiny_config, tmp_path).what


def test_a_class_that_cannot_be_learnt_is_named(
    tiny_config: TrainingConfig, make_record: Callable[..., Record], tmp_path: Path
) -> None:
    records = [make_record(f"{split}{n}.png", split=split) for split in SPLITS for n in "12"]
    lone = make_record("lone.png", "covid", split="test")
    assert refused(Manifest(tuple(records), {}), tiny_config, tmp_path).what == (
        "There is only one class."
    )
    error = refused(Manifest((*records, lone), {}), tiny_config, tmp_path)
    assert (error.what, error.where) == ("A class has no training film.", "covid")


def test_a_class_that_no_test_film_has_is_told(
    tiny_config: TrainingConfig, films: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_plain_network(monkeypatch)
    fewer = films.where(lambda film: film.split != "test" or film.label != "covid")
    refused(fewer, tiny_config, tmp_path, stop_requested=lambda: True)
    (warning,) = read_status(tmp_path)["warnings"]
    assert "No test film is covid" in warning
