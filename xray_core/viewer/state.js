/* State: what was sent, what the visitor chose, what is asked of Python. A reducer without a page:
 * an event and a state give the next state, and `out` lists what has to be done besides.
 */

import { NO_INK } from "./annotations.js";
import { groupsOf, otherMap, otherMaps, withMaps, withSides } from "./choices.js";
import { PEN_EVENTS } from "./drawing.js";
import { ALONE, isOffered } from "./layouts.js";
import { clamp } from "./numbers.js";
import { placesOf } from "./places.js";
import { nextPreset, PRESETS } from "./presets.js";
import { PYTHON_EVENTS, askDetail, report, reportSoon, say, tellSoon } from "./python.js";
import { NO_PEN } from "./regions.js";
import { STAGE_EVENTS, WHOLE_FILM } from "./stage.js";
import { NO_WALK } from "./walk.js";

export const FIRST_STATE = Object.freeze({
  data: null, // that is shown
  latest: null, // data that Python sent last
  coming: null, // data whose films are being loaded
  left: "", // id of the film before the one that is shown ahead of Python's answer
  walk: NO_WALK,
  choice: { label: null, run: null, method: null },
  otherChoice: null, // the map that the chosen one is compared with
  look: {
    overlay: true,
    opacity: null,
    inverted: false,
    threshold: 0,
    contours: false,
    window: 1,
    level: 0.5,
    lungs: false,
    zones: false,
    lesion: false,
    against: "",
    compare: "one",
    split: 0.5,
    flipped: false,
    after: true,
    lens: false,
  },
  frame: WHOLE_FILM,
  stage: { width: 0, height: 0, room: 0, ratio: 1, full: false },
  pen: NO_PEN,
  annotations: {}, // by film
  ink: NO_INK,
  mark: null, // [x, y] that the reader clicked on, as shares of the film
  asked: null, // when Python was asked what if, until it answers
  answerMs: null, // how long the last answer took
  reported: "", // the view that Python knows, as JSON
  detailed: "", // the film that was asked for in full size
  told: { film: "", inks: "[]" }, // the film whose annotations Python knows, and they as JSON
  more: false, // whether the rarely used controls are unfolded
  help: false,
  group: "", // of `choices.js`, from here on
  maps: [],
  map: null,
  sides: [],
  out: [],
});

/** The next state; `out` holds only what this event asks for. */
export function reduce(state, event) {
  return askDetail(tellSoon(state, EVENTS[event.type]({ ...state, out: [] }, event)));
}

function look(state, changed) {
  return { ...state, look: { ...state.look, ...changed } };
}

function toggleLayer(layer) {
  return (state) =>
    placesOf(state.data).has(layer) ? look(state, { [layer]: !state.look[layer] }) : state;
}

function chosen(state) {
  return reportSoon(withMaps(state));
}

function chooseClass(state, { label }) {
  return chosen({ ...state, choice: { ...state.choice, label } });
}

function stepClass(state, { step }) {
  const map = state.maps[state.maps.indexOf(state.map) + step];
  return map && state.map ? chooseClass(state, map) : state;
}

function chooseGroup(state, { name }) {
  const [{ run, method }] = groupsOf(state).get(name);
  return chosen({ ...state, choice: { ...state.choice, run, method } });
}

function chooseAgainst(state, { label }) {
  return report(withSides(look(state, { against: label, overlay: true })));
}

function compare(state, mode) {
  if (!otherMap(state)) return state;
  return withSides(
    look(state, { compare: state.look.compare === mode ? "one" : mode, flipped: false }),
  );
}

/** Show films by a layout; where there is no more than one, it is said why. */
function layout(state, { name }) {
  if (!state.data || !isOffered(state.data, name)) return state;
  const next = reportSoon(withSides(look(state, { compare: name, flipped: false })));
  const words = next.sides.length < 2 && ALONE[name];
  return words ? say(next, { type: "note", words }) : next;
}

/** Show the film before or after the change; Python shows the same state beside it. */
function showState(state, after) {
  return state.data.edit ? chosen(look(state, { after })) : state;
}

function flip(state) {
  if (state.data.edit && state.look.compare !== "blink") return showState(state, !state.look.after);
  const turning = state.look.compare === "blink" ? state : compare(state, "blink");
  return turning.sides.length > 1 ? look(turning, { flipped: !turning.look.flipped }) : turning;
}

function preset(state, { name }) {
  const { window, level } = PRESETS[name];
  return look(state, { window, level });
}

function toggleHelp(state) {
  return say({ ...state, help: !state.help }, { type: "focus", on: state.help ? "stage" : "help" });
}

const LOOK_EVENTS = {
  original: (state) => look(state, { overlay: false }),
  overlay: (state) => look(state, { overlay: true }),
  toggleOverlay: (state) => look(state, { overlay: !state.look.overlay }),
  opacity: (state, { share }) => look(state, { opacity: share, overlay: true }),
  threshold: (state, { share }) => look(state, { threshold: share, overlay: true }),
  contours: (state) =>
    state.map ? look(state, { contours: !state.look.contours, overlay: true }) : state,
  invert: (state) => look(state, { inverted: !state.look.inverted }),
  window: (state, { share }) => look(state, { window: share }),
  level: (state, { share }) => look(state, { level: share }),
  greys: (state, { window, level }) => look(state, { window, level }),
  preset,
  nextPreset: (state) => preset(state, { name: nextPreset(state.look) }),
  lens: (state) => look(state, { lens: !state.look.lens }),
  lungs: toggleLayer("lungs"),
  zones: toggleLayer("zones"),
  lesion: toggleLayer("lesion"),
  divider: (state, { share }) => look(state, { split: clamp(share, 0, 1) }),
};

const CHOICE_EVENTS = {
  class: chooseClass,
  stepClass,
  group: chooseGroup,
  against: chooseAgainst,
  other: (state, { index }) => withSides({ ...state, otherChoice: otherMaps(state)[index] }),
  layout,
  side: (state) => compare(state, "side"),
  swipe: (state) => compare(state, "swipe"),
  blink: (state) => compare(state, "blink"),
  difference: (state) => compare(state, "difference"),
  flip,
  before: (state) => showState(state, false),
  after: (state) => showState(state, true),
  previous: (state) => PYTHON_EVENTS.film(state, { step: -1 }),
  next: (state) => PYTHON_EVENTS.film(state, { step: 1 }),
};

const PAGE_EVENTS = {
  more: (state) => ({ ...state, more: !state.more }),
  help: toggleHelp,
  full: (state) => say(state, { type: "full" }),
  download: (state) => say(state, { type: "download" }),
  link: (state) => (state.data.linked ? say(state, { type: "link" }) : state),
};

const EVENTS = {
  ...PYTHON_EVENTS,
  ...STAGE_EVENTS,
  ...PEN_EVENTS,
  ...LOOK_EVENTS,
  ...CHOICE_EVENTS,
  ...PAGE_EVENTS,
};
