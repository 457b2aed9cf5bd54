/* Stage: where films lie on it, zoom and turns. Lengths are CSS pixels.
 *
 * A pane is a rectangle of the stage that shows a side, or the part of it that is not wiped away:
 * {x, y, w, h, side, clip}. All panes share one frame: {zoom, x, y, turn}, where zoom 1 fits the
 * film into its pane, (x, y) is what lies in the middle of the pane as shares of the film as it is
 * seen, and `turn` counts quarters clockwise.
 */

import { clamp } from "./numbers.js";
import { filmPoint, seenPoint, seenSize } from "./turning.js";

export const MAX_ZOOM = 12;
const GAP_PX = 6; // between two films
const STACKED_PX = 520; // narrower stages have films under one another
const LEAST_PX = 240; // height of a stage

export const WHOLE_FILM = Object.freeze({ zoom: 1, x: 0.5, y: 0.5, turn: 0 });

/** What a film may have of the window: less than two screens on a narrow one. */
function mostHeight({ data, sides, stage }) {
  if (stage.full) return stage.height;
  const most = data.stage_px || Math.max(LEAST_PX, stage.room);
  return most * (sides.length > 1 && stage.width < STACKED_PX ? 1.7 : 1);
}

/** Columns of films that are side by side: those that show films largest. */
function columnsOf(state) {
  const { data, frame, sides, stage } = state;
  const narrow = stage.width < STACKED_PX;
  if (sides.length <= 2) return narrow ? 1 : sides.length;
  const unit = sides[0].of?.maps.length ?? 1; // the models of one film stay in one row
  const most = narrow ? Math.max(2, unit) : sides.length;
  const [width, height] = seenSize(data, frame.turn);
  const scale = (columns) => {
    const rows = Math.ceil(sides.length / columns);
    return Math.min(stage.width / columns / width, mostHeight(state) / rows / height);
  };
  const able = sides.map((_, index) => index + 1).filter((n) => n % unit === 0 && n <= most);
  return able.reduce((best, columns) => (scale(columns) > scale(best) ? columns : best));
}

function isGrid({ look, sides }) {
  return sides.length > 1 && look.compare !== "blink" && look.compare !== "swipe";
}

/** The height that suits the films, unless the stage fills the screen. */
export function stageHeight(state) {
  const { data, sides, stage, frame } = state;
  const [width, height] = seenSize(data, frame.turn);
  const columns = isGrid(state) ? columnsOf(state) : 1;
  const rows = isGrid(state) ? Math.ceil(sides.length / columns) : 1;
  const natural = (stage.width / columns) * (height / width) * rows;
  const most = isGrid(state) ? mostHeight(state) : mostHeight({ ...state, sides: [null] });
  return Math.round(Math.min(most, Math.max(LEAST_PX, natural)));
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
  const columns = columnsOf(state);
  const rows = Math.ceil(state.sides.length / columns);
  const across = (w - GAP_PX * (columns - 1)) / columns;
  const down = (h - GAP_PX * (rows - 1)) / rows;
  return state.sides.map((side, index) => {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    return pane(column * (across + GAP_PX), row * (down + GAP_PX), across, down, side);
  });
}

export function paneAt(state, point) {
  const panes = panesOf(state);
  const holds = ({ clip: { x, y, w, h } }) =>
    point.x >= x && point.y >= y && point.x < x + w && point.y < y + h;
  return panes.find(holds) ?? panes[0];
}

/** Width and height of the film as it is seen in a pane. */
function sizeIn({ data }, frame, pane) {
  const [width, height] = seenSize(pane.side?.of ?? data, frame.turn);
  const scale = Math.min(pane.w / width, pane.h / height) * frame.zoom;
  return { w: width * scale, h: height * scale };
}

/** A frame that does not let the film leave its pane. */
export function keptFrame(state, frame = state.frame) {
  const [pane] = panesOf(state);
  const { w, h } = sizeIn(state, frame, pane);
  const within = (middle, room, length) => {
    const half = room / 2 / length; // of the film, on either side of the middle of the pane
    return half < 0.5 ? clamp(middle, half, 1 - half) : 0.5;
  };
  return { ...frame, x: within(frame.x, pane.w, w), y: within(frame.y, pane.h, h) };
}

