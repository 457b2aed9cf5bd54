"""How each model learnt: loss and accuracy on validation films after each epoch."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.compare.charts import run_style
from pages.ui.shared.charts import dressed
from pages.ui.shared.figures import Shown, show_chart
from pages.ui.shared.words import chart_text, plain
from xray_core.evaluation.same_films import on_same_films
from xray_core.runs.store import Run
from xray_core.wording import join

_METRICS = (("loss", "Loss"), ("accuracy", "Accuracy"))


def learning_tab(runs: tuple[Run, ...], names: Mapping[str, str]) -> None:
    """Two charts, and what they cannot say.

    Args:
        runs: to compare.
        names: run id -> display name.
    """
    found = {run.id: run.history() for run in runs if not run.is_own}
    drawn = {run_id: table for run_id, table in found.items() if not table.empty}
    if not drawn:
        st.info("None of these models was trained here.", icon=":material/info:")
        return
    st.caption(
        "After each epoch: on validation films (with marks) and on training films (dotted). The "
        "epoch of the lowest validation loss was kept. " + _films_words(runs)
    )
    for place, (metric, title) in zip(st.columns(2, gap="medium"), _METRICS, strict=True):
        with place:
            show_chart(
                learning_chart(drawn, metric, title, names),
                Shown(f"{title} while learning", runs),
                key=f"compare_learning_{metric}",
                alt="; ".join(_alt(table, metric, names[key]) for key, table in drawn.items()),
            )
    if silent := [names[run.id] for run in runs if run.id not in drawn]:
        st.caption(f"Not trained here: {plain(join(silent))}.")


def learning_chart(
    histories: Mapping[str, pd.DataFrame], metric: str, title: str, names: Mapping[str, str]
) -> go.Figure:
    """A line per run on validation films, and a dotted one on training films.

    Args:
        histories: run id -> `epoch`, `<metric>`, `val_<metric>`, one row or more.
        metric: `loss` or `accuracy`.
        title: of the axis.
        names: run id -> display name; their order gives the colours.
    """
    figure = go.Figure()
    for run_id, history in histories.items():
        style = run_style(list(names).index(run_id))
        figure.add_scatter(
            x=history["epoch"],
            y=history[metric],
            mode="lines",
            line={"color": style["colour"], "width": 1, "dash": "dot"},
            legendgroup=run_id,
            showlegend=False,
            hovertemplate=f"epoch %{{x}}, training: %{{y:.3f}}<extra>{title}</extra>",
        )
        figure.add_scatter(
            x=history["epoch"],
            y=history[f"val_{metric}"],
            name=chart_text(names[run_id]),
            mode="lines+markers",
            line={"color": style["colour"], "width": 2},
            marker={"color": style["colour"], "symbol": style["marker"], "size": 8},
            legendgroup=run_id,
            hovertemplate=f"epoch %{{x}}, validation: %{{y:.3f}}<extra>{title}</extra>",
        )
    most = max(int(history["epoch"].max()) for history in histories.values())
    figure.update_xaxes(title="Epoch", tickformat="d", dtick=max(1, most // 8))
    figure.update_yaxes(title=title)
    return dressed(figure, height=320 + 20 * len(histories))


def _films_words(runs: tuple[Run, ...]) -> str:
    """Whether the models were validated on the same films."""
    trained = [run for run in runs if not run.is_own]
    if len({run.config.manifest_hash for run in trained}) == 1 or on_same_films(
        run.manifest().split("val").to_frame() for run in trained
    ):
        return "All were validated on the same films."
    return "**They were validated on different films: the height of a line may be due to them.**"


def _alt(history: pd.DataFrame, metric: str, name: str) -> str:
    last = history.iloc[-1]
    return f"{name}: {last[f'val_{metric}']:.3f} on validation films after epoch {last['epoch']:g}"
