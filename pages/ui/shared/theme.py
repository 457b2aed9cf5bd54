"""Colours, spacing and the frame around every page."""

import streamlit as st

from pages.ui.shared.print_style import PRINT_SCRIPT, PRINT_STYLE

ACCENT = "#1C978B"
MUTED = "#8B95A3"
"""For lines and marks of charts, not for text: both stand out on white and on black by 3:1."""
OUTLINE = "#6F7A89"
"""Around what has the colour of a class, some of which are as light as the paper."""

RUN_COLOURS = (ACCENT, "#D55E00", "#3D6FD1", "#9173CF")
RUN_DASHES = ("solid", "dash", "dot", "dashdot")
RUN_MARKERS = ("circle", "square", "diamond", "cross")
RUN_LETTERS = "ABCDEFGH"

LOGO = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 168 32" height="32">
<g fill="none" stroke="{ACCENT}" stroke-width="2.2" stroke-linecap="round">
<circle cx="15" cy="14" r="11.5"/><path d="M23.5 22.5 30 29"/>
<path d="M14 8c-4 1-6 5-6 10 0 2 5 1.500 5.500-.5zM16 8c4 1 6 5 6 10 0 2-5 1.500-5.500-.5z"
 stroke-width="1.500"/></g>
<text x="38" y="22" font-family="Inter, 'Segoe UI', Arial, sans-serif" font-size="19"
 font-weight="600" fill="{ACCENT}">ThoraxLens</text></svg>"""

ICON = LOGO.replace('viewBox="0 0 168 32" height="32"', 'viewBox="0 0 32 32" height="32"')

_STYLE = """<style>
.stMainBlockContainer {padding: 3.9rem 2rem 2rem; max-width: 1440px;}
h1 {font-size: 1.9rem !important; letter-spacing: -0.02em; padding: 0.5rem 0 0 !important;}
h2 {font-size: 1.25rem !important;} h3 {font-size: 1.05rem !important;}
.stMainBlockContainer, .stMainBlockContainer * {font-feature-settings: "tnum";}
.lead {color: color-mix(in srgb, currentColor 72%, transparent); font-size: 1.05rem;
 margin: 0.3rem 0 0.5rem;}
.research {color: color-mix(in srgb, currentColor 72%, transparent); font-size: 0.85rem;
 border-top: 1px solid #8B95A340;
 padding-top: 0.75rem; margin-top: 2rem;}
.stPlotlyChart :is(.xtick, .ytick, .cbaxis) text, .stPlotlyChart :is(.xtitle, .ytitle),
 .stPlotlyChart :is(.legendtext, .bartext) {fill: currentColor !important;}
[data-testid="stSliderThumbValue"], [data-testid="stTab"][aria-selected="true"],
 [role="radiogroup"] [data-selected="true"] {color: inherit !important;}
.chip {display: inline-block; padding: 0 0.55rem; border-radius: 1rem; font-size: 0.85rem;
 border: 1px solid currentColor; margin: 0 0.35rem 0.25rem 0;}
[class*="st-key-map_grid"] {display: grid; gap: 1rem;
 grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));}
.st-key-questions {display: grid; gap: 1rem 1.5rem;
 grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr));}
[data-testid="stPageLink"] a {padding-left: 0;}
.stElementContainer:has(> .stHtml > script) {display: none;}
html:not(.touring) [data-testid="stLayoutWrapper"]:has(> .st-key-tour_room) {display: none;}
.stMarkdown :is(th, td):first-child {overflow-wrap: anywhere; min-width: 5.5rem;}
div:has(> [data-testid="stMainMenu"]) {flex-shrink: 1; min-width: 0;}
.st-key-cards > div {flex-grow: 1;}
[data-testid="stMetricValue"] {font-size: 1.7rem;}
.stPlotlyChart .modebar-container {display: none !important;}
.basket-picture, .basket-sign {width: 100%; max-width: 5.5rem; aspect-ratio: 1;
 object-fit: contain; border-radius: 0.4rem;}
