import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from xray_core.errors import RunError, RunNotFoundError
from xray_core.files import write_json
from xray_core.runs import store
from xray_core.runs.ids import new_run_id
from xray_core.runs.listing import list_runs
from xray_core.runs.side_files import read_object
from xray_core.runs.store import CONFIG, HISTORY, PREDICTIONS, Run, open_run
from xray_core.runs.trash import restore_run, trash_run
from xray_core.settings import PROJECT_DIR, Settings

MakeRun = Callable[..., Run]


@pytest.fixture
def shipped(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that ships one model, `pocket`."""
    both = Settings(
        models_dir=settings.models_dir,
        shipped_dir=tmp_path / "shipped",
        cache_dir=settings.cache_dir,
    )
    monkeypatch.setattr(store, "get_settings", lambda: both)
    folder = tmp_path / "shipped" / "pocket"
    folder.mkdir(parents=True)
    write_json(folder / CONFIG, {"network": "small_cnn", "classes": ["a"], "image_size_px": 32})
    return folder


def test_a_run_id_names_time_and_network() -> None:
    moment = datetime(2026, 11, 22, 7, 42, 10, tzinfo=UTC)
    run_id = new_run_id("xception", moment)
    assert run_id.startswith("2026-11-22T074210Z-xception-")
    assert len(run_id.rsplit("-", 1)[1]) == 4
    assert run_id != new_run_id("xception", moment)


def test_run_ids_sort_by_time_whatever_the_network() -> None:
    moments = [datetime(2026, *rest, tzinfo=UTC) for rest in ((1, 2, 23), (1, 10, 1), (10, 2, 1))]
    names = ["xception", "small_cnn", "a"]
    ids = [new_run_id(name, moment) for name, moment in zip(names, moments, strict=True)]
    assert sorted(ids) == ids


def test_a_run_opens_by_id_and_by_folder(make_run: MakeRun, settings: Settings) -> None:
    run = make_run(classes=["normal", "viral"], image_size_px=96)
    for ref in (run.id, run.path, str(run.path)):
        found = open_run(ref)
        assert found.id == run.id
        assert (found.network, found.classes, found.image_size_px, found.shipped) == (
            "small_cnn",
            ("normal", "viral"),
            96,
            False,
        )


def test_a_run_opens_from_inside_its_folder(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run()
    monkeypatch.chdir(run.path)
    assert open_run(".").id == run.id


def test_a_shipped_model_opens_by_its_name(shipped: Path) -> None:
    run = open_run("pocket")
    assert (run.id, run.shipped) == ("pocket", True)


def test_an_unknown_run_names_those_that_exist(shipped: Path, make_run: MakeRun) -> None:
    run = make_run()
    for ref in ("2020-01-01T000000Z-small_cnn-0000", "/some/where/lost", ""):
        with pytest.raises(RunNotFoundError) as caught:
            open_run(ref)
        assert caught.value.where == Path(ref).name
        assert caught.value.fix == f"Runs on this machine: pocket, {run.id}."


@pytest.mark.parametrize("ref", ["a\0b", "a" * 5000, "a/" * 3000, "a\nb"])
def test_a_name_that_no_file_can_have_is_no_run(settings: Settings, ref: str) -> None:
    with pytest.raises(RunNotFoundError) as caught:
        open_run(ref)
    assert caught.value.where.isprintable()
    assert len(caught.value.where) < 100


def test_without_any_run_the_error_says_so(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(RunNotFoundError) as caught:
        open_run("lost", tmp_path / "nothing")
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "could not be read"),
        ("[]", "not a JSON object"),
        ('{"network": "small_cnn"}', "lacks classes, image_size_px"),
    ],
)
def test_a_damaged_config_is_named(make_run: MakeRun, content: str, words: str) -> None:
    run = make_run()
    (run.path / CONFIG).write_text(content)
    with pytest.raises(RunError, match=words) as caught:
        open_run(run.id)
    assert caught.value.where == run.id
    assert run.id not in [other.id for other in list_runs()]


def test_the_newest_run_is_listed_first_and_other_folders_not_at_all(
    shipped: Path, make_run: MakeRun
) -> None:
    old = make_run("2026-01-01T000000Z-small_cnn-ffff")
    new = make_run("2026-02-01T000000Z-xception-0000")
    make_run("backup of something")
    assert [run.id for run in list_runs()] == ["pocket", new.id, old.id]


def test_shipped_models_come_in_the_order_of_the_networks(shipped: Path) -> None:
    for name in ("xception", "resnet50"):
        (shipped.parent / name).mkdir()
        config = {"network": name, "classes": ["a"], "image_size_px": 96}
        write_json(shipped.parent / name / CONFIG, config)
    assert [run.network for run in list_runs()] == ["small_cnn", "resnet50", "xception"]


def test_a_run_is_finished_when_weights_scores_and_predictions_are_there(
    make_run: MakeRun,
) -> None:
    run = make_run()
    for name in ("weights.npz", "scores.json", "predictions.csv"):
        assert not run.finished
        (run.path / name).touch()
    assert run.finished


def test_a_run_without_weights_has_not_changed_and_a_file_changes_it(make_run: MakeRun) -> None:
    run = make_run()
    assert run.changed == 0
    run.weights_path.touch()
    assert run.changed == run.weights_path.stat().st_mtime_ns


def test_a_run_that_has_just_begun_has_an_empty_history_and_no_scores(make_run: MakeRun) -> None:
    run = make_run()
    assert run.history().empty
    for ask in (run.scores, run.predictions):
        with pytest.raises(RunError) as caught:
            ask()
        assert caught.value.where == run.id
    with pytest.raises(RunError, match=r"manifest\.csv"):
        run.manifest()


def test_the_history_has_a_row_an_epoch(make_run: MakeRun) -> None:
    run = make_run()
    (run.path / HISTORY).write_text(
        "epoch,loss,accuracy,val_loss,val_accuracy\n1,0.9,0.5,0.9,0.5\n2,0.5,0.6,0.7,0.6\n"
    )
    assert run.history()["loss"].tolist() == [0.9, 0.5]


def test_classes_named_by_numbers_stay_words(make_run: MakeRun) -> None:
    run = make_run(classes=["0", "1"])
    (run.path / PREDICTIONS).write_text(
        "id,label,split,patient,source,p_0,p_1\n1,0,test,001,,0.75,0.25\n2,1,test,1e5,NA,0.5,0.5\n"
    )
    table = run.predictions()
    assert table["label"].tolist() == ["0", "1"]
    assert table["id"].tolist() == ["1", "2"]
    assert table["patient"].tolist() == ["001", "1e5"]
    assert table["source"].tolist() == ["", "NA"]
    assert table["p_0"].tolist() == [0.75, 0.5]


def test_a_deleted_run_can_be_brought_back(make_run: MakeRun) -> None:
    run = make_run()
    trash_run(run)
    assert [found for found in list_runs() if not found.shipped] == []
    with pytest.raises(RunNotFoundError):
        open_run(run.id)
    assert restore_run(run.id).config == run.config
    assert [found.id for found in list_runs() if not found.shipped] == [run.id]


def test_the_last_five_deleted_runs_can_be_brought_back(
    make_run: MakeRun, settings: Settings
) -> None:
    runs = [make_run() for _ in range(6)]
    jobs = settings.models_dir / store.JOBS
    jobs.mkdir()
    for run in runs:
        (jobs / f"{run.id}.json").touch()
        trash_run(run)
    for run in runs[1:]:
        assert restore_run(run.id).id == run.id
    for run_id in (runs[0].id, runs[1].id, "..", ""):
        with pytest.raises(RunNotFoundError, match="brought back"):
            restore_run(run_id)
    assert sorted(path.stem for path in jobs.iterdir()) == sorted(run.id for run in runs[1:])


def test_all_that_is_shipped_is_within_100_megabytes() -> None:
    shipped = PROJECT_DIR / "models" / "shipped"
    assert sum(path.stat().st_size for path in shipped.rglob("*") if path.is_file()) <= 100e6


def test_shipped_models_cannot_be_deleted(shipped: Path) -> None:
    with pytest.raises(RunError, match="Shipped models stay"):
        trash_run(open_run("pocket"))
    assert (shipped / CONFIG).is_file()


def test_json_is_replaced_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    write_json(path, {"state": "training"})
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(path, {"loss": float("nan")})
    assert read_object(path) == {"state": "training"}
    assert [file.name for file in tmp_path.iterdir()] == ["status.json"]
    assert json.loads(path.read_text()) == {"state": "training"}


def test_settings_are_read_once_and_those_of_later_versions_are_kept(make_run: MakeRun) -> None:
    run = make_run(head_epochs=2, epochs=5, datasets=["set"], later=[1, 2])
    assert (run.config.epochs, run.config.datasets, run.config.seed) == (7, ("set",), None)
    assert run.config.content["later"] == [1, 2]
    assert open_run(run.path).config == run.config


def test_scores_are_read_once(tiny_run: Run) -> None:
    run = open_run(tiny_run.path)
    assert run.scores() is run.scores()
    assert run.scores() == tiny_run.scores()
