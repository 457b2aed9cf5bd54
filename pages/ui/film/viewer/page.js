/* Page: the elements of a viewer. Fourth of the parts of the viewer.
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
  more: "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5v5M8 14.5v5",
};

const HELP = [
  ["← →", "previous, next film"],
  ["↑ ↓", "class"],
  ["O", "overlay on or off"],
  ["C", "contour lines instead of colour"],
  ["L Z T", "lungs, six zones, true finding"],
  ["S W X", "two maps side by side; with a divider; their difference"],
  ["Space", "two maps in turn; before and after a what-if"],
  ["D", "fill a box and ask again: arrows move it, with Shift they resize it, Enter fills it"],
  ["U", "take the last box back"],
  ["I", "negative"],
  ["+ − 0", "zoom in, out, whole film"],
  ["M", "more controls"],
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

function toggleButton(action, text, keys) {
  return make("button", { type: "button", className: "toggle", title: `${text} (${keys})`, "aria-pressed": "false", "aria-keyshortcuts": keys, dataset: { action } }, text);
}

function makeChip() {
  return make("button", { type: "button", className: "chip" }, make("i"), make("span"), make("b"));
}

/** A slider in percent with its name and its value. */
function makeSlider(label, least, most) {
  const input = make("input", { type: "range", min: least, max: most, "aria-label": label });
  const output = make("output", {});
  const root = make("label", { className: "slider" }, make("span", {}, label), input, output);
  return { root, input, output };
}

function showSlider({ input, output }, value, text = `${value} %`) {
  input.value = value;
  input.style.setProperty("--fill", `${(100 * (value - input.min)) / (input.max - input.min)}%`);
  input.setAttribute("aria-valuetext", text);
  output.textContent = text;
}

/** Colour bar of a map with its name and its unit. */
function makeLegend() {
  const legend = {
    bar: makeCanvas(256, 1, { "aria-hidden": "true" }),
    low: make("span", { className: "tick" }),
    zero: make("span", { className: "tick" }, "0"),
    peak: make("span", { className: "tick" }),
    name: make("b"),
    message: make("span", { className: "message" }),
  };
  legend.scale = make("div", { className: "bar" }, legend.bar, legend.low, legend.zero, legend.peak);
  legend.root = make("div", { className: "legend" }, legend.scale, make("div", { className: "words" }, legend.name, legend.message));
  return legend;
}

function makeGroup(title, ...children) {
  return make("div", { className: "group", role: "group", "aria-label": title }, make("span", { className: "title", "aria-hidden": "true" }, title), ...children);
}

function makeField(label, input) {
  return make("label", { className: "field" }, make("span", {}, label), input);
}

/** The rarely used controls, folded until they are asked for. */
function buildMore(part) {
  Object.assign(part, {
    threshold: makeSlider("Draw from", 0, 90),
    contours: toggleButton("contours", "Contour lines", "C"),
    window: makeSlider("Window", 5, 100),
    level: makeSlider("Level", 0, 100),
    plain: make("button", { type: "button", className: "toggle", dataset: { action: "plain" } }, "Reset"),
    lungs: toggleButton("lungs", "Lungs", "L"),
    zones: toggleButton("zones", "Six zones", "Z"),
    lesion: toggleButton("lesion", "True finding", "T"),
    against: make("select", { "aria-label": "Against" }),
    modes: make("div", { className: "segment", role: "group", "aria-label": "Show" },
      textButton("one", "One"), textButton("side", "Side by side"), textButton("swipe", "Wipe"), textButton("blink", "In turn"), textButton("difference", "Difference")),
    other: make("select", { "aria-label": "Compared with" }),
    box: toggleButton("box", "Fill a box", "D"),
    lasso: make("button", { type: "button", className: "toggle", "aria-pressed": "false", dataset: { action: "lasso" } }, "Fill a free shape"),
    noLayers: make("span", { className: "note" }, "No lung mask is known for this film."),
  });
  part.againstField = makeField("Against", part.against);
  part.evidence = makeGroup("Evidence", part.threshold.root, part.againstField, make("div", { className: "row" }, part.contours));
  part.otherField = makeField("With", part.other);
  part.compare = makeGroup("Compare two maps", part.modes, part.otherField);
  part.whatIf = makeGroup("What if it could not be seen?", make("div", { className: "row" }, part.box, part.lasso));
  part.more = make(
    "div",
    { className: "more", hidden: true },
    part.evidence,
    part.compare,
    part.whatIf,
    makeGroup("Film", part.window.root, part.level.root, make("div", { className: "row" }, part.plain)),
    makeGroup("Layers", make("div", { className: "row" }, part.lungs, part.zones, part.lesion), part.noLayers),
  );
}

