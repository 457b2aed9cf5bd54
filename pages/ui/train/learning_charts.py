"""Learning curves: what a training wrote, as Plotly figures."""

import itertools

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.ui.shared.charts import dressed
from pages.ui.shared.theme import ACCENT, MUTED
from pages.ui.shared.words import chart_text

FAR_OFF = 8
"""Beyond this many times the median, one epoch would flatten all others: log scale is used."""


def learning_curve(
    history: pd.DataFrame, metric: str, title: str, steps: pd.DataFrame | None = None
) -> go.Figure:
    """One metric after each epoch, in training and validation; the best epoch is marked.

    Args:
        history: columns `epoch`, `<metric>`, `val_<metric>`, `val_loss`, and `phase` where a
            training has several; empty before the end of the first epoch.
        metric: `loss` or `accuracy`.
        title: of the vertical axis.
        steps: columns `position` in epochs, `phase` and `loss`: the thin line behind the loss.
    """
    figure = go.Figure()
    if metric == "loss" and steps is not None and not steps.empty:
        figure.add_scatter(
            x=steps["position"],
            y=steps["loss"],
            name="Each batch",
            mode="lines",
            line={"color": MUTED, "width": 1},
            opacity=0.6,
            hovertemplate="epoch %{x:.2f}: %{y:.3f}<extra>batches</extra>",
        )
    for column, name, colour, dash in (
        (metric, "Training", MUTED, "dot"),
        (f"val_{metric}", "Validation", ACCENT, "solid"),
    ):
        if history.empty:
            break
        figure.add_scatter(
            x=history["epoch"],
            y=history[column],
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2, "dash": dash},
            marker={"size": 5},
            hovertemplate=f"epoch %{{x}}: %{{y:.3f}}<extra>{name}</extra>",
        )
    if not history.empty:
        best = history.iloc[int(history["val_loss"].argmin())]
        figure.add_scatter(
            x=[best["epoch"]],
            y=[best[f"val_{metric}"]],
            name="Best epoch, kept",
            mode="markers",
            marker={"size": 13, "symbol": "circle-open", "color": ACCENT, "line": {"width": 2}},
            hovertemplate="epoch %{x}, kept: %{y:.3f}<extra></extra>",
        )
    for epoch, phase in phase_starts(history, steps):
        figure.add_vline(
            x=epoch,
            line={"color": MUTED, "width": 1, "dash": "dash"},
            annotation={"text": chart_text(phase), "xanchor": "left"},
        )
    figure.update_xaxes(title="Epoch", tickformat="d", dtick=max(1, len(history) // 8))
    shown = history.get([metric, f"val_{metric}"], pd.DataFrame()).to_numpy(float)
    far_off = shown.size and np.nanmax(shown) > FAR_OFF * np.nanmedian(shown)
    figure.update_yaxes(title=f"{title} (log scale)" if far_off else title)
    if far_off:
        figure.update_yaxes(type="log", dtick="D2")
    return dressed(figure, height=300)


def phase_starts(history: pd.DataFrame, steps: pd.DataFrame | None = None) -> list[tuple[int, str]]:
    """After which epoch each phase but the first begins, and its name.

    Args:
        history, steps: with columns `epoch` and `phase`, or empty; steps know of a phase before
            its first epoch has ended.
    """
    phase_of: dict[int, str] = {}
    for table in (history, steps):
        if table is not None and "phase" in table:
            phase_of |= dict(zip(table["epoch"].astype(int), table["phase"], strict=True))
    return [
        (epoch, str(phase_of[after]))
        for epoch, after in itertools.pairwise(sorted(phase_of))
        if phase_of[after] != phase_of[epoch]
    ]


def step_positions(steps: pd.DataFrame, steps_an_epoch: int = 0) -> pd.Series:
    """The position of each step among the epochs: 1.5 is the middle of the second.

    Args:
        steps: columns `step` (over all epochs), `epoch`, `phase`; the first step of every epoch
            is among the rows.
        steps_an_epoch: steps in the current epoch; 0 takes those of the epoch before.
    """
    starts, phases = steps.groupby("epoch")["step"].min(), steps.groupby("epoch")["phase"].first()
    first = {int(epoch): int(step) for epoch, step in zip(starts.index, starts, strict=True)}
    phase = dict(zip(first, phases, strict=True))
    length = {epoch: first[after] - first[epoch] for epoch, after in itertools.pairwise(first)}
    last = max(first)
    seen = int(steps["step"].iloc[-1]) - first[last] + 1
    usual = [n for epoch, n in length.items() if phase[epoch] == phase[last]]
    length[last] = max([seen, *([steps_an_epoch] if steps_an_epoch else usual[-1:])])
    epoch = steps["epoch"]
    done = (steps["step"] - epoch.map(first) + 1) / epoch.map(length)
    return epoch - 1 + done.clip(upper=1)
