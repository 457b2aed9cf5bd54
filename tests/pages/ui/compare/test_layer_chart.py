from collections.abc import Callable
from typing import Any

import pytest

from pages.ui.compare.layer_chart import layer_figure, layer_frame, layers_of, sweep_of
from tests.pages.conftest import OpenPage
from xray_core.quality.layer_file import store_layers
from xray_core.quality.pairs import Pair
from xray_core.runs.store import Run

FUSED = "stage3_relu2+stage5_relu2"


def row(method: str, layer: str, hit: float, films: str = "test") -> dict[str, Any]:
    score = {"value": hit, "low": hit - 0.1, "high": hit + 0.1, "n": 82, "chance": 0.16}
    ratio = {"value": 2.5, "low": None, "high": None, "n": 82}
    measures = {"hit_rate": score, "inside_ratio": ratio}
    found = {"films": 82, "flat": 0, "measures": measures}
    return {"method": method, "layer": layer, "threshold": None, films: found}


def content(films: str = "test") -> dict[str, Any]:
    fine = {"method": "layer_cam", "layer": "stage3_relu2"}
    last = {"method": "grad_cam", "layer": "stage5_relu2"}
    return {
        "data": "clinic",
        "val_data": "clinic",
        "test_data": "clinic",
        "films": {"val": 40, "test": 82, "synthetic": 0, "normal": 0, "faithfulness": 0},
        "chosen_by": "boxes",
        "chosen": fine,
        "before": last,
        "best": [fine, {"method": "layer_cam_product", "layer": FUSED}, last],
        "words": "LayerCAM at stage 3: peak in a radiologist's box in 0.61 of 82 test films.",
        "rows": [
            row("grad_cam", "stage5_relu2", 0.2, films),
            row("grad_cam", "stage3_relu2", 0.4, films),
            row("layer_cam", "stage5_relu2", 0.3, films),
            row("layer_cam", "stage3_relu2", 0.61, films),
            row("layer_cam_product", FUSED, 0.5, films),
            row("layer_cam_product", "stage3_relu2+stage4_relu2", 0.7, films),
        ],
        "groups": [],
        "normal": [],
        "gains": [],
    }


def test_layers_follow_the_network_and_of_several_together_only_the_best_are_drawn(
    make_run: Callable[..., Run],
) -> None:
    sweep = sweep_of(content())
    assert Pair("layer_cam_product", "stage3_relu2+stage4_relu2") not in sweep.hits
    layers = layers_of(make_run(), sweep)
    assert layers == ("stage3_relu2", "stage5_relu2", FUSED)
    figure = layer_figure(sweep, layers)
    assert figure.layout.xaxis.ticktext == ("stage 3", "stage 5", "stage 3<br>and stage 5")
    by_name = {trace.name: trace for trace in figure.data}
    assert set(by_name) == {
        "Grad-CAM",
        "LayerCAM",
        "LayerCAM product",
        "Chance 0.16",
        "Shown by this model",
        "Grad-CAM, last layer",
    }
    assert list(by_name["LayerCAM"].y) == [0.61, 0.3]
    assert list(by_name["LayerCAM"].error_y.arrayminus) == pytest.approx([0.1, 0.1])
    assert list(by_name["Shown by this model"].y) == [0.61]
    assert by_name["Shown by this model"].x[0] == by_name["LayerCAM"].x[0]
    assert list(by_name["Grad-CAM, last layer"].y) == [0.2]
    assert set(by_name["Chance 0.16"].y) == {0.16}


def test_the_table_has_the_chosen_map_first_and_the_last_layer_last() -> None:
    frame = layer_frame([("Small CNN", content())])
    assert frame["Map"].tolist() == [
        "LayerCAM at stage 3",
        "LayerCAM product at stage 3 and stage 5",
        "Grad-CAM at stage 5",
    ]
    assert frame["Peak in a box"].tolist()[0] == "0.61 (0.51–0.71), chance 0.16"
    assert set(frame["Films"]) == {"82 test"}


def test_without_test_films_the_chart_says_that_it_shows_the_films_that_chose() -> None:
    sweep = sweep_of(content("val"))
    figure = layer_figure(sweep, sorted({pair.layer for pair in sweep.hits}))
    assert "validation films" in figure.layout.yaxis.title.text
    assert "82 validation" in layer_frame([("Small CNN", content("val"))])["Films"].tolist()


@pytest.mark.usefixtures("no_shipped")
def test_compare_shows_the_layers_or_how_to_measure_them(open_tab: OpenPage, own_run: Run) -> None:
    page = open_tab("Maps")
    assert not page.exception
    titles = [item.value for item in page.subheader]
    assert "Which layer, and how we know" not in titles
    command = f"explain-report --layers --run {own_run.id} --data DATA"
    assert any(command in item.value for item in page.code)
    store_layers(own_run, content())
    page = open_tab("Maps")
    assert not page.exception
    assert not page.error
    assert "Which layer, and how we know" in [item.value for item in page.subheader]
    assert any("0.61 of 82 test films" in item.value for item in page.markdown)
    assert not any("--layers" in item.value for item in page.code)
    page.session_state["compare_layers_fold"] = True
    page.run()
    tables = [list(item.value.columns) for item in page.dataframe]
    assert any("Peak in a box" in columns for columns in tables)


def test_a_fifth_method_does_not_look_like_the_first() -> None:
    methods = ("grad_cam", "hires_cam", "layer_cam", "layer_cam_fused", "layer_cam_product")
    rows = [row(method, "stage5_relu2", 0.4) for method in methods]
    figure = layer_figure(sweep_of(content() | {"rows": rows}), ["stage5_relu2"])
    looks = [(item.marker.color, item.marker.symbol) for item in figure.data if item.marker.color]
    assert len(set(looks[:5])) == 5
