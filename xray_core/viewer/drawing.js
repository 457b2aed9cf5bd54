/* Drawing: what the pointer and keys do while a box or a free shape is drawn, or an annotation. */

import {
  chooseInk,
  INK_EVENTS,
  inkArrow,
  inkDown,
  inkDrop,
  inkEscape,
  inkMove,
  inkTake,
  undoInk,
} from "./annotate.js";
import { inksOf, isInk, settled } from "./annotations.js";
import { strongestPoint } from "./maps.js";
import { openFilm, say, sendRegions } from "./python.js";
import { dropDraft, movePath, nudgeBox, placeBox, startPath, takeDraft } from "./regions.js";
import { onFilm, paneAt } from "./stage.js";
import { keyOnFilm } from "./turning.js";

/** Begin, or end, to draw a box or a free shape. */
function pick(state, mode) {
  if (!state.data.what_if) return state;
  const pen = { ...dropDraft(state.pen), mode: state.pen.mode === mode ? "" : mode };
  return say({ ...settled(state), pen }, { type: "focus", on: "stage" });
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

/** The reader points at a place of the film, where Python asked for one, else at an annotation; or
 *  at another film, to open it. */
function mark(state, { point }) {
  const { of } = paneAt(state, point).side;
  if (of) return openFilm(state, of);
  if (!state.data.mark) return chooseInk(state, point);
  const place = onFilm(state, point).map((share) => Math.round(1e4 * share) / 1e4);
  if (place.some((share) => share < 0 || share > 1)) return state;
  const value = { film: state.data.film_id, point: place };
  return say({ ...state, mark: place }, { type: "state", name: "mark", value });
}

/** One of two acts: of an annotation that is being drawn, or of a region. */
function either(ofInk, ofRegion) {
  return (state, event) => (isInk(state.pen.mode) ? ofInk : ofRegion)(state, event);
}

/** On films that are side by side with this one nothing is drawn. */
function onOwn(act) {
  return (state, event) => (paneAt(state, event.point).side.of ? state : act(state, event));
}

/** What was drawn last with the tool that is taken up; without one, regions go first. */
function undoLast(state, { now }) {
  const { mode, regions } = state.pen;
  const inks = isInk(mode) || (!mode && !regions.length && inksOf(state).length > 0);
  return inks ? undoInk(state) : undo(state, 1, now);
}

export const PEN_EVENTS = {
  ...INK_EVENTS,
  mark,
  box: (state) => pick(state, "box"),
  lasso: (state) => pick(state, "lasso"),
  done: (state) => pick(state, state.pen.mode),
  undo: undoLast,
  clear: (state, { now }) => undo(state, state.pen.regions.length, now),
  penDown: onOwn(
    either(
      (state, { point }) => inkDown(state, onFilm(state, point)),
      (state, { point }) => ({ ...state, pen: startPath(state.pen, onFilm(state, point)) }),
    ),
  ),
  penMove: either(
    (state, { point }) => inkMove(state, onFilm(state, point)),
    (state, { point }) => ({ ...state, pen: movePath(state.pen, onFilm(state, point)) }),
  ),
  penTake: either(inkTake, take),
  penDrop: either(inkDrop, (state) => ({ ...state, pen: dropDraft(state.pen) })),
  penEscape: either(inkEscape, escape),
  penArrow: either(inkArrow, arrow),
};
