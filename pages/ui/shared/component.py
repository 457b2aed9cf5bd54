"""Our own small front ends: a style and plain JavaScript beside the Python that speaks to them."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from xray_core.viewer.scripts import joined


def component_of(name: str, base: Path, html: str) -> ComponentRenderer:
    """Declare a component, once per process.

    Args:
        name: unique in the app.
        base: path of its `.css` and `.js` without the ending.
        html: what the script finds to draw into.
    """
    return st.components.v2.component(
        f"thoraxlens_{name}",
        html=html,
        css=base.with_suffix(".css").read_text(encoding="utf-8"),
        js=joined(base.with_suffix(".js")),
    )