/** All elements of one viewer, by name. */
function buildPage(root) {
  const part = {
    root,
    chips: make("div", { className: "chips", role: "group", "aria-label": "Class" }),
    runs: make("select", { className: "runs", "aria-label": "Network and method" }),
    caption: make("span", { className: "caption" }),
    synthetic: make("span", { className: "badge", textContent: "Synthetic film" }),
    mark: make("span", { className: "badge" }),
    position: make("span", { className: "position" }),
    wanted: make("span", { className: "wanted", title: "The film that was asked for" }),
    canvas: makeCanvas(1, 1, { role: "img" }),
    previous: iconButton("previous", "Previous film (left arrow)"),
    next: iconButton("next", "Next film (right arrow)"),
    legends: [makeLegend(), makeLegend()],
    tags: [make("span", { className: "tag" }), make("span", { className: "tag" })],
    divider: make("div", { className: "divider", tabIndex: 0, role: "slider", "aria-label": "Divider of the two maps", "aria-valuemin": 0, "aria-valuemax": 100 }, make("i")),
    flip: make("button", { type: "button", className: "flip", title: "Show the other map (space bar)", dataset: { action: "flip" } }, "Other map"),
    readout: make("span", { className: "readout" }),
    original: textButton("original", "Original"),
    overlay: textButton("overlay", "Overlay"),
    opacity: makeSlider("Opacity", 0, 100),
    invert: iconButton("invert", "Negative (I)"),
    zoomText: make("output", { className: "zoom", "aria-label": "Zoom" }),
    before: textButton("before", "Before"),
    after: textButton("after", "After"),
    change: make("span", { className: "change" }),
    undo: textButton("undo", "Undo"),
    clear: textButton("clear", "Clear"),
    done: textButton("done", "Done"),
    unfold: iconButton("more", "More controls (M)"),
    full: iconButton("full", "Full screen (F)"),
    spoken: make("div", { className: "spoken", "aria-live": "polite" }),
  };
  part.help = make(
    "div",
    { className: "help", role: "dialog", "aria-label": "Help", hidden: true },
    iconButton("help", "Close help", "close"),
    make("dl", {}, ...HELP.flatMap(([keys, text]) => [make("dt", {}, keys), make("dd", {}, text)])),
    make("p", {}, "Wheel or pinch to zoom, drag to move. Drag with the right button for window (sideways) and level (up and down). Double click: the whole film in its own greys."),
    make("p", {}, "Colour is the map's value divided by its own maximum, times the probability of the class. Bright means: the network leans on this place. It is not an outline of disease."),
    make("p", {}, "A class against another: orange speaks for the first, blue for the second. So does the difference of two maps."),
    make("p", {}, "A badge and a dashed outline mark a map that is doubtful, or of a model that is not sure: why stands under the film and beside it."),
  );
  buildMore(part);
  part.film = make("div", { className: "set", role: "group", "aria-label": "Film" }, part.previous, part.position, part.wanted, part.next);
  part.states = make("div", { className: "segment", role: "group", "aria-label": "Film" }, part.before, part.after);
  part.edit = make("div", { className: "strip edit", role: "group", "aria-label": "What if" },
    part.states, part.change, make("div", { className: "set" }, part.undo, part.clear, part.done));
  part.strip = make("div", { className: "strip" }, part.caption, part.mark, part.synthetic, part.film);
  part.stage = make(
    "div",
    { className: "stage", tabIndex: 0, role: "group", "aria-label": "Film. Arrow keys change film and class, question mark for help." },
    part.canvas, ...part.tags, part.divider, part.flip, part.help,
  );
  root.replaceChildren(
    make("div", { className: "head" }, part.chips, part.runs),
    make("div", { className: "room" },
      part.strip,
      part.stage,
      part.edit,
      make("div", { className: "strip foot" }, ...part.legends.map((legend) => legend.root), part.readout)),
    make("div", { className: "tools", role: "toolbar", "aria-label": "Film tools" },
      make("div", { className: "segment" }, part.original, part.overlay),
      part.opacity.root,
      make("div", { className: "set" }, part.invert, iconButton("out", "Zoom out (−)", "minus"), part.zoomText,
        iconButton("in", "Zoom in (+)", "plus"), iconButton("fit", "Whole film (0)")),
      make("div", { className: "set end" }, part.unfold, part.full, iconButton("download", "Download picture with legend"), iconButton("help", "Help (?)"))),
    part.more,
    part.spoken,
  );
  return part;
}