/** Where the film is seen in a pane: {x, y, w, h}. */
export function placeOf(state, pane) {
  const frame = keptFrame(state);
  const { w, h } = sizeIn(state, frame, pane);
  return { x: pane.x + pane.w / 2 - frame.x * w, y: pane.y + pane.h / 2 - frame.y * h, w, h };
}

/** A point of the stage as shares [x, y] of the film; they lie outside [0, 1] beside it. */
export function onFilm(state, point, pane = paneAt(state, point)) {
  const { x, y, w, h } = placeOf(state, pane);
  return filmPoint([(point.x - x) / w, (point.y - y) / h], state.frame.turn);
}

/** Where a point of the film is seen in a pane. */
export function onStage(state, share, pane) {
  const { x, y, w, h } = placeOf(state, pane);
  const [right, down] = seenPoint(share, state.frame.turn);
  return { x: x + right * w, y: y + down * h };
}

/** Pixels of the screen for one of the film's file. */
export function pixelScale(state, frame = state.frame) {
  const { data, stage } = state;
  const [width] = seenSize(data, frame.turn);
  const { w } = sizeIn(state, frame, panesOf(state)[0]);
  return ((w / width) * stage.ratio) / (data.block ?? 1);
}

/** One pixel of the file on one of the screen. */
function exact(state) {
  const frame = keptFrame(state);
  return { ...state, frame: { ...frame, zoom: frame.zoom / pixelScale(state, frame) } };
}

/** Zoom about a point of the stage, or the middle. */
function zoomed(state, factor, point) {
  const pane = point ? paneAt(state, point) : null;
  const frame = keptFrame(state);
  const least = Math.min(1, frame.zoom); // a film of few pixels is smaller, one to one
  const zoom = clamp(frame.zoom * factor, least, Math.max(MAX_ZOOM, frame.zoom));
  if (!pane) return { ...state, frame: { ...frame, zoom } };
  const { w, h } = sizeIn(state, frame, pane);
  const moves = 1 - frame.zoom / zoom; // of what lies between the point and the middle
  const [right, down] = [point.x - pane.x - pane.w / 2, point.y - pane.y - pane.h / 2];
  const moved = { x: frame.x + (right / w) * moves, y: frame.y + (down / h) * moves };
  return { ...state, frame: { ...frame, zoom, ...moved } };
}

/** The same part of the film, turned by a quarter. */
function turned({ frame, ...state }) {
  const [x, y] = seenPoint([frame.x, frame.y], 1);
  return { ...state, frame: { ...frame, x, y, turn: (frame.turn + 1) % 4 } };
}

const middleOf = ([a, b = a]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const spreadOf = ([a, b]) => Math.hypot(a.x - b.x, a.y - b.y) || 1;

/** One pointer moves the film, two also zoom it; `before` and `after` hold where they are. */
function dragged(state, { before, after }) {
  const [from, to] = [middleOf(before), middleOf(after)];
  const frame = keptFrame(state);
  const { w, h } = sizeIn(state, frame, paneAt(state, from));
  const middle = { x: frame.x - (to.x - from.x) / w, y: frame.y - (to.y - from.y) / h };
  const moved = { ...state, frame: { ...frame, ...middle } };
  return zoomed(moved, after.length > 1 ? spreadOf(after) / spreadOf(before) : 1, to);
}

export const STAGE_EVENTS = {
  resized: (state, { width, height, room = 0, ratio = 1 }) => ({
    ...state,
    stage: { ...state.stage, width, height, room, ratio },
  }),
  fullscreen: (state, { on }) => ({ ...state, stage: { ...state.stage, full: on } }),
  in: (state) => zoomed(state, 1.25),
  out: (state) => zoomed(state, 0.8),
  fit: (state) => ({ ...state, frame: { ...WHOLE_FILM, turn: state.frame.turn } }),
  exact,
  turn: turned,
  wheel: (state, { by, point }) => zoomed(state, Math.exp(-clamp(by, -60, 60) / 250), point),
  drag: dragged,
};
