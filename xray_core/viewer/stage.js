/* Stage: where films lie on it, and zoom. Lengths are CSS pixels.
 *
 * A pane is a rectangle of the stage that shows a side, or the part of it that is not wiped away:
 * {x, y, w, h, side, clip}. All panes share one frame: zoom, and how far the film is moved.
 */

import { clamp } from "./numbers.js";

const MAX_ZOOM = 12;
const GAP_PX = 6; // between two films
const STACKED_PX = 520; // narrower stages have films under one another
const LEAST_PX = 240; // height of a stage

export const WHOLE_FILM = Object.freeze({ zoom: 1, x: 0, y: 0 });

/** Whether two films are stacked. */
function isStacked({ look, stage }) {
  return look.compare === "side" && stage.width < STACKED_PX;
}

/** The height that suits the film, unless the stage fills the screen. */
export function stageHeight(state) {
  const { data, look, sides, stage } = state;
  const two = sides.length > 1 && look.compare === "side";
  const stacked = isStacked(state);
  const natural = (stage.width / (two && !stacked ? 2 : 1)) * (data.height / data.width);
  return Math.round(
    Math.min(data.stage_px || Math.max(LEAST_PX, stage.room), Math.max(LEAST_PX, natural)) *
      (two && stacked ? 1.7 : 1),
  );
}

export function panesOf(state) {
  const { width: w, height: h } = state.stage;
  const [first, second] = state.sides;
  const { compare, split, flipped } = state.look;
  const pane = (x, y, width, height, side) => ({
    x,
    y,
    w: width,
    h: height,
    side,
    clip: { x, y, w: width, h: height },
  });
  if (!second) return [pane(0, 0, w, h, first)];
  if (compare === "blink") return [pane(0, 0, w, h, flipped ? second : first)];
  if (compare === "swipe") {
    return [
      { ...pane(0, 0, w, h, first), clip: { x: 0, y: 0, w: split * w, h } },
      { ...pane(0, 0, w, h, second), clip: { x: split * w, y: 0, w: (1 - split) * w, h } },
    ];
  }
  if (isStacked(state)) {
    const half = (h - GAP_PX) / 2;
    return [pane(0, 0, w, half, first), pane(0, half + GAP_PX, w, half, second)];
  }
  const half = (w - GAP_PX) / 2;
  return [pane(0, 0, half, h, first), pane(half + GAP_PX, 0, half, h, second)];
}

export function paneAt(state, point) {
  const panes = panesOf(state);
  const holds = ({ clip: { x, y, w, h } }) =>
    point.x >= x && point.y >= y && point.x < x + w && point.y < y + h;
  return panes.find(holds) ?? panes[0];
}

function scaleOf({ data }, frame, pane) {
  return Math.min(pane.w / data.width, pane.h / data.height) * frame.zoom;
}

/** A frame that does not let the film leave its pane. */
export function keptFrame(state, frame = state.frame) {
  const [pane] = panesOf(state);
  const scale = scaleOf(state, frame, pane);
  const within = (pan, room) => clamp(pan, -Math.max(0, room), Math.max(0, room));
  return {
    zoom: frame.zoom,
    x: within(frame.x, (state.data.width * scale - pane.w) / 2),
    y: within(frame.y, (state.data.height * scale - pane.h) / 2),
  };
}

/** Where the film lies in a pane: {x, y, w, h}. */
export function placeOf(state, pane) {
  const frame = keptFrame(state);
  const scale = scaleOf(state, frame, pane);
  const [w, h] = [state.data.width * scale, state.data.height * scale];
  return { x: pane.x + (pane.w - w) / 2 + frame.x, y: pane.y + (pane.h - h) / 2 + frame.y, w, h };
}

/** A point of the stage as shares [x, y] of the film; they lie outside [0, 1] beside it. */
export function onFilm(state, point, pane = paneAt(state, point)) {
  const { x, y, w, h } = placeOf(state, pane);
  return [(point.x - x) / w, (point.y - y) / h];
}

/** Zoom about a point of the stage, or the middle. */
function zoomed(state, factor, point) {
  const pane = point ? paneAt(state, point) : null;
  const frame = keptFrame(state);
  const zoom = clamp(frame.zoom * factor, 1, MAX_ZOOM);
  const grow = zoom / frame.zoom;
  const [px, py] = pane ? [point.x - pane.x - pane.w / 2, point.y - pane.y - pane.h / 2] : [0, 0];
  return {
    ...state,
    frame: { zoom, x: px + (frame.x - px) * grow, y: py + (frame.y - py) * grow },
  };
}

const middleOf = ([a, b = a]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const spreadOf = ([a, b]) => Math.hypot(a.x - b.x, a.y - b.y) || 1;

/** One pointer moves the film, two also zoom it; `before` and `after` hold where they are. */
function dragged(state, { before, after }) {
  const [from, to] = [middleOf(before), middleOf(after)];
  const frame = keptFrame(state);
  const moved = {
    ...state,
    frame: { ...frame, x: frame.x + to.x - from.x, y: frame.y + to.y - from.y },
  };
  return zoomed(moved, after.length > 1 ? spreadOf(after) / spreadOf(before) : 1, to);
}

export const STAGE_EVENTS = {
  resized: (state, { width, height, room = 0 }) => ({
    ...state,
    stage: { ...state.stage, width, height, room },
  }),
  fullscreen: (state, { on }) => ({ ...state, stage: { ...state.stage, full: on } }),
  in: (state) => zoomed(state, 1.25),
  out: (state) => zoomed(state, 0.8),
  fit: (state) => zoomed(state, 0),
  wheel: (state, { by, point }) => zoomed(state, Math.exp(-clamp(by, -60, 60) / 250), point),
  drag: dragged,
};
