/* Elements that a viewer is built of. Texts from outside reach the page as text, never as markup. */

const ICONS = {
  invert: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 4.7v14.6a7.3 7.3 0 0 1 0-14.6z",
  minus: "M5 12h14",
  plus: "M5 12h14M12 5v14",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9 9h6v6H9z",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  link: "M10 14a4 4 0 0 0 5.7 0l3.4-3.4a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.4 3.4a4 4 0 0 0 5.7 5.7L12 17.7",
  help: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.1-1.5 2.4M12 17.5v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  close: "M6 6l12 12M18 6L6 18",
  more: "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5v5M8 14.5v5",
};

export function make(tag, properties = {}, ...children) {
  const { dataset, ...rest } = properties;
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(rest)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  Object.assign(element.dataset, dataset);
  element.append(...children);
  return element;
}

export function makeCanvas(width, height, properties = {}) {
  return make("canvas", { width, height, ...properties });
}

function makeIcon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}

export function iconButton(action, label, icon = action) {
  return make(
    "button",
    { type: "button", className: "icon", title: label, "aria-label": label, dataset: { action } },
    makeIcon(icon),
  );
}

export function textButton(action, text) {
  return make("button", { type: "button", dataset: { action } }, text);
}

/** A button for what a key does, too. */
export function keyButton(action, text, keys) {
  return make(
    "button",
    {
      type: "button",
      className: "toggle",
      title: `${text} (${keys})`,
      "aria-keyshortcuts": keys,
      dataset: { action },
    },
    text,
  );
}

export function toggleButton(action, text, keys) {
  const button = keyButton(action, text, keys);
  press(button, false);
  return button;
}

export function makeChip() {
  return make("button", { type: "button", className: "chip" }, make("i"), make("span"), make("b"));
}

/** A slider in percent with its name and its value. */
export function makeSlider(label, least, most) {
  const input = make("input", { type: "range", min: least, max: most, "aria-label": label });
  const output = make("output", {});
  const root = make("label", { className: "slider" }, make("span", {}, label), input, output);
  return { root, input, output };
}

export function showSlider({ input, output }, value, text = `${value} %`) {
  input.value = value;
  input.style.setProperty("--fill", `${(100 * (value - input.min)) / (input.max - input.min)}%`);
  input.setAttribute("aria-valuetext", text);
  output.textContent = text;
}

/** Colour bar of a map with its name and its unit. */
export function makeLegend() {
  const legend = {
    bar: makeCanvas(256, 1, { "aria-hidden": "true" }),
    low: make("span", { className: "tick" }),
    zero: make("span", { className: "tick" }, "0"),
    peak: make("span", { className: "tick" }),
    name: make("b"),
    message: make("span", { className: "message" }),
  };
  legend.scale = make(
    "div",
    { className: "bar" },
    legend.bar,
    legend.low,
    legend.zero,
    legend.peak,
  );
  legend.root = make(
    "div",
    { className: "legend" },
    legend.scale,
    make("div", { className: "words" }, legend.name, legend.message),
  );
  return legend;
}

export function makeGroup(title, ...children) {
  return make(
    "div",
    { className: "group", role: "group", "aria-label": title },
    make("span", { className: "title", "aria-hidden": "true" }, title),
    ...children,
  );
}

export function makeField(label, input) {
  return make("label", { className: "field" }, make("span", {}, label), input);
}

/** The entries of a choice, [value, words] each, rebuilt only where they differ. */
export function fillSelect(select, entries, chosen) {
  const text = JSON.stringify(entries);
  if (select.dataset.entries !== text) {
    select.dataset.entries = text;
    select.replaceChildren(...entries.map(([value, words]) => make("option", { value }, words)));
  }
  select.value = chosen;
}

export function press(element, on) {
  element.setAttribute("aria-pressed", String(Boolean(on)));
}
