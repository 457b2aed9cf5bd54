"""How a page prints: light, on A4, nothing cut, whatever theme the visitor reads in.

A page is laid out as on a wide screen and made smaller. What Streamlit colours by theme gets other
colours where the theme is dark; films and maps keep their black ground. Charts are drawn for the
screen and scaled as a whole: they cannot be drawn again before the print begins. Tables are drawn
for the screen as well, only what is in view; in their place `printed_table` is printed.
"""

PRINT_STYLE = """<style>
@page {size: A4 landscape; margin: 10mm;}
.stElementContainer:has(.printed-table) {display: none;}
@media print {
 .stElementContainer:has(.printed-table) {display: block;}
 .stElementContainer:has(> * .stDataFrame) {display: none !important;}
 .printed-table table {width: 100%; border-collapse: collapse; font-size: 0.75rem;}
 .printed-table table + table {margin-top: 0.8rem;}
 .printed-table :is(th, td) {padding: 0.15rem 0.4rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid #D5DBE3; overflow-wrap: break-word;}
 .printed-table thead {display: table-header-group;}
 .stApp {zoom: 0.72;}
 .stApp:has(.st-key-explain_body) {zoom: 0.66;}
 .stMainBlockContainer {max-width: none !important; padding: 0 !important;}
 .stAppHeader, .stFileUploader, .stTooltipIcon, .stToast, .stPopover, .stDownloadButton,
 [class*="_files"] {display: none !important;}
 .stVerticalBlock:not([class*="st-key-map_grid"], .st-key-questions) {display: block !important;}
 .stVerticalBlock > * {margin-bottom: 0.8rem;}
 .st-key-explain_body > * > .stHorizontalBlock > .stColumn:first-child {display: none !important;}
 .stHorizontalBlock:has(.stPlotlyChart):not(.st-key-explain_body > * > *),
 [class*="st-key-map_grid"], .stElementContainer:not(:has(.printed-table)) {break-inside: avoid;}
 .stElementContainer:has(.stHeading, + * :is(.stPlotlyChart, [class*="st-key-map_grid"]))
 {break-after: avoid;}
 .stHorizontalBlock {display: flex !important;}
 .stColumn {min-width: 0 !important;}
 .st-key-explain_body > * > .stHorizontalBlock {display: block !important;}
 .stPlotlyChart, .stImage, .stAlert, .stMetric, tr, .stBidiComponent {break-inside: avoid;}
 .stPlotlyChart .main-svg {background: transparent !important; max-width: 100%; height: auto;}
 .printed-dark, .printed-dark :is(body, .stApp) {background: #FFFFFF !important;}
 .printed-dark .stPlotlyChart .bg {fill: transparent !important;}
 .printed-dark .stApp :is(div, main, section, details, summary, button, input, textarea, label,
  span, p, a, li, th, td, pre, code, h1, h2, h3, svg text) {color: #0B111C !important;}
 .printed-dark .stApp :is(div, main, section, details, summary, button, input, textarea, pre, code,
  [data-tag]):not(.track, .stCheckbox *, .stProgress *, .stSlider *)
  {background-color: transparent !important;}
 .printed-dark .stBidiComponent, .printed-dark .stBidiComponent * {
  --st-text-color: #0B111C !important; --st-background-color: #FFFFFF !important;
  --st-secondary-background-color: #F5F7FA !important; --st-primary-color: #0F766E !important;
  --st-link-color: #0F766E !important; --st-border-color: #D5DBE3 !important;}
}
</style>"""

PRINT_SCRIPT = """<script>
(() => {
  if (window.thoraxlensPrint) return;
  window.thoraxlensPrint = true;
  let asAlways = () => {};
  window.addEventListener("beforeprint", () => {
    const ground = getComputedStyle(document.querySelector(".stApp")).backgroundColor;
    const dark = ground.match(/\\d+/)[0] < 128;
    document.documentElement.classList.toggle("printed-dark", dark);
    asAlways = window.thoraxlensPrefers(dark); // Streamlit asks again after printing
    for (const drawn of document.querySelectorAll(".stPlotlyChart .main-svg")) {
      const { width, height } = drawn;
      drawn.setAttribute("viewBox", `0 0 ${width.baseVal.value} ${height.baseVal.value}`);
    }
  });
  window.addEventListener("afterprint", () => {
    setTimeout(asAlways, 500);
    document.documentElement.classList.remove("printed-dark");
    for (const drawn of document.querySelectorAll(".stPlotlyChart .main-svg"))
      drawn.removeAttribute("viewBox");
  });
})();
</script>"""
