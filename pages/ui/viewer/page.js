/* Page: the elements of a viewer. Second of the three parts of the viewer.
 *
 * Texts from outside reach the page as text, never as markup.
 */

const ICONS = {
  invert: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 4.7v14.6a7.3 7.3 0 0 1 0-14.6z",
  minus: "M5 12h14",
  plus: "M5 12h14M12 5v14",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9 9h6v6H9z",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  help: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.1-1.5 2.4M12 17.5v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  close: "M6 6l12 12M18 6L6 18",
};

const HELP = [
  ["← →", "previous, next film"],
  ["↑ ↓", "class"],
  ["O", "overlay on or off"],
  ["I", "negative"],
  ["+ − 0", "zoom in, out, whole film"],
  ["F", "full screen"],
  ["?", "this panel"],
];

function make(tag, properties = {}, ...children) {
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

function makeCanvas(width, height, properties = {}) {
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

function iconButton(action, label, icon = action) {
  return make("button", { type: "button", className: "icon", title: label, "aria-label": label, dataset: { action } }, makeIcon(icon));
}

function textButton(action, text) {
  return make("button", { type: "button", dataset: { action } }, text);
}

function makeChip() {
  return make("button", { type: "button", className: "chip" }, make("i"), make("span"), make("b"));
}

/** All elements of one viewer, by name. */
function buildPage(root) {
  const part = {
    root,
    chips: make("div", { className: "chips", role: "group", "aria-label": "Class" }),
    runs: make("select", { className: "runs", "aria-label": "Network and method" }),
    caption: make("span", { className: "caption" }),
    synthetic: make("span", { className: "badge", textContent: "Synthetic film" }),
    position: make("span", { className: "position" }),
    canvas: makeCanvas(1, 1, { role: "img" }),
    previous: iconButton("previous", "Previous film (left arrow)"),
    next: iconButton("next", "Next film (right arrow)"),
    bar: make("div", { className: "bar" }),
    reach: make("div", { className: "beyond" }),
    peak: make("span", { className: "peak" }),
    mapText: make("b"),
    message: make("span", { className: "message" }),
    readout: make("span", { className: "readout" }),
    original: textButton("original", "Original"),
    overlay: textButton("overlay", "Overlay"),
    opacity: make("input", { type: "range", min: 0, max: 100, "aria-label": "Opacity of the overlay" }),
    opacityText: make("output", {}),
    invert: iconButton("invert", "Negative (I)"),
    zoomText: make("output", { className: "zoom", "aria-label": "Zoom" }),
    full: iconButton("full", "Full screen (F)"),
    spoken: make("div", { className: "spoken", "aria-live": "polite" }),
  };
  part.help = make(
    "div",
    { className: "help", role: "dialog", "aria-label": "Help", hidden: true },
    iconButton("help", "Close help", "close"),
    make("dl", {}, ...HELP.flatMap(([keys, text]) => [make("dt", {}, keys), make("dd", {}, text)])),
    make("p", {}, "Wheel or pinch to zoom, drag to move, double click for the whole film."),
    make("p", {}, "Colour is the map's value divided by its own maximum, times the probability of the class. Bright means: the network leans on this place. It is not an outline of disease."),
  );
  part.bar.append(drawColourBar(makeCanvas(256, 1, { "aria-hidden": "true" })), part.reach, part.peak);
  part.film = make("div", { className: "set", role: "group", "aria-label": "Film" }, part.previous, part.position, part.next);
  part.legend = make("div", { className: "legend" }, make("span", { className: "zero" }, "0"), part.bar);
  part.strip = make("div", { className: "strip" }, part.caption, part.synthetic, part.film);
  part.stage = make(
    "div",
    { className: "stage", tabIndex: 0, role: "group", "aria-label": "Film. Arrow keys change film and class, question mark for help." },
    part.canvas, part.help,
  );
  root.replaceChildren(
    make("div", { className: "head" }, part.chips, part.runs),
    make("div", { className: "room" },
      part.strip,
      part.stage,
      make("div", { className: "strip foot" }, part.legend, make("div", { className: "words" }, part.mapText, part.message), part.readout)),
    make("div", { className: "tools", role: "toolbar", "aria-label": "Film tools" },
      make("div", { className: "segment" }, part.original, part.overlay),
      make("label", { className: "slider" }, part.opacity, part.opacityText),
      make("div", { className: "set" }, part.invert, iconButton("out", "Zoom out (−)", "minus"), part.zoomText,
        iconButton("in", "Zoom in (+)", "plus"), iconButton("fit", "Whole film (0)")),
      make("div", { className: "set end" }, part.full, iconButton("download", "Download picture with legend"), iconButton("help", "Help (?)"))),
    part.spoken,
  );
  return part;
}
