"""Differences of models as bars that hang down as well, in every format."""

from pathlib import Path

import pypdfium2
import pytest
from pptx import Presentation

from pages.ui.compare.charts import difference_bars
from xray_core.evaluation.difference import Difference
from xray_core.reports.deck.content import Bars, Deck, Slide
from xray_core.reports.deck.formats import FORMATS
from xray_core.reports.deck.web_charts import bars_figure


def difference(value: float | None, low: float | None, high: float | None) -> Difference:
    return Difference("a", "b", value, low, high, 0.2, 0.4, 0.05, 90)


@pytest.fixture
def bars() -> Bars:
    rows = [
        ("A – B", difference(0.0512, 0.01, 0.081)),
        ("A – C", difference(-0.03, -0.06, 0.004)),
        ("B – C", difference(None, None, None)),
    ]
    return difference_bars(rows, "Difference in macro-F1")


def written(bars: Bars, ending: str, folder: Path) -> Path:
    path = folder / f"deck{ending}"
    FORMATS[ending](Deck((Slide("Differences", "", (), (bars,)),), "runs"), path, "light")
    return path


def test_the_axis_holds_every_interval_and_nothing_in_its_middle(bars: Bars) -> None:
    assert bars.span == (-0.1, 0.1)
    assert bars.ticks == pytest.approx((-0.1, -0.05, 0, 0.05, 0.1))
    assert difference_bars([("A – B", difference(0.0, None, None))], "x").span == (-0.02, 0.02)
    assert Bars("AUC", ("x",), {}).ticks == pytest.approx((0, 0.2, 0.4, 0.6, 0.8, 1))


def test_powerpoint_keeps_the_values_and_names_groups_below(bars: Bars, tmp_path: Path) -> None:
    (slide,) = Presentation(str(written(bars, ".pptx", tmp_path))).slides
    (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    assert list(chart.plots[0].series[0].values) == [0.0512, -0.03, None]
    assert (chart.value_axis.minimum_scale, chart.value_axis.maximum_scale) == (-0.1, 0.1)
    assert "LOW" in str(chart.category_axis.tick_label_position)
    assert chart.plots[0].data_labels.number_format.startswith("+0.000")


def test_pdf_says_the_values_with_their_signs(bars: Bars, tmp_path: Path) -> None:
    with pypdfium2.PdfDocument(written(bars, ".pdf", tmp_path)) as document:
        words = document[0].get_textpage().get_text_bounded()
    assert "+0.051" in words
    assert "-0.030" in words


def test_the_web_page_draws_below_nothing_as_well(bars: Bars) -> None:
    figure = bars_figure(bars)
    assert figure["layout"]["yaxis"]["range"] == pytest.approx([-0.1, 0.104])
    assert figure["data"][0]["text"] == ["+0.051", "-0.030", ""]
