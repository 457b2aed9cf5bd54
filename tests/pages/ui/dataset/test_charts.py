"""Charts: what is drawn from numbers that were worked out by hand."""

import pandas as pd

from pages.ui.dataset import charts
from pages.ui.shared.words import THIN_SPACE
from xray_core.viewer.classes import CLASS_COLOURS


def test_counts_are_stacked_in_the_fixed_colours() -> None:
    table = pd.DataFrame({"Madrid": [1, 2], "unknown": [3, 0]}, index=["normal", "covid"])
    figure = charts.class_counts(table)
    assert figure.layout.barmode == "stack"
    assert [bar.name for bar in figure.data] == ["Normal", "COVID-19"]
    assert [bar.marker.color for bar in figure.data] == [
        CLASS_COLOURS["normal"],
        CLASS_COLOURS["covid"],
    ]
    assert list(figure.data[0].x) == [1, 3]
    assert list(figure.data[1].y) == ["Madrid", "unknown"]
    assert figure.layout.separators == f".{THIN_SPACE}"


def test_a_legend_of_several_rows_leaves_room_for_one_bar() -> None:
    """It pushes the chart down only as far as this; 64 pixels are more than one bar has."""
    table = pd.DataFrame({"unknown": [3, 1]}, index=["normal", "covid"])
    assert charts.class_counts(table).layout.minreducedheight <= 44


def test_brightness_is_in_percent_and_lines_differ_by_dash() -> None:
    shares = pd.DataFrame({"normal": [0.25, 0.75], "viral": [0.5, 0.5]}, index=[0.25, 0.75])
    normal, viral = charts.brightness(shares).data
    assert list(normal.y) == [25, 75]
    assert list(viral.x) == [0.25, 0.75]
    assert normal.line.dash != viral.line.dash
