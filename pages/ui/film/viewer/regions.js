/* Regions: drawn on the film to ask what if they could not be seen. Third of the parts of the viewer.
 *
 * A region is a polygon of corners [x, y], as shares of the film's sides.
 */

const MAX_REGIONS = 12;
const MAX_CORNERS = 120;
const LEAST_AREA = 0.0004; // of the film: less is a click
const KEY_STEP = 0.02;

const roundShare = (share) => Math.round(1e4 * Math.min(1, Math.max(0, share))) / 1e4;

function boxRegion([x1, y1], [x2, y2]) {
  const [left, right] = [Math.min(x1, x2), Math.max(x1, x2)].map(roundShare);
  const [top, bottom] = [Math.min(y1, y2), Math.max(y1, y2)].map(roundShare);
  return [[left, top], [right, top], [right, bottom], [left, bottom]];
}

function areaOf(region) {
  const twice = region.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = region[(index + 1) % region.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

/** Draws regions; the viewer sends them to Python. */
class Pen {
  constructor() {
    this.mode = ""; // "box", "lasso" or "" when nothing is being drawn
    this.regions = [];
    this.draft = null;
    this.path = null;
  }

  start(point) {
    this.path = [point.map(roundShare)];
    this.draft = null;
  }

  move(point) {
    if (!this.path) return;
    if (this.mode === "box") this.path[1] = point.map(roundShare);
    else this.path.push(point.map(roundShare));
    this.draft = this.mode === "box" ? boxRegion(this.path[0], this.path[1]) : this.path;
  }

  /** Take the draft in; whether it became a region. */
  end() {
    const { draft } = this;
    this.path = this.draft = null;
    if (!draft || draft.length < 3 || areaOf(draft) < LEAST_AREA || this.regions.length >= MAX_REGIONS) return false;
    const every = Math.ceil(draft.length / MAX_CORNERS);
    this.regions = [...this.regions, draft.filter((_, index) => index % every === 0)];
    return true;
  }

  cancel() {
    this.path = this.draft = null;
  }

  /** A box to be moved by keys, about a point. */
  startAt([x, y]) {
    const [cx, cy] = [x, y].map((share) => Math.min(0.88, Math.max(0.12, share)));
    this.draft = boxRegion([cx - 0.12, cy - 0.12], [cx + 0.12, cy + 0.12]);
  }

  /** Move the box by arrow keys, or with `grow` its lower right corner. */
  nudge(key, grow) {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key].map((step) => step * KEY_STEP);
    const [[left, top], , [right, bottom]] = this.draft;
    if (grow) {
      this.draft = boxRegion([left, top], [Math.max(left + KEY_STEP, right + dx), Math.max(top + KEY_STEP, bottom + dy)]);
      return;
    }
    const [sx, sy] = [Math.min(1 - right, Math.max(-left, dx)), Math.min(1 - bottom, Math.max(-top, dy))];
    this.draft = boxRegion([left + sx, top + sy], [right + sx, bottom + sy]);
  }

  /** Outlines of all regions over a film that lies at (x, y, w, h). */
  paint(context, { x, y, w, h }, scale) {
    for (const region of [...this.regions, ...(this.draft ? [this.draft] : [])]) {
      const drawn = region === this.draft;
      context.beginPath();
      region.forEach(([px, py], index) => context[index ? "lineTo" : "moveTo"](x + px * w, y + py * h));
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
}
