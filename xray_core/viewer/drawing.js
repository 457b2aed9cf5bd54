/* Drawing: what the pointer and keys do while a box or a free shape is drawn. */

import { strongestPoint } from "./maps.js";
import { say, sendRegions } from "./python.js";
import { dropDraft, movePath, nudgeBox, placeBox, startPath, takeDraft } from "./regions.js";
import { onFilm } from "./stage.js";
import { keyOnFilm } from "./turning.js";

/** Begin, or end, to draw a box or a free shape. */
function pick(state, mode) {
  if (!state.data.what_if) return state;
  const pen = { ...dropDraft(state.pen), mode: state.pen.mode === mode ? "" : mode };
  return say({ ...state, pen }, { type: "focus", on: "stage" });
}

/** The draft becomes a region, which Python is asked about, where it is large enough. */
function take(state, { now }) {
  const pen = takeDraft(state.pen);
  const next = { ...state, pen };
  return pen.regions === state.pen.regions ? next : sendRegions(next, now);
}

/** Undo the last regions. */
function undo(state, count, now) {
  const { regions } = state.pen;
  if (!regions.length) return state;
  return sendRegions({ ...state, pen: { ...state.pen, regions: regions.slice(0, -count) } }, now);
}

function escape(state) {
  const { pen } = state;
  return { ...state, pen: { ...dropDraft(pen), mode: pen.draft ? pen.mode : "" } };
}

/** An arrow key moves the box, or with `grow` its corner; the first one places it. */
function arrow(state, { key, grow }) {
  const { pen, map, frame } = state;
  const moved = pen.draft
    ? nudgeBox(pen, keyOnFilm(key, frame.turn), grow)
    : placeBox(pen, map?.values ? strongestPoint(map) : [0.5, 0.5]);
  return { ...state, pen: moved };
}

/** The reader points at a place of the film, where Python asked for one. */
function mark(state, { point }) {
  const place = onFilm(state, point).map((share) => Math.round(1e4 * share) / 1e4);
  if (!state.data.mark || place.some((share) => share < 0 || share > 1)) return state;
  const value = { film: state.data.film_id, point: place };
  return say({ ...state, mark: place }, { type: "state", name: "mark", value });
}

export const PEN_EVENTS = {
  mark,
  box: (state) => pick(state, "box"),
  lasso: (state) => pick(state, "lasso"),
  done: (state) => pick(state, state.pen.mode),
  undo: (state, { now }) => undo(state, 1, now),
  clear: (state, { now }) => undo(state, state.pen.regions.length, now),
  penDown: (state, { point }) => ({ ...state, pen: startPath(state.pen, onFilm(state, point)) }),
  penMove: (state, { point }) => ({ ...state, pen: movePath(state.pen, onFilm(state, point)) }),
  penTake: take,
  penDrop: (state) => ({ ...state, pen: dropDraft(state.pen) }),
  penEscape: escape,
  penArrow: arrow,
};
