/* The rarely used controls of a viewer, folded until they are opened. */

import {
  keyButton,
  make,
  makeField,
  makeGroup,
  makeSlider,
  textButton,
  toggleButton,
} from "./elements.js";
import { LAYOUTS } from "./layouts.js";
import { PRESETS } from "./presets.js";

/** These elements, by name; `more` holds them all. */
export function buildMore() {
  const part = { ...buildEvidence(), ...buildCompare(), ...buildWhatIf() };
  const [film, greys] = buildGreys();
  const [layout, lays] = buildLayouts();
  const [view, tools] = buildView();
  const [layers, masks] = buildLayers();
  const [ink, pens] = buildInks();
  const all = [layout, part.evidence, part.compare, view, film, layers, ink, part.whatIf];
  const more = make("div", { className: "more", hidden: true }, ...all);
  return { ...part, ...greys, ...tools, ...masks, ...pens, ...lays, more };
}

function row(...children) {
  return make("div", { className: "row" }, ...children);
}

/** A button of a segment, which does `action` with a name. */
function namedButton(action, name, title, hint) {
  const words = `${title}: ${hint}`;
  return make("button", { type: "button", title: words, dataset: { action, name } }, title);
}

function segment(label, buttons) {
  return make("div", { className: "segment", role: "group", "aria-label": label }, ...buttons);
}

/** The group, and its elements by name. */
function buildLayouts() {
  const buttons = Object.entries(LAYOUTS).map(([name, { title, hint }], index) =>
    namedButton("layout", name, title, `${hint} (${index + 1})`),
  );
  const part = { layouts: segment("Layout", buttons) };
  return [makeGroup("Layout", part.layouts), part];
}

function buildEvidence() {
  const part = {
    threshold: makeSlider("Threshold", 0, 90),
    against: make("select", { "aria-label": "Against" }),
    contours: toggleButton("contours", "Contour lines", "C"),
  };
  const against = makeField("Against", part.against);
  part.evidence = makeGroup("Evidence", part.threshold.root, against, row(part.contours));
  return part;
}

function buildCompare() {
  const part = {
    modes: make(
      "div",
      { className: "segment", role: "group", "aria-label": "Show" },
      textButton("side", "Side by side"),
      textButton("swipe", "Wipe"),
      textButton("blink", "Alternate"),
      textButton("difference", "Difference"),
    ),
    other: make("select", { "aria-label": "Compared with" }),
  };
  part.otherField = makeField("With", part.other);
  part.compare = makeGroup("Compare two maps", part.modes, part.otherField);
  return part;
}

function buildWhatIf() {
  const part = {
    box: toggleButton("box", "Fill a box", "D"),
    lasso: make(
      "button",
      {
        type: "button",
        className: "toggle",
        "aria-pressed": "false",
        dataset: { action: "lasso" },
      },
      "Fill a free shape",
    ),
  };
  part.whatIf = makeGroup("What if it were hidden?", row(part.box, part.lasso));
  return part;
}

/** The group, and its elements by name. */
function buildGreys() {
  const presets = Object.entries(PRESETS).map(([name, { title, hint }]) =>
    namedButton("preset", name, title, `${hint} (V)`),
  );
  const part = {
    presets: segment("Window preset", presets),
    window: makeSlider("Window", 5, 100),
    level: makeSlider("Level", 0, 100),
  };
  return [makeGroup("Film", part.presets, part.window.root, part.level.root), part];
}

/** The group, and its elements by name. */
function buildView() {
  const part = {
    exact: keyButton("exact", "100 %", "P"),
    lens: toggleButton("lens", "Magnifier", "G"),
    turn: keyButton("turn", "Turn by 90°", "9"),
  };
  part.exact.title = "One pixel of the film's file on one of the screen (P)";
  return [makeGroup("View", row(part.exact, part.lens, part.turn)), part];
}

/** The group, and its elements by name. */
function buildInks() {
  const part = {
    ruler: toggleButton("ruler", "Ruler", "R"),
    arrow: toggleButton("arrow", "Arrow", "A"),
    text: toggleButton("text", "Note", "N"),
  };
  return [makeGroup("Measure and mark", row(part.ruler, part.arrow, part.text)), part];
}

function buildLayers() {
  const part = {
    lungs: toggleButton("lungs", "Lungs", "L"),
    zones: toggleButton("zones", "Six zones", "Z"),
    lesion: toggleButton("lesion", "True finding", "T"),
    noLayers: make("span", { className: "note" }, "No lung mask is available for this film."),
  };
  return [makeGroup("Layers", row(part.lungs, part.zones, part.lesion), part.noLayers), part];
}
