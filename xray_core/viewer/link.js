/* Link: what is looked at as a short text for the address of the page, and back.
 *
 * Such as `class-covid*zoom-2.5*at-0.412-0.63*greys-0.6-0.35`: names and values of all that differs
 * from what is shown of a film at first. What cannot be read is left out.
 */

import { withMaps } from "./choices.js";
import { isLayout, LAYOUTS } from "./layouts.js";
import { clamp } from "./numbers.js";
import { placesOf } from "./places.js";
import { LEAST_WINDOW } from "./greys.js";
import { keptFrame, MAX_ZOOM, WHOLE_FILM } from "./stage.js";

const COMPARES = ["side", "swipe", "blink", "difference", ...Object.keys(LAYOUTS)];
const LAYERS_LINKED = ["lungs", "zones", "lesion"];
const LEAST_ZOOM = 0.01;

/** A text without the marks that part what is written. */
function escaped(text) {
  const code = (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[*.-]/g, code);
}

function unescaped(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

const short = (number) => String(Number(number.toFixed(3)));

/** As many numbers as there are ranges, each within its own; null for anything else. */
function numbers(text, ...ranges) {
  const found = text.split("-").map(Number);
  const good = found.length === ranges.length && text && found.every(Number.isFinite);
  return good ? found.map((number, index) => clamp(number, ...ranges[index])) : null;
}

const withLook = (state, changed) => ({ ...state, look: { ...state.look, ...changed } });
const withFrame = (state, changed) => ({ ...state, frame: { ...state.frame, ...changed } });
const withChoice = (state, changed) => ({ ...state, choice: { ...state.choice, ...changed } });
const SHARES = [0, 1];

/** A part of the view that is on or off. */
function flag(name, usual = false) {
  return {
    write: (state) => (state.look[name] === usual ? "" : state.look[name] ? "on" : "off"),
    read: (state, text) =>
      text === "on" || text === "off" ? withLook(state, { [name]: text === "on" }) : state,
  };
}

/** A choice by name, kept only where it was made. */
function named(name) {
  return {
    write: ({ choice }) => (choice[name] ? escaped(choice[name]) : ""),
    read: (state, text) => withChoice(state, { [name]: unescaped(text) || null }),
  };
}

const PARTS = {
  class: named("label"),
  model: named("run"),
  method: named("method"),
  against: {
    write: (state) => escaped(state.look.against),
    read: (state, text) => withLook(state, { against: unescaped(text) }),
  },
  map: flag("overlay", true),
  opacity: {
    write: ({ look: { opacity }, data }) => (opacity === data.opacity ? "" : short(opacity)),
    read: (state, text) => {
      const found = numbers(text, SHARES);
      return found ? withLook(state, { opacity: found[0] }) : state;
    },
  },
  from: {
    write: (state) => (state.look.threshold ? short(state.look.threshold) : ""),
    read: (state, text) => {
      const found = numbers(text, SHARES);
      return found ? withLook(state, { threshold: found[0] }) : state;
    },
  },
  lines: flag("contours"),
  negative: flag("inverted"),
  greys: {
    write: ({ look: { window, level } }) =>
      window === 1 && level === 0.5 ? "" : `${short(window)}-${short(level)}`,
    read: (state, text) => {
      const found = numbers(text, [LEAST_WINDOW, 1], SHARES);
      return found ? withLook(state, { window: found[0], level: found[1] }) : state;
    },
  },
  layers: {
    write: (state) =>
      LAYERS_LINKED.filter((layer) => state.look[layer] && placesOf(state.data).has(layer)).join(
        ".",
      ),
    read: (state, text) => {
      const on = text.split(".");
      return withLook(
        state,
        Object.fromEntries(LAYERS_LINKED.map((layer) => [layer, on.includes(layer)])),
      );
    },
  },
  show: {
    write: ({ look: { compare } }) => (compare === "one" ? "" : compare),
    read: (state, text) => (COMPARES.includes(text) ? withLook(state, { compare: text }) : state),
  },
  with: {
    write: ({ look: { compare }, otherChoice }) =>
      isLayout(compare) || !otherChoice
        ? ""
        : ["label", "run", "method"].map((key) => escaped(otherChoice[key])).join("."),
    read: (state, text) => {
      const [label, run, method] = text.split(".").map(unescaped);
      return method ? { ...state, otherChoice: { label, run, method } } : state;
    },
  },
  turn: {
    write: ({ frame }) => (frame.turn ? String(90 * frame.turn) : ""),
    read: (state, text) =>
      ["90", "180", "270"].includes(text) ? withFrame(state, { turn: Number(text) / 90 }) : state,
  },
  zoom: {
    write: ({ frame: { zoom } }) => (zoom === 1 ? "" : short(zoom)),
    read: (state, text) => {
      const found = numbers(text, [LEAST_ZOOM, MAX_ZOOM]);
      return found ? withFrame(state, { zoom: found[0] }) : state;
    },
  },
  at: {
    write: (state) => {
      const { zoom, x, y } = keptFrame(state);
      return zoom > 1 ? `${short(x)}-${short(y)}` : "";
    },
    read: (state, text) => {
      const found = numbers(text, SHARES, SHARES);
      return found ? withFrame(state, { x: found[0], y: found[1] }) : state;
    },
  },
};

const FIRST_LOOK = {
  ...{ against: "", overlay: true, threshold: 0, contours: false, inverted: false },
  ...{ window: 1, level: 0.5, lungs: false, zones: false, lesion: false, compare: "one" },
};

/** The view of a state; "" for that which a film is shown in at first. */
export function viewOf(state) {
  const written = Object.entries(PARTS).map(([name, part]) => [name, part.write(state)]);
  return written
    .filter(([, text]) => text)
    .map(([name, text]) => `${name}-${text}`)
    .join("*");
}

/** The state with the view of a link, and nothing of the view before. */
export function withView(state, view) {
  const first = {
    ...withLook(state, { ...FIRST_LOOK, opacity: state.data.opacity, flipped: false }),
    choice: { label: null, run: null, method: null },
    otherChoice: null,
    frame: WHOLE_FILM,
  };
  const read = view.split("*").reduce((next, item) => {
    const [name] = item.split("-", 1);
    const text = item.slice(name.length + 1);
    return Object.hasOwn(PARTS, name) ? PARTS[name].read(next, text) : next;
  }, first);
  return withMaps(read);
}
