/* Chart files: buttons that have a chart of the page saved as PNG or SVG by Plotly, which drew it. */

const SCALE = 2; // of PNG

/** Have Plotly save the chart of that key; its own button, which is hidden, does it. */
function saveChart(key, format, filename) {
  const name = key.replace(/[^a-zA-Z0-9_-]/g, "-"); // as Streamlit makes a class of a key
  const plot = document.querySelector(`.st-key-${name} .js-plotly-plot`);
  const button = plot?.querySelector(".modebar-btn");
  if (!button) return;
  plot._context.toImageButtonOptions = { format, filename, scale: SCALE };
  button.click();
}

/** Streamlit calls this on every change of data, always with the same element. */
export default function show({ parentElement, data }) {
  const root = parentElement.querySelector(".files");
  root.replaceChildren(
    ...["PNG", "SVG"].map((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.title = `Save the chart as ${name}`;
      button.addEventListener("click", () => saveChart(data.chart, name.toLowerCase(), data.name));
      return button;
    }),
  );
}
