from dataclasses import replace

import numpy as np
import pytest

from pages.ui.film.panel import probability_figure, short_titles, viewer_maps
from xray_core.explain.attribution import Attribution
from xray_core.runs.config import RunConfig
from xray_core.runs.store import Run


def test_maps_of_a_film_come_with_class_and_probability(tiny_run: Run) -> None:
    evidence = np.array([[-1, 0.5, 2]], np.float32)
    items = [
        Attribution(evidence + number, "grad_cam", label, 0.1 * number)
        for number, label in enumerate(tiny_run.classes)
    ]
    shown = viewer_maps([tiny_run], {tiny_run.id: items})
    assert {(part.run, part.model, part.method) for part in shown} == {
        (tiny_run.id, "Small CNN", "Grad-CAM")
    }
    assert [part.label for part in shown] == list(tiny_run.classes)
    assert shown[2].probability == pytest.approx(0.2)
    assert shown[0].evidence.tolist() == [[-1, 0.5, 2]], "all of it, to hold classes apart"


def test_only_maps_whose_evidence_is_whole_may_be_held_against_another(tiny_run: Run) -> None:
    whole = Attribution(np.ones((2, 2), np.float32), "grad_cam", "covid", 0.5)
    for item, directed in (
        (whole, True),
        (replace(whole, cut=True), False),
        (replace(whole, method="saliency"), False),
    ):
        (shown,) = viewer_maps([tiny_run], {tiny_run.id: [item]})
        assert shown.directed is directed


def test_two_runs_of_one_network_have_different_names(tiny_run: Run) -> None:
    config = replace(tiny_run.config, created="2031-01-02T03:04:05")
    other = replace(tiny_run, path=tiny_run.path.with_name("other"), config=config)
    assert short_titles([tiny_run]) == {tiny_run.id: "Small CNN"}
    assert len(set(short_titles([tiny_run, other]).values())) == 2


def test_bars_show_every_class_and_mark_the_label() -> None:
    figure = probability_figure({"Small CNN": {"normal": 0.25, "covid": 0.75}}, "covid")
    bars = figure.data[0]
    assert list(bars.y) == ["COVID-19 (label)", "Normal"]
    assert list(bars.x) == [0.75, 0.25]
    assert list(bars.marker.color) == ["#CC79A7", "#56B4E9"]


def test_every_class_has_one_place_for_models_of_other_classes() -> None:
    values = {
        "Small CNN": {"normal": 0.1, "bacterial": 0.2, "viral": 0.3, "covid": 0.4},
        "Ward 7": {"covid": 0.5, "normal": 0.3, "asthma": 0.2},
    }
    figure = probability_figure(values)
    assert [bars.name for bars in figure.data] == ["Ward 7", "Small CNN"]
    ward, small = (dict(zip(bars.y, bars.text, strict=True)) for bars in figure.data)
    assert list(ward) == list(small) == list(figure.layout.yaxis.categoryarray)
    assert list(reversed(list(ward.items()))) == [
        ("Normal", "0.30"),
        ("Bacterial pneumonia", "–"),
        ("Viral pneumonia", "–"),
        ("COVID-19", "0.50"),
        ("Asthma", "0.20"),
    ]
    assert small["COVID-19"] == "0.40"
    assert small["Asthma"] == "–"
    missing = dict(zip(figure.data[0].y, figure.data[0].customdata, strict=True))
    assert missing["Viral pneumonia"] == "not one of its classes"
    colours = [tuple(bars.marker.color) for bars in figure.data]
    assert colours[0] == colours[1]


def test_models_of_one_name_and_minute_have_different_names(tiny_run: Run) -> None:
    config = RunConfig("own", ("a",), 64, title="Ward 7", created="2031-01-02T03:04:05")
    runs = [replace(tiny_run, path=tiny_run.path.with_name(f"x-{n}"), config=config) for n in "ab"]
    assert len(set(short_titles(runs).values())) == 2
