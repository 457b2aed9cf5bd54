"""Charts: what is drawn from numbers that were worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from pages.ui.compare import charts
from pages.ui.shared.charts import DARK, LIGHT
from pages.ui.shared.theme import RUN_DASHES, RUN_MARKERS


def a_score(
    value: float | None, low: float = 0.0, high: float = 1.0, n: int = 10
) -> dict[str, object]:
    if value is None:
        return {"value": None, "low": None, "high": None, "n": 0}
    return {"value": value, "low": low, "high": high, "n": n}


def test_whiskers_reach_from_low_to_high_beside_each_other() -> None:
    scores = {
        "one": {"Normal": a_score(0.5, 0.4, 0.7), "COVID-19": a_score(0.9, 0.8, 1.0)},
        "two": {"Normal": a_score(0.6, 0.5, 0.8), "COVID-19": a_score(None)},
    }
    figure = charts.whiskers(scores, {"one": "A", "two": "B"}, "Sensitivity")
    line_one, dot_one, line_two, dot_two = figure.data
    assert list(line_one.x) == [0.4, 0.7, None, 0.8, 1.0, None]
    assert list(dot_one.x) == [0.5, None, 0.9, None]
    assert list(line_two.x) == [0.5, 0.8, None], "a score that can't be computed isn't drawn"
    assert list(dot_one.y) == [pytest.approx(-0.11), None, pytest.approx(0.89), None]
    assert dot_two.y[0] == pytest.approx(0.11)
    assert [dot_one.marker.symbol, dot_two.marker.symbol] == list(RUN_MARKERS[:2])
    assert [line_one.line.dash, line_two.line.dash] == list(RUN_DASHES[:2])
    assert [dot_one.name, dot_two.name] == ["A", "B"]
    assert list(figure.layout.yaxis.ticktext) == ["Normal", "COVID-19"]
    assert figure.layout.xaxis.range[0] == pytest.approx(0.4)
    assert dot_one.text[0] == "Normal: 0.50 (0.40–0.70)<br>n = 10"


def test_whiskers_without_any_score_are_an_empty_chart() -> None:
    figure = charts.whiskers({"one": {"Normal": a_score(None)}}, {"one": "A"}, "AUC")
    assert [len(trace.x) for trace in figure.data] == [0, 0]


def test_confusion_shows_counts_and_shares_of_the_row() -> None:
    figure = charts.confusion([[3, 1], [0, 0]], ["normal", "bacterial"])
    (heatmap,) = figure.data
    assert np.asarray(heatmap.z).tolist() == [[75, 25], [0, 0]], "a class without film is no NaN"
    assert [note.text for note in figure.layout.annotations][:2] == ["3<br>75 %", "1<br>25 %"]
    assert [note.font.color for note in figure.layout.annotations][:2] == [
        DARK,
        LIGHT,
    ]
    assert list(heatmap.x) == ["Normal", "Bacterial<br>pneumonia"]
    assert figure.layout.yaxis.autorange == "reversed"
    assert list(heatmap.customdata[0][1]) == ["Normal", "Bacterial pneumonia"]


def test_calibration_is_drawn_in_percent_with_larger_marks_for_more_films() -> None:
    table = pd.DataFrame(
        {"probability": [0.35, 0.55, 0.95], "right": [1, 0.5, 0.9], "n": [9, 10, 90]}
    )
    honest, drawn = charts.calibration(
        {"one": table}, {"one": "A: calibration error 5.0 points"}
    ).data
    assert list(honest.x) == list(honest.y)
    assert list(drawn.x) == pytest.approx([55, 95])
    assert list(drawn.y) == pytest.approx([50, 90])
    small, large = drawn.marker.size
    assert small < large
    assert drawn.name == "A: calibration error 5.0 points"


def test_long_names_of_rows_stand_on_several_lines() -> None:
    name = "kermany: Normal, Bacterial pneumonia, Viral pneumonia"
    figure = charts.whiskers({"one": {name: a_score(0.5)}}, {"one": "A"}, "AUC")
    (text,) = figure.layout.yaxis.ticktext
    assert text == "kermany: Normal,<br>Bacterial pneumonia,<br>Viral pneumonia"
    assert charts.on_lines("<b>") == "&lt;b&gt;"
