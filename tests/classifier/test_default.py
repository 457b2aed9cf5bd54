import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

from xray_core.classifier import Classifier, open_model
from xray_core.data.records import Manifest
from xray_core.errors import RunError
from xray_core.explain.stored import read_maps, write_maps
from xray_core.runs import store
from xray_core.runs.map_default import MapDefault, MeasuredOn, write_map_default
from xray_core.runs.store import Run, open_run

LAYER = "stage4_relu2"
DEFAULT = MapDefault(
    "layer_cam",
    LAYER,
    MeasuredOn(40, "ward", peak_in_box=0.6, chance=0.15),
    MeasuredOn(82, "ward", peak_in_box=0.55, chance=0.16),
    "LayerCAM at stage 4: peak in a radiologist's box in 0.55 of 82 test films, chance 0.16",
)


@pytest.fixture
def run(tiny_run: Run, tmp_path: Path) -> Run:
    """A run of which nothing was measured yet."""
    shutil.copytree(tiny_run.path, tmp_path / "run")
    return open_run(tmp_path / "run")


@pytest.fixture
def model(run: Run) -> Classifier:
    write_map_default(run.path / store.EXPLAIN, DEFAULT)
    return open_model(run)


def test_without_a_measured_default_maps_are_as_they_were(run: Run, films: Manifest) -> None:
    model = open_model(run)
    assert model.default is None
    assert model.chosen() == ("grad_cam", model.layer)
    some = films.split("test")
    kept = model.explain_films(some)
    assert (kept.method, kept.layer) == ("grad_cam", model.layer)


@pytest.mark.parametrize(
    ("method", "layer", "expected"),
    [
        (None, None, ("layer_cam", LAYER)),
        ("layer_cam", None, ("layer_cam", LAYER)),
        ("grad_cam", None, ("grad_cam", "stage5_relu2")),
        ("layer_cam_fused", None, ("layer_cam_fused", "stage4_relu2+stage5_relu2")),
        (None, "stage3_relu2", ("layer_cam", "stage3_relu2")),
        ("grad_cam", "stage3_relu2", ("grad_cam", "stage3_relu2")),
        ("occlusion", None, ("occlusion", "")),
    ],
)
def test_the_measured_layer_belongs_to_the_measured_method(
    model: Classifier, method: str | None, layer: str | None, expected: tuple[str, str]
) -> None:
    assert model.default == DEFAULT
    assert model.chosen(method, layer) == expected


def test_maps_follow_the_default_and_say_which_they_are(
    model: Classifier, films: Manifest, tmp_path: Path
) -> None:
    kept = model.explain_films(films.split("test"))
    assert (kept.method, kept.layer) == ("layer_cam", LAYER)
    assert kept.evidence.shape[-1] == 8
    write_maps(tmp_path / "maps.npz", kept)
    again = read_maps(tmp_path / "maps.npz", model.classes)
    assert again is not None
    assert again.attribution(0, model.classes[0]).layer == LAYER


def test_a_default_that_fuses_takes_its_layers(run: Run) -> None:
    layers = "stage3_relu2+input of stage5_relu1_conv"
    fused = MapDefault("layer_cam_product", layers, DEFAULT.chosen_on, None, "words")
    write_map_default(run.path / store.EXPLAIN, fused)
    assert open_model(run).chosen() == ("layer_cam_product", layers)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"method": "tea leaves"}, "there is no method 'tea leaves'"),
        ({"layer": "add_11"}, "no 4-d layer 'add_11'"),
        ({"layer": "stage4_relu2+stage5_relu2"}, "explains one layer"),
        ({"layer": 3}, "layer is 3"),
        ({"chosen_on": None}, "chosen_on is null"),
        ({"reported_on": {"films": 3, "source": "ward", "chance": 2}}, "which it cannot be"),
        ({"words": ""}, "words is ''"),
    ],
)
def test_a_damaged_default_is_named(run: Run, change: dict[str, object], words: str) -> None:
    content = asdict(DEFAULT) | change
    (run.path / store.EXPLAIN).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(RunError, match=r"^explain.json could not be read") as caught:
        open_model(run)
    assert words in caught.value.what
    assert "delete it" in caught.value.fix


def test_a_new_default_changes_the_run(run: Run) -> None:
    before = run.changed
    write_map_default(run.path / store.EXPLAIN, DEFAULT)
    assert run.changed > before
