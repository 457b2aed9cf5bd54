from dataclasses import replace

import numpy as np
import pytest

from pages.ui.film.panel import attributions_of, probability_figure, short_titles, viewer_maps
from xray_core.runs.store import Run


def test_maps_of_a_film_come_with_class_and_probability(tiny_run: Run) -> None:
    maps = np.arange(4, dtype=np.float16)[:, None, None] * np.ones((4, 2, 3), np.float16)
    items = attributions_of(tiny_run, np.array([0.1, 0.2, 0.3, 0.4]), maps)
    assert [item.label for item in items] == ["normal", "bacterial", "viral", "covid"]
    assert items[2].probability == pytest.approx(0.3)
    assert items[3].values.dtype == np.float32
    assert (items[3].values == 3).all()
    shown = viewer_maps([tiny_run], {tiny_run.id: items})
    assert [(part.run, part.method) for part in shown] == [("Small CNN", "Grad-CAM")] * 4


def test_two_runs_of_one_network_have_different_names(tiny_run: Run) -> None:
    config = dict(tiny_run.config) | {"created": "2031-01-02T03:04:05"}
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
    config = {
        "network": "own",
        "title": "Ward 7",
        "classes": ["a"],
        "created": "2031-01-02T03:04:05",
    }
    runs = [replace(tiny_run, path=tiny_run.path.with_name(f"x-{n}"), config=config) for n in "ab"]
    assert len(set(short_titles(runs).values())) == 2
