/* Regions: drawn on the film to ask what if they could not be seen.
 *
 * A region is a polygon of corners [x, y], as shares of the film's sides. A pen is
 * {mode, regions, draft, path}: "box", "lasso" or "" when nothing is being drawn, the regions so
 * far, the one that is being drawn, and where the pointer went for it.
 */

import { clamp } from "./numbers.js";

const MAX_REGIONS = 12;
const MAX_CORNERS = 120;
const LEAST_AREA = 0.0004; // of the film: less is a click
const KEY_STEP = 0.02;
const KEY_BOX = 0.12; // half of the side of a box that is placed by a key
export const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export const NO_PEN = Object.freeze({ mode: "", regions: [], draft: null, path: null });

const roundShare = (share) => Math.round(1e4 * clamp(share, 0, 1)) / 1e4;

function boxRegion([x1, y1], [x2, y2]) {
  const [left, right] = [Math.min(x1, x2), Math.max(x1, x2)].map(roundShare);
  const [top, bottom] = [Math.min(y1, y2), Math.max(y1, y2)].map(roundShare);
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

export function areaOf(region) {
  const twice = region.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = region[(index + 1) % region.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

export function startPath(pen, point) {
  return { ...pen, path: [point.map(roundShare)], draft: null };
}

export function movePath(pen, point) {
  if (!pen.path) return pen;
  const end = point.map(roundShare);
  if (pen.mode === "box")
    return { ...pen, path: [pen.path[0], end], draft: boxRegion(pen.path[0], end) };
  const path = [...pen.path, end];
  return { ...pen, path, draft: path };
}

export function dropDraft(pen) {
  return { ...pen, path: null, draft: null };
}

/** Accept the draft; the regions stay the same where it is too small or one too many. */
export function takeDraft(pen) {
  const { draft, regions } = pen;
  if (!draft || draft.length < 3 || areaOf(draft) < LEAST_AREA || regions.length >= MAX_REGIONS)
    return dropDraft(pen);
  const every = Math.ceil(draft.length / MAX_CORNERS);
  return {
    ...dropDraft(pen),
    regions: [...regions, draft.filter((_, index) => index % every === 0)],
  };
}

/** A box to be moved by keys, about a point. */
export function placeBox(pen, point) {
  const [x, y] = point.map((share) => clamp(share, KEY_BOX, 1 - KEY_BOX));
  return { ...pen, draft: boxRegion([x - KEY_BOX, y - KEY_BOX], [x + KEY_BOX, y + KEY_BOX]) };
}

/** Move the box by arrow keys, or with `grow` its lower right corner. */
export function nudgeBox(pen, key, grow) {
  const [dx, dy] = ARROWS[key].map((step) => step * KEY_STEP);
  const [[left, top], , [right, bottom]] = pen.draft;
  if (grow) {
    const corner = [Math.max(left + KEY_STEP, right + dx), Math.max(top + KEY_STEP, bottom + dy)];
    return { ...pen, draft: boxRegion([left, top], corner) };
  }
  const [sx, sy] = [clamp(dx, -left, 1 - right), clamp(dy, -top, 1 - bottom)];
  return { ...pen, draft: boxRegion([left + sx, top + sy], [right + sx, bottom + sy]) };
}

/** A ring with a cross about the place that the reader clicked on. */
export function paintMark(context, mark, { x, y, w, h }, scale) {
  if (!mark) return;
  const [cx, cy] = [x + mark[0] * w, y + mark[1] * h];
  context.setLineDash([]);
  for (const [colour, width] of [
    ["rgb(0 0 0 / 70%)", 3.5],
    ["#F0E442", 1.6],
  ]) {
    context.strokeStyle = colour;
    context.lineWidth = width * scale;
    context.beginPath();
    context.arc(cx, cy, 11 * scale, 0, 2 * Math.PI);
    for (const [dx, dy] of Object.values(ARROWS)) {
      context.moveTo(cx + 6 * dx * scale, cy + 6 * dy * scale);
      context.lineTo(cx + 16 * dx * scale, cy + 16 * dy * scale);
    }
    context.stroke();
  }
}

/** Outlines of all regions over a film that lies at (x, y, w, h). */
export function paintRegions(context, { regions, draft }, { x, y, w, h }, scale) {
  for (const region of draft ? [...regions, draft] : regions) {
    const drawn = region === draft;
    context.beginPath();
    region.forEach(([px, py], index) =>
      context[index ? "lineTo" : "moveTo"](x + px * w, y + py * h),
    );
    context.closePath();
    context.setLineDash([]);
    context.strokeStyle = "rgb(0 0 0 / 70%)";
    context.lineWidth = 3.5 * scale;
    context.stroke();
    context.setLineDash(drawn ? [] : [6 * scale, 4 * scale]);
    context.strokeStyle = drawn ? "#3FD0C2" : "#FFFFFF";
    context.lineWidth = 1.6 * scale;
    context.stroke();
  }
  context.setLineDash([]);
}
