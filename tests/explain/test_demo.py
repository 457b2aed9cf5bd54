import shutil
from pathlib import Path

import numpy as np
import pytest

from xray_core.classifier import open_model
from xray_core.explain.demo import DEMO_FILMS, draw_film, read_demo_film, store_demo_maps
from xray_core.runs.map_default import MapDefault, MeasuredOn, write_map_default
from xray_core.runs.store import DEMO_MAPS, EXPLAIN, Run, open_run


@pytest.fixture
def run(tiny_run: Run, tmp_path: Path) -> Run:
    return open_run(shutil.copytree(tiny_run.path, tmp_path / "copy"))


def test_a_run_without_stored_maps_says_so(run: Run) -> None:
    assert read_demo_film(run, 0) is None


def test_stored_maps_are_those_of_the_network(run: Run) -> None:
    store_demo_maps(run)
    assert (run.path / DEMO_MAPS).stat().st_size < 8192
    model = open_model(run)
    for row, (label, _) in enumerate(DEMO_FILMS):
        demo = read_demo_film(run, row)
        assert demo is not None
        assert demo.phantom.label == label
        explained = model.explain(draw_film(row).image)
        assert [stored.label for stored in demo.attributions] == list(explained)
        for stored in demo.attributions:
            fresh = explained[stored.label]
            assert stored.probability == pytest.approx(fresh.probability, abs=1e-5)
            np.testing.assert_allclose(stored.values, fresh.values, rtol=2e-3, atol=1e-6)


def test_the_stored_maps_are_those_that_the_run_shows(run: Run) -> None:
    measured = MeasuredOn(40, "clinic", peak_in_box=0.7, chance=0.2)
    default = MapDefault("layer_cam", "stage3_relu2", measured, None, "LayerCAM at stage 3")
    write_map_default(run.path / EXPLAIN, default)
    store_demo_maps(run)
    demo = read_demo_film(run, 0)
    assert demo is not None
    assert {(item.method, item.layer) for item in demo.attributions} == {
        ("layer_cam", "stage3_relu2")
    }
    assert demo.attributions[0].values.shape == (16, 16), "32 cells per side become 16"


def test_maps_of_an_older_version_are_grad_cam(run: Run) -> None:
    store_demo_maps(run)
    with np.load(run.path / DEMO_MAPS) as file:
        older = {name: file[name] for name in file if name not in ("method", "layer")}
    np.savez(run.path / DEMO_MAPS, **older)
    demo = read_demo_film(run, 0)
    assert demo is not None
    assert (demo.attributions[0].method, demo.attributions[0].layer) == ("grad_cam", "")
