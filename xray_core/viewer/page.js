/* Page: all elements of a viewer, and where they go. */

import { iconButton, make, makeCanvas, makeLegend, makeSlider, textButton } from "./elements.js";
import { buildHelp } from "./help.js";
import { buildMore } from "./more.js";

/** All elements of one viewer, by name, put into its root. */
export function buildPage(root) {
  const part = {
    root,
    chips: make("div", { className: "chips", role: "group", "aria-label": "Class" }),
    runs: make("select", { className: "runs", "aria-label": "Network and method" }),
    ...buildStrip(),
    ...buildStage(),
    ...buildEdit(),
    ...buildInk(),
    legends: [makeLegend(), makeLegend()],
    readout: make("span", { className: "readout" }),
    ...buildTools(),
    ...buildMore(),
    spoken: make("div", { className: "spoken", "aria-live": "polite" }),
  };
  const legends = part.legends.map((legend) => legend.root);
  part.foot = make("div", { className: "strip foot" }, ...legends, part.readout);
  root.replaceChildren(
    make("div", { className: "head" }, part.chips, part.runs),
    make("div", { className: "room" }, part.strip, part.stage, part.edit, part.ink, part.foot),
    part.tools,
    part.more,
    part.spoken,
  );
  return part;
}

function group(className, label, ...children) {
  return make("div", { className, role: "group", "aria-label": label }, ...children);
}

/** Above the film: its name and its place in a list. */
function buildStrip() {
  const part = {
    caption: make("span", { className: "caption" }),
    mark: make("span", { className: "badge" }),
    synthetic: make("span", { className: "badge", textContent: "Synthetic film" }),
    previous: iconButton("previous", "Previous film (left arrow)"),
    position: make("span", { className: "position" }),
    wanted: make("span", { className: "wanted", title: "Requested film" }),
    next: iconButton("next", "Next film (right arrow)"),
  };
  const { caption, mark, synthetic, previous, position, wanted, next } = part;
  part.film = group("set", "Film", previous, position, wanted, next);
  part.strip = make("div", { className: "strip" }, caption, mark, synthetic, part.film);
  return part;
}

/** The film, and what lies over it. */
function buildStage() {
  const part = {
    canvas: makeCanvas(1, 1, { role: "img" }),
    tags: [make("span", { className: "tag" }), make("span", { className: "tag" })],
    divider: buildDivider(),
    flip: make(
      "button",
      {
        type: "button",
        className: "flip",
        title: "Show the other map (space bar)",
        dataset: { action: "flip" },
      },
      "Other map",
    ),
    help: buildHelp(),
  };
  const words = "Film. Arrow keys change film and class, question mark for help.";
  part.stage = make(
    "div",
    { className: "stage", tabIndex: 0, role: "group", "aria-label": words },
    part.canvas,
    ...part.tags,
    part.divider,
    part.flip,
    part.help,
  );
  return part;
}

function buildDivider() {
  const facts = {
    "aria-label": "Divider of the two maps",
    "aria-valuemin": 0,
    "aria-valuemax": 100,
  };
  return make("div", { className: "divider", tabIndex: 0, role: "slider", ...facts }, make("i"));
}

/** Below the film: what if a region were hidden. */
function buildEdit() {
  const part = {
    before: textButton("before", "Before"),
    after: textButton("after", "After"),
    change: make("span", { className: "change" }),
    undo: textButton("undo", "Undo"),
    clear: textButton("clear", "Clear"),
    done: textButton("done", "Done"),
  };
  part.states = group("segment", "Film", part.before, part.after);
  const buttons = make("div", { className: "set" }, part.undo, part.clear, part.done);
  part.edit = group("strip edit", "What if", part.states, part.change, buttons);
  return part;
}

/** Below the film: the annotation that is drawn or chosen. */
function buildInk() {
  const part = {
    inkWords: make("span", { className: "told" }),
    inkField: make("input", {
      type: "text",
      maxLength: 80,
      placeholder: "Words",
      "aria-label": "Words of the annotation",
    }),
    inkUndo: textButton("inkUndo", "Undo"),
    inkDelete: textButton("inkDelete", "Delete"),
    inkClear: textButton("inkClear", "Clear all"),
    inkDone: textButton("inkEnd", "Done"),
  };
  const { inkWords, inkField, inkUndo, inkDelete, inkClear, inkDone } = part;
  const buttons = make("div", { className: "set" }, inkUndo, inkDelete, inkClear, inkDone);
  part.ink = group("strip edit", "Annotation", inkWords, inkField, buttons);
  return part;
}

/** The bar of tools. */
function buildTools() {
  const part = {
    original: textButton("original", "Original"),
    overlay: textButton("overlay", "Overlay"),
    opacity: makeSlider("Opacity", 0, 100),
    invert: iconButton("invert", "Negative (I)"),
    zoomText: make("output", { className: "zoom", "aria-label": "Zoom" }),
    unfold: iconButton("more", "More controls (M)"),
    full: iconButton("full", "Full screen (F)"),
  };
  const [out, inward] = [
    iconButton("out", "Zoom out (−)", "minus"),
    iconButton("in", "Zoom in (+)", "plus"),
  ];
  const download = iconButton("download", "Download picture with legend");
  part.link = iconButton("link", "Copy link to this view (K)");
  part.tools = make(
    "div",
    { className: "tools", role: "toolbar", "aria-label": "Film tools" },
    make("div", { className: "segment" }, part.original, part.overlay),
    part.opacity.root,
    make(
      "div",
      { className: "set" },
      part.invert,
      out,
      part.zoomText,
      inward,
      iconButton("fit", "Whole film (0)"),
    ),
    make(
      "div",
      { className: "set end" },
      part.unfold,
      part.full,
      part.link,
      download,
      iconButton("help", "Help (?)"),
    ),
  );
  return part;
}
