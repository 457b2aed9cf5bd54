import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from xray_core.data.records import Manifest
from xray_core.errors import RunError
from xray_core.evaluation.evaluate import evaluate_run, predict_manifest
from xray_core.runs import store
from xray_core.runs.export import export_run
from xray_core.runs.map_default import (
    MapDefault,
    MeasuredOn,
    read_map_default,
    write_map_default,
)
from xray_core.runs.status import read_status
from xray_core.runs.store import Run, open_run


@pytest.fixture(scope="module")
def exported(tiny_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return open_run(export_run(tiny_run, tmp_path_factory.mktemp("out") / "pocket"))


def test_the_weights_take_half_the_room(tiny_run: Run, exported: Run) -> None:
    size, full = ((run.path / store.WEIGHTS).stat().st_size for run in (exported, tiny_run))
    assert 0.3 < size / full < 0.6


@pytest.mark.long
def test_predictions_stay_the_same_within_a_hundredth(
    tiny_run: Run, exported: Run, films: Manifest
) -> None:
    test = films.split("test")
    columns = [f"p_{label}" for label in tiny_run.classes]
    before, after = (predict_manifest(run, test)[columns] for run in (tiny_run, exported))
    np.testing.assert_allclose(after, before, atol=0.01)
    assert not np.array_equal(after, before)


@pytest.mark.long
def test_the_copy_is_a_finished_run(tiny_run: Run, exported: Run) -> None:
    assert exported.finished
    assert read_status(exported.path) == {"state": "finished"}
    assert evaluate_run(exported)["accuracy"] == evaluate_run(tiny_run)["accuracy"]
    names = {path.name for path in tiny_run.path.iterdir()}
    assert {path.name for path in exported.path.iterdir()} == names


def test_a_run_is_replaced_by_a_newer_one(exported: Run, tiny_run: Run) -> None:
    export_run(tiny_run, exported.path)
    assert open_run(exported.path).finished


def test_the_measured_default_of_the_maps_goes_along(tiny_run: Run, tmp_path: Path) -> None:
    measured = MeasuredOn(20, "ward", "deletion_gain")
    default = MapDefault("layer_cam", "stage4_relu2", measured, None, "LayerCAM at stage 4")
    copy = Path(shutil.copytree(tiny_run.path, tmp_path / "run"))
    write_map_default(copy / store.EXPLAIN, default)
    export_run(open_run(copy), tmp_path / "out")
    assert read_map_default(tmp_path / "out" / store.EXPLAIN) == default
    assert read_map_default(tiny_run.path / store.EXPLAIN) is None


def test_a_folder_with_something_else_is_left_alone(tiny_run: Run, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(RunError, match="something else"):
        export_run(tiny_run, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_run_in_progress_cannot_be_shared(make_run: Callable[..., Run], tmp_path: Path) -> None:
    with pytest.raises(RunError, match="has not finished"):
        export_run(make_run(), tmp_path / "out")
    assert not (tmp_path / "out").exists()
