/* global Plotly */
/* Chart: a figure that lies beside it as JSON, drawn by Plotly in the colours of the theme. */

const CONFIG = {
  responsive: true,
  displaylogo: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
  toImageButtonOptions: { format: "png", scale: 2, filename: "thoraxlens-chart" },
};

function coloursOf(element) {
  const style = getComputedStyle(element);
  return { text: style.getPropertyValue("--text").trim(), line: style.getPropertyValue("--line") };
}

/** Letters of a chart grow with the window, as those of the slide do. */
function fontSize(element) {
  return 0.9 * parseFloat(getComputedStyle(element).fontSize);
}

function themed(element) {
  const { text, line } = coloursOf(element);
  return {
    "font.color": text,
    "font.size": fontSize(element),
    "xaxis.linecolor": text,
    "yaxis.linecolor": text,
    "yaxis.gridcolor": line.trim(),
  };
}

/** Draw a chart once. */
export function drawChart(element) {
  if (element.dataset.drawn) return;
  const { data, layout } = JSON.parse(element.querySelector("script").textContent);
  const room = element.querySelector(".plot");
  Plotly.newPlot(room, data, layout, {
    ...CONFIG,
    modeBarButtonsToAdd: [
      {
        name: "Download as SVG",
        icon: Plotly.Icons.disk,
        click: (plot) =>
          Plotly.downloadImage(plot, { format: "svg", filename: "thoraxlens-chart" }),
      },
    ],
  });
  element.dataset.drawn = "true";
  themeOfChart(element);
}

/** Give a drawn chart the colours of the theme that is on. */
export function themeOfChart(element) {
  if (!element.dataset.drawn) return;
  const { text } = coloursOf(element);
  const room = element.querySelector(".plot");
  Plotly.relayout(room, themed(element));
  const bars = room.data.map((trace, index) => (trace.error_y ? index : -1));
  const drawn = bars.filter((index) => index >= 0);
  if (drawn.length) Plotly.restyle(room, { "error_y.color": text }, drawn);
}
