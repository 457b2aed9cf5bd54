/* Annotate: what the pointer and keys do while a ruler, an arrow or words are drawn. */

import {
  chosenInk,
  inkAt,
  inksOf,
  isTaken,
  movedInk,
  NO_INK,
  placedInk,
  pulledInk,
  settled,
  startInk,
  withInks,
} from "./annotations.js";
import { say } from "./python.js";
import { ARROWS, dropDraft } from "./regions.js";
import { filmPoint, keyOnFilm } from "./turning.js";

const KEY_STEP_INK = 0.01; // of the film
const MOST_LETTERS = 80;

/** Take up a tool, or lay it down. */
function takeUp(state, wanted) {
  const mode = state.pen.mode === wanted ? "" : wanted;
  const pen = { ...dropDraft(state.pen), mode };
  return say({ ...settled(state), pen }, { type: "focus", on: "stage" });
}

export function inkDown(state, point) {
  const draft = startInk(state.pen.mode, point);
  return { ...settled(state), pen: { ...state.pen, path: [point] }, ink: { ...NO_INK, draft } };
}

export function inkMove(state, point) {
  const { ink } = state;
  return ink.draft ? { ...state, ink: { ...ink, draft: pulledInk(ink.draft, point) } } : state;
}

export function inkDrop(state) {
  return { ...state, pen: dropDraft(state.pen), ink: { ...state.ink, draft: null } };
}

/** The draft is kept where it is long enough; else the click chooses what lies under it. */
export function inkTake(state, { point }) {
  const { draft } = state.ink;
  const dropped = inkDrop(state);
  if (!draft) return dropped;
  if (!isTaken(state, draft)) return point ? chooseInk(dropped, point) : dropped;
  const inks = [...inksOf(state), draft];
  const next = withInks(dropped, inks, { draft: null, chosen: inks.length - 1 });
  return draft.kind === "text" ? say(next, { type: "focus", on: "words" }) : next;
}

export function chooseInk(state, point) {
  const chosen = inkAt(state, point);
  return { ...(chosen === null ? settled(state) : state), ink: { draft: null, chosen } };
}

/** An arrow key moves the draft, or with `grow` its end; the first one places it. */
export function inkArrow(state, { key, grow }) {
  const { ink, frame, pen } = state;
  const step = ARROWS[keyOnFilm(key, frame.turn)].map((share) => share * KEY_STEP_INK);
  const draft = ink.draft
    ? movedInk(ink.draft, step, grow)
    : placedInk(pen.mode, filmPoint([frame.x, frame.y], frame.turn));
  return { ...settled(state), ink: { draft, chosen: null } };
}

export function inkEscape(state) {
  const open = state.ink.draft || state.ink.chosen !== null;
  return { ...settled(state), pen: { ...dropDraft(state.pen), mode: open ? state.pen.mode : "" } };
}

export function undoInk(state) {
  return withInks(state, inksOf(state).slice(0, -1));
}

function write(state, { words }) {
  const { ink } = state;
  if (!chosenInk(state)) return state;
  const changed = { ...chosenInk(state), words: words.slice(0, MOST_LETTERS) };
  return withInks(state, inksOf(state).with(ink.chosen, changed), ink);
}

function remove(state) {
  if (!chosenInk(state)) return state;
  const rest = inksOf(state).toSpliced(state.ink.chosen, 1);
  return say(withInks(state, rest), { type: "focus", on: "stage" });
}

export const INK_EVENTS = {
  ruler: (state) => takeUp(state, "ruler"),
  arrow: (state) => takeUp(state, "arrow"),
  text: (state) => takeUp(state, "text"),
  inkWords: write,
  inkDone: (state) => say(settled(state), { type: "focus", on: "stage" }),
  inkEnd: (state) => takeUp(state, ""),
  inkDelete: remove,
  inkUndo: undoInk,
  inkClear: (state) => withInks(state, []),
};
