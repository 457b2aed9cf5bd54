"""Where on the chest a map lies: in words, as six zones, with a warning about corners."""

from collections.abc import Mapping

import plotly.graph_objects as go
import streamlit as st

from pages.ui.shared.charts import DARK, DARK_FROM, LIGHT
from pages.ui.shared.figures import Shown, show_chart
from pages.ui.shared.folded import folded
from pages.ui.shared.words import plain
from xray_core.arrays import BoolArray, Float32Array
from xray_core.data.labels import label_title
from xray_core.evaluation.probability import probability_text
from xray_core.explain.attribution import Attribution
from xray_core.explain.overlay import MIN_SHOWN_PROBABILITY
from xray_core.explain.zones import (
    EVEN_CORNERS,
    Place,
    place_of,
    place_sentence,
    zone_opacity,
    zone_title,
)
from xray_core.lungs.zones import ZONES
from xray_core.quality.thresholds import MEASURES


def place_panel(
    item: Attribution, name: str, film: Float32Array, lungs: BoolArray | None, key: str
) -> None:
    """The panel of one map.

    Args:
        item: the map.
        name: of the map: `LayerCAM at block 8 of Xception`.
        film: float32 (height, width) in [0, 1], bone bright.
        lungs: bool mask over the film; None where they are not known.
        key: unique on the page.
    """
    place = None if item.probability < MIN_SHOWN_PROBABILITY else place_of(item.values, lungs)
    st.markdown(plain(place_words(item, name, place)))
    if place is None:
        return
    if MEASURES["corners"].word(place.corners, EVEN_CORNERS) == "poor":
        st.warning(
            "More evidence lies in the corners than an even map would have there. Markers and text "
            "are often in the corners: a shortcut is likely.",
            icon=":material/warning:",
        )
    if place.zones:
        with folded("Six zones, with the opacity of each", f"{key}_zones") as is_open:
            if is_open:
                show_chart(
                    zone_figure(place),
                    Shown("Evidence in six zones of the lungs"),
                    key=f"zones_{key}",
                    alt=f"Shares of six lung zones: the map {place_sentence(place)}",
                )
                st.markdown(zone_table(place, zone_opacity(film, lungs)))
                st.caption(
                    "Share: part of all evidence in the map; the corners belong to the border. "
                    "Opacity: mean grey of the film, 0 % black and 100 % white; it depends on the "
                    "exposure, so compare right with left."
                )
        st.caption("Lungs as outlined in the data set or, where it has no outline, by a network.")
    else:
        st.caption("Lung zones: not available, as the lungs were not found on this film.")


def place_words(item: Attribution, name: str, place: Place | None) -> str:
    """One sentence: name of the map, class, probability, and where the evidence lies."""
    title, probability = label_title(item.label), probability_text(item.probability)
    if item.probability < MIN_SHOWN_PROBABILITY:
        model = name.rpartition(" of ")[2]
        return f"{title} is too unlikely according to {model} ({probability}) to show where."
    if place is None:
        return f"{name} finds no evidence for {title} ({probability})."
    return f"{name} for {title} ({probability}) {place_sentence(place)}."


def zone_table(place: Place, opacity: Mapping[str, float]) -> str:
    """Markdown: one row per zone with its share of the map and its mean grey; then other places."""
    rows = ["| Zone of the patient | share | opacity |", "|---|--:|--:|"]
    for zone, share in place.zones.items():
        rows.append(
            f"| {zone_title(zone).removesuffix(' zone')} | {100 * share:.0f} % "
            f"| {100 * opacity[zone]:.0f} % |"
        )
    outside = {
        "outside the lungs": None if place.lungs is None else 1 - place.lungs,
        "below the diaphragm": place.below,
        "in the corners": place.corners,
        "along the border": place.border,
    }
    rows += [
        f"| {name} | {100 * share:.0f} % | |"
        for name, share in outside.items()
        if share is not None
    ]
    return "\n".join(rows)


def zone_figure(place: Place) -> go.Figure:
    """Six cells as they lie on the film: the patient's right lung on the left."""
    shares = [[100 * place.zones[ZONES[row + column]] for column in (0, 3)] for row in range(3)]
    rows, columns = ["upper", "mid", "lower"], ["patient's right", "patient's left"]
    top = max(1.0, *map(max, shares))
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=columns,
            y=rows,
            colorscale="Cividis",  # Inferno begins with a colour that Streamlit replaces
            zmin=0,
            zmax=top,
            xgap=3,
            ygap=3,
            showscale=False,
            hovertemplate="%{x}, %{y} zone: %{z:.0f} %<extra></extra>",
        )
    )
    for row, values in zip(rows, shares, strict=True):
        for column, value in zip(columns, values, strict=True):
            figure.add_annotation(
                x=column,
                y=row,
                text=f"{value:.0f} %",
                showarrow=False,
                font={"color": DARK if value > DARK_FROM * top else LIGHT, "size": 13},
            )
    figure.update_layout(
        height=190,
        margin={"l": 0, "r": 0, "t": 24, "b": 0},
        xaxis={"side": "top", "fixedrange": True},
        yaxis={"autorange": "reversed", "fixedrange": True},
    )
    return figure