.basket-picture {background: #000;}
.basket-grip {display: flex; align-items: center; gap: 0.25rem;}
.basket-handle {flex: none; width: 2.75rem; height: 2.75rem; margin-left: -0.6rem; border: 0;
 border-radius: 0.4rem; background: none; color: inherit; font-size: 1.3rem; opacity: 0.75;
 cursor: grab; touch-action: none;}
.basket-handle:focus-visible {outline: 2px solid currentColor; opacity: 1;}
.basket-moving [class*="st-key-basket_item_"] {transition: transform 0.15s;}
.basket-moving .basket-dragged {transition: none; z-index: 2; position: relative;
 background: color-mix(in srgb, currentColor 8%, transparent); cursor: grabbing;}
.basket-sign {display: grid; place-items: center; font-size: 2.4rem; opacity: 0.5;}
.bars {width: 100%; border-collapse: collapse; font-size: 0.88rem;}
.bars :is(th, td) {padding: 0.1rem 0.3rem 0.1rem 0; text-align: left; font-weight: 400;}
.bars tr.class :is(th, td) {padding-top: 0.6rem; font-weight: 600;}
.bars td:last-child {text-align: right; width: 3rem; padding-right: 0;}
.bars .track {height: 0.5rem; min-width: 5rem; border-radius: 0.25rem;
 background: color-mix(in srgb, currentColor 12%, transparent);}
.bars .track i {display: block; height: 100%; border-radius: 0.25rem;}
.bars .dot {display: inline-block; width: 0.65rem; height: 0.65rem; border-radius: 50%;
 margin-right: 0.45rem; box-shadow: 0 0 0 1px #6F7A89;}
.similar {display: grid; gap: 0.75rem; font-size: 0.85rem;
 grid-template-columns: repeat(auto-fill, minmax(min(9.5rem, 30%), 1fr)); max-width: 62rem;}
.similar :is(b, span) {display: block;}
.similar img {width: 100%; aspect-ratio: 1; object-fit: contain; background: #000;
 border-radius: 0.4rem;}
.similar span {color: color-mix(in srgb, currentColor 72%, transparent);}
.bars .chip {margin: 0 0 0 0.4rem; font-weight: 400; font-size: 0.78rem;}
@media screen and (max-width: 1000px) {
 .st-key-opinion_room [data-testid="stColumn"] {min-width: 100%;}
 [data-testid="stColumn"]:has(.st-key-opinion_list) {order: 3;}}
.stMainBlockContainer:has(.st-key-train_room) {max-width: 1900px;}
.stMainBlockContainer:has(.st-key-explain_top) {max-width: none; padding-top: 3.6rem;}
.st-key-explain_top [data-testid="stWidgetLabel"] {min-height: 0;}
.st-key-explain_top h1 {padding: 0 0 0.4rem !important; font-size: 1.4rem !important;}
@media screen and (max-width: 1100px) {
 .st-key-explain_body > * > [data-testid="stHorizontalBlock"] {flex-direction: column-reverse;}
 .st-key-explain_body > * > [data-testid="stHorizontalBlock"] > .stColumn
 {flex: none; width: 100%; min-width: 100%;}}
@media (max-width: 640px) {[data-testid="stLayoutWrapper"]:has(> .st-key-explain_top) {order: 1;}}
@media (max-width: 640px) {.stMainBlockContainer {padding: 4rem 0.9rem 1.5rem;}
 .stMarkdown :is(th, td) {padding: 0.3rem 0.4rem !important; font-size: 0.85rem;}}
@media (prefers-reduced-motion: reduce) {
 * {animation: none !important; transition: none !important;}}
</style>"""

# The reading room is dark until a visitor chooses otherwise in the menu. With two themes defined,
# Streamlit starts with the system's; it keeps a visitor's choice per page address under this key
# (version 2 in Streamlit 1.67) and reads it when the page is loaded. What was chosen last counts
# for all addresses. On a first visit Streamlit has already begun with the system's theme: it looks
# again after printing, and then finds that the system prefers what was chosen, or dark. Where
# the key or the event mean nothing, the system's preference stands. `thoraxlensPrefers` lets the
# system prefer what was chosen, until what it returns is called.
_DARK_FIRST = """<script>
(() => {
  if (window.thoraxlensTheme) return;
  window.thoraxlensTheme = true;
  window.thoraxlensPrefers = (dark) => {
    const ask = window.matchMedia;
    window.matchMedia = (query) => {
      const answer = ask.call(window, query);
      if (!query.includes("prefers-color-scheme")) return answer;
      return new Proxy(answer, {
        get: (object, name) => {
          if (name === "matches") return dark;
          return typeof object[name] === "function" ? object[name].bind(object) : object[name];
        },
      });
    };
    return () => { window.matchMedia = ask; };
  };
  const ours = "thoraxlens-theme";
  const key = `stActiveTheme-${window.location.pathname}-v2`;
  const theme = localStorage.getItem(ours) ?? '"Dark"';
  window.addEventListener("pagehide", () => {
    const chosen = localStorage.getItem(key);
    if (!chosen) return;
    localStorage.setItem(ours, chosen);
    for (const name of Object.keys(localStorage))
      if (name.startsWith("stActiveTheme-")) localStorage.setItem(name, chosen);
  });
  const visited = `thoraxlens-visited-${window.location.pathname}`;
  if (localStorage.getItem(visited)) return;
  localStorage.setItem(visited, "1");
  localStorage.setItem(key, theme);
  if (theme === '"System"') return;
  const asAlways = window.thoraxlensPrefers(theme === '"Dark"');
  window.dispatchEvent(new Event("afterprint"));
  setTimeout(asAlways, 500);
})();
</script>"""


def apply_theme() -> None:
    """The style of every page; called once per run by the entry script."""
    st.html(_STYLE)
    st.html(_DARK_FIRST, unsafe_allow_javascript=True)
    st.html(PRINT_STYLE)
    st.html(PRINT_SCRIPT, unsafe_allow_javascript=True)
