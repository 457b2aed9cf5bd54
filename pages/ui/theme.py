"""Colours, spacing and the frame around every page."""

from collections.abc import Set

import streamlit as st

from xray_core.data.labels import KNOWN_CLASSES, order_labels

ACCENT = "#2FB5A8"
MUTED = "#8B95A3"

CLASS_COLOURS = dict(zip(KNOWN_CLASSES, ("#56B4E9", "#E69F00", "#009E73", "#CC79A7"), strict=True))
"""Okabe-Ito colours of the known classes, the same everywhere."""

OTHER_COLOURS = ("#F0E442", "#D55E00", "#0072B2")
"""Colours of all other classes, by name; they start again after the third."""

RUN_COLOURS = ("#2FB5A8", "#D55E00", "#8B95A3", "#A78BDA")
RUN_DASHES = ("solid", "dash", "dot", "dashdot")
RUN_MARKERS = ("circle", "square", "diamond", "cross")

LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 168 32" height="32">
<g fill="none" stroke="#2FB5A8" stroke-width="2.2" stroke-linecap="round">
<circle cx="15" cy="14" r="11.5"/><path d="M23.5 22.5 30 29"/>
<path d="M14 8c-4 1-6 5-6 10 0 2 5 1.500 5.500-.5zM16 8c4 1 6 5 6 10 0 2-5 1.500-5.500-.5z"
 stroke-width="1.500"/></g>
<text x="38" y="22" font-family="Inter, 'Segoe UI', Arial, sans-serif" font-size="19"
 font-weight="600" fill="#2FB5A8">ThoraxLens</text></svg>"""

ICON = LOGO.replace('viewBox="0 0 168 32" height="32"', 'viewBox="0 0 32 32" height="32"')

_STYLE = """<style>
.stMainBlockContainer {padding: 3.9rem 2rem 2rem; max-width: 1440px;}
h1 {font-size: 1.9rem !important; letter-spacing: -0.02em; padding-bottom: 0 !important;}
h2 {font-size: 1.25rem !important;} h3 {font-size: 1.05rem !important;}
.stMainBlockContainer, .stMainBlockContainer * {font-feature-settings: "tnum";}
.lead {color: #8B95A3; font-size: 1.05rem; margin: 0 0 0.5rem;}
.research {color: #8B95A3; font-size: 0.85rem; border-top: 1px solid #8B95A340;
 padding-top: 0.75rem; margin-top: 2rem;}
.chip {display: inline-block; padding: 0 0.55rem; border-radius: 1rem; font-size: 0.85rem;
 border: 1px solid currentColor; margin: 0 0.35rem 0.25rem 0;}
[class*="st-key-map_grid"] {display: grid; gap: 1rem;
 grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));}
[data-testid="stPageLink"] a {padding-left: 0;}
.st-key-cards > div {flex-grow: 1;}
[data-testid="stMetricValue"] {font-size: 1.7rem;}
@media (max-width: 640px) {.stMainBlockContainer {padding: 4rem 0.9rem 1.5rem;}}
@media (prefers-reduced-motion: reduce) {
 * {animation: none !important; transition: none !important;}}
</style>"""

# The reading room is dark until a visitor chooses otherwise in the menu. With two themes defined,
# Streamlit starts with the system's; it keeps a visitor's choice per page address under this key
# (version 2 in Streamlit 1.67). On the first visit to an address, what was chosen on another page,
# or else "Dark", is written there. Where the key means nothing, the system's preference stands.
_DARK_FIRST = """<script>
(() => {
  const path = window.location.pathname;
  const key = `stActiveTheme-${path}-v2`;
  const visited = `thoraxlens-visited-${path}`;
  if (localStorage.getItem(visited)) return;
  localStorage.setItem(visited, "1");
  const chosen = Object.keys(localStorage)
    .filter((name) => name.startsWith("stActiveTheme-") && name !== key)
    .map((name) => localStorage.getItem(name));
  const theme = chosen.find((name) => name !== '"System"') ?? '"Dark"';
  localStorage.setItem(key, theme);
  const app = getComputedStyle(document.querySelector(".stApp"));
  const shown = app.backgroundColor === "rgb(14, 17, 22)" ? '"Dark"' : '"Light"';
  if (shown !== theme) window.location.reload();
})();
</script>"""


def apply_theme() -> None:
    """The style of every page; called once a run, by the entry script."""
    st.html(_STYLE)
    st.html(_DARK_FIRST, unsafe_allow_javascript=True)


def class_colours(labels: Set[str]) -> dict[str, str]:
    """The fixed colour of each class, in display order.

    >>> class_colours({"covid", "asthma"})
    {'covid': '#CC79A7', 'asthma': '#F0E442'}
    """
    ranks = {label: rank for rank, label in enumerate(sorted(labels - set(KNOWN_CLASSES)))}
    return {
        label: CLASS_COLOURS.get(label) or OTHER_COLOURS[ranks[label] % len(OTHER_COLOURS)]
        for label in order_labels(set(labels))
    }


def class_colour(label: str, labels: Set[str] = frozenset()) -> str:
    """The fixed colour of one class; `labels` are all in play, for those not in the table."""
    return class_colours(labels | {label})[label]
