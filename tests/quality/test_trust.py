from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.classifier import Classifier
from xray_core.data.phantom import make_phantom
from xray_core.explain.attribution import Attribution
from xray_core.quality.layer_file import store_layers
from xray_core.quality.trust import (
    Reading,
    measured_on_boxes,
    measured_readings,
    quick_readings,
    same_class,
    verdict,
)
from xray_core.runs.store import Run

Map = NDArray[np.float32]
PHANTOM = make_phantom("covid", 12, size_px=128)


def item(values: Map, probability: float = 0.8) -> Attribution:
    return Attribution(values, "grad_cam", "covid", probability)


def test_a_map_of_the_lungs_is_good_and_one_of_a_corner_is_poor() -> None:
    lungs = PHANTOM.lungs.astype(np.float32)
    inside, corners = quick_readings(item(lungs), PHANTOM.lungs)
    assert (inside.name, inside.word, corners.word) == ("lungs", "good", "good")
    assert inside.value > 0.9
    assert inside.chance == pytest.approx(PHANTOM.lungs.mean())
    corner = np.zeros((10, 10), np.float32)
    corner[0, 0] = 1
    inside, corners = quick_readings(item(corner), PHANTOM.lungs)
    assert (inside.word, corners.word) == ("poor", "poor")


def test_without_masks_and_other_models_the_corners_remain() -> None:
    readings = quick_readings(item(PHANTOM.lungs.astype(np.float32)))
    assert [reading.name for reading in readings] == ["corners"]


def test_other_models_agree_or_not() -> None:
    values = PHANTOM.image
    readings = quick_readings(item(values), None, [values**2, values**3])
    assert (readings[-1].name, readings[-1].word) == ("agreement_models", "good")
    readings = quick_readings(item(values), None, [values.max() - values])
    assert readings[-1].word == "poor"


def test_a_class_that_was_ruled_out_and_a_flat_map_get_no_strip() -> None:
    values = PHANTOM.lungs.astype(np.float32)
    assert quick_readings(item(values, 0.099), PHANTOM.lungs) == ()
    assert quick_readings(item(values, 0.10), PHANTOM.lungs) != ()
    assert quick_readings(item(np.zeros((4, 4), np.float32)), PHANTOM.lungs) == ()


def test_what_takes_more_passes_of_a_network_that_is_understood(
    square_finder: Any, square_film: Map
) -> None:
    """The network looks for a bright square, and the map points at it."""
    film = square_film[0, ..., 0]
    n_classes = int(square_finder.output.shape[-1])
    classes = ("square", "other")[:n_classes]
    model = Classifier(square_finder, classes, len(film), "look", "Finder", "finder")
    readings = {r.name: r for r in measured_readings(model, film, "square", "gradient_x_input")}
    assert list(readings) == ["deletion_gain", "repeatability", "agreement_methods"]
    assert readings["deletion_gain"].word == "good"
    assert readings["agreement_methods"].value > 0.4
    assert measured_readings(model, np.zeros_like(film), "square", "gradient_x_input") == ()
    names = [r.name for r in measured_readings(model, film, "square", "occlusion")]
    assert names == ["deletion_gain", "repeatability"], "it is no second opinion on itself"


def test_the_worst_reading_decides_and_is_named() -> None:
    good, doubtful, poor = (Reading("repeatability", value) for value in (0.9, 0.6, 0.2))
    assert verdict([good])[0] == "good"
    word, sentence = verdict([good, doubtful])
    assert word == "doubtful"
    assert sentence == "Read this map with care. Doubtful: Repeatability."
    word, sentence = verdict([poor, doubtful, Reading("corners", 0.9, 0.16)])
    assert word == "poor"
    assert sentence == "Do not rely on this map alone. Poor: Repeatability, In the corners."


def test_a_weak_model_in_the_set_condemns_no_map_of_another() -> None:
    lungs = PHANTOM.lungs.astype(np.float32)
    readings = quick_readings(item(lungs), PHANTOM.lungs, [1 - lungs])
    assert (readings[-1].name, readings[-1].word) == ("agreement_models", "poor")
    assert [reading.judges for reading in readings] == [True, True, False]
    assert verdict(readings)[0] == "good"


def test_a_reading_has_number_word_and_sentence() -> None:
    reading = Reading("lungs", 0.5, 0.25)
    assert (reading.number, reading.word) == ("50 % (even map: 25 %)", "good")
    assert reading.title == "Inside the lungs"
    assert reading.sentence.count(".") == 1


def test_only_shown_maps_of_the_same_class_are_held_against_a_map() -> None:
    own, other = item(np.ones((2, 2), np.float32)), np.eye(2, dtype=np.float32)
    likely = Attribution(other, "grad_cam", "covid", 0.3)
    unlikely = Attribution(other, "grad_cam", "covid", 0.05)
    another = Attribution(other, "grad_cam", "viral", 0.5)
    (found,) = same_class(own, [[another, likely], [unlikely]])
    np.testing.assert_array_equal(found, likely.values)


def test_what_was_measured_on_boxes_follows_method_and_layer_together(
    make_run: Callable[..., Run],
) -> None:
    run = make_run()
    score = {"value": 0.1, "low": 0.05, "high": 0.2, "n": 80, "chance": 0.16}
    test = {"films": 80, "flat": 0, "measures": {"hit_rate": score}}
    row = {"method": "layer_cam", "layer": "early", "threshold": None, "test": test}
    pair = {"method": "layer_cam", "layer": "early"}
    empty: dict[str, list[str]] = {"groups": [], "normal": [], "gains": []}
    content: dict[str, Any] = {
        "data": "s",
        "val_data": "",
        "test_data": "s",
        "films": {},
        "words": "",
    }
    content |= {"chosen_by": "nothing", "chosen": None, "before": pair, "best": [pair]}
    store_layers(run, content | empty | {"rows": [row]})
    values = np.eye(4, dtype=np.float32)
    early = Attribution(values, "layer_cam", "covid", 0.9, layer="early")
    found = measured_on_boxes(run, early)
    assert found is not None
    assert (found.word, found.judges) == ("poor", True)
    assert (found.title, found.number) == ("Pointing game", "10 % (even map: 16 %)")
    late = Attribution(values, "layer_cam", "covid", 0.9, layer="late")
    assert measured_on_boxes(run, late) is None
    healthy = Attribution(values, "layer_cam", "normal", 0.9, layer="early")
    assert measured_on_boxes(run, healthy) is None, "what speaks for it need not lie in a box"
