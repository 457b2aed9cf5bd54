"""ROC and precision-recall of every class, with bands, as a tab of the Compare page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from pages.ui.compare.cache import class_curves
from pages.ui.compare.charts import add_line, bars_of, run_style
from pages.ui.compare.run_table import all_classes, class_scores
from pages.ui.shared.charts import dressed
from pages.ui.shared.figures import Shown, show_chart
from pages.ui.shared.words import chart_text, interval, plain
from xray_core.data.labels import label_title
from xray_core.evaluation.curves import Curve, Curves
from xray_core.evaluation.intervals import Score
from xray_core.reports.deck.measured import roc_curves
from xray_core.runs.store import PREDICTIONS, Run

Names = Mapping[str, str]
Drawn = Mapping[str, tuple[Curve, str] | None]
"""Run id -> its curve and title; None for a run without, so that the others keep their colours."""

_BAND = 0.14


def curves_tab(runs: tuple[Run, ...], names: Names) -> None:
    """Two charts per class.

    Args:
        runs: to compare.
        names: run id -> display name.
    """
    st.caption(
        "Each class against the rest, on the test films. Bands: 95 % at each place, films of a "
        "patient drawn together. Precision depends on how often the class is met: the dotted line "
        "is that of a guess, and it lies elsewhere where the class is rarer. AP: average precision."
    )
    for number, label in enumerate(all_classes(runs)):
        found = {run.id: class_curves(run.path / PREDICTIONS, label) for run in runs}
        st.markdown(f"**{plain(label_title(label))}** against the rest")
        known = [part for part in found.values() if part]
        if not known:
            st.caption("No model was tested on films both of this class and of others.")
            continue
        of_class = _OfClass(runs, names, label, found)
        left, right = st.columns(2, gap="medium")
        with left:
            of_class.roc(f"compare_roc_{number}")
        with right:
            of_class.precision_recall(f"compare_precision_{number}")


@dataclass(frozen=True)
class _OfClass:
    """The two charts of a class; `found` are the curves of each run that has them."""

    runs: tuple[Run, ...]
    names: Names
    label: str
    found: Mapping[str, Curves | None]

    def roc(self, key: str) -> None:
        areas = {run.id: class_scores(run, "auc").get(self.label) for run in self.runs}
        drawn = self._titled("AUC", areas, lambda part: part.roc)
        title = f"ROC of {label_title(self.label)} against the rest"
        show_chart(
            curve_chart(drawn, ("1 - specificity", "Sensitivity"), ((0, 0), (1, 1))),
            Shown(title, self.runs, partial(roc_curves, self.runs, self.label)),
            key=key,
            alt=_alt(drawn),
        )

    def precision_recall(self, key: str) -> None:
        means = {name: part.precision_recall.area for name, part in self.found.items() if part}
        drawn = self._titled("AP", means, lambda part: part.precision_recall)
        share = next(part.share for part in self.found.values() if part)
        title = f"Precision and recall of {label_title(self.label)}"
        bars: dict[str, dict[str, Score | None]] = {
            run.id: {label_title(self.label): means.get(run.id)} for run in self.runs
        }
        show_chart(
            curve_chart(drawn, ("Recall (sensitivity)", "Precision"), ((0, share), (1, share))),
            Shown(title, self.runs, partial(bars_of, bars, self.runs, "Average precision")),
            key=key,
            alt=_alt(drawn),
        )

    def _titled(
        self, score: str, areas: Mapping[str, Score | None], curve: Callable[[Curves], Curve]
    ) -> Drawn:
        """The curve of each run, titled with its name and area."""
        return {
            key: (curve(part), f"{_short(self.names[key])}: {score} {interval(areas[key])}")
            if part
            else None
            for key, part in self.found.items()
        }


def curve_chart(
    curves: Drawn,
    axes: tuple[str, str],
    guess: tuple[tuple[float, float], tuple[float, float]],
) -> go.Figure:
    """A line and a band per run, in the unit square.

    Args:
        curves: of each run.
        axes: titles of x and y.
        guess: both ends of the line of a guess.
    """
    figure = go.Figure()
    add_line(figure, *guess)
    for place, item in enumerate(curves.values()):
        if item is None:
            continue
        curve, title = item
        style = run_style(place)
        if np.isfinite(curve.low).all():
            figure.add_scatter(
                x=np.concatenate([curve.x, curve.x[::-1]]),
                y=np.concatenate([curve.high, curve.low[::-1]]),
                fill="toself",
                fillcolor=_faint(style["colour"]),
                line={"width": 0},
                mode="lines",
                hoverinfo="skip",
                showlegend=False,
            )
        figure.add_scatter(
            x=curve.x,
            y=curve.y,
            name=chart_text(title),
            mode="lines",
            line={"color": style["colour"], "width": 2.2, "dash": style["dash"]},
            hovertemplate=f"{axes[0]} %{{x:.2f}}<br>{axes[1]} %{{y:.2f}}<extra></extra>",
        )
    figure.update_xaxes(title=axes[0], range=[-0.01, 1.01])
    figure.update_yaxes(title=axes[1], range=[-0.01, 1.01])
    figure.update_layout(legend={"entrywidthmode": "fraction", "entrywidth": 1.0})
    return dressed(figure, height=330 + 20 * len(curves))


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {_BAND})"


def _short(name: str) -> str:
    """`B · ResNet50` of `B · ResNet50, ImageNet`: a phone has no room for more and a score."""
    return name.partition(",")[0]


def _alt(drawn: Drawn) -> str:
    return "; ".join(item[1] for item in drawn.values() if item)
