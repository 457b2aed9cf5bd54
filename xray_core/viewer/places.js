/* Places on a film: lungs, zones, the true finding, and their names. */

import { contourLines } from "./contours.js";

const ROWS_AROUND = 3; // cells that smoothing and a line between cells reach

/** Cells from their run lengths: [value, count, value, count ...]. */
function decodeRuns({ runs, width, height }) {
  const cells = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < runs.length; i += 2) {
    cells.fill(runs[i], at, at + runs[i + 1]);
    at += runs[i + 1];
  }
  return { width, height, cells };
}

/** Sums over 3 x 3 cells; beyond the edges, the cells at the edges count again. */
function sumNeighbours(cells, width) {
  const lastRow = cells.length - width;
  const across = new Uint8Array(cells.length);
  for (let at = 0, x = 0; at < cells.length; at += 1, x = x < width - 1 ? x + 1 : 0)
    across[at] = cells[at] + cells[x > 0 ? at - 1 : at] + cells[x < width - 1 ? at + 1 : at];
  const sums = new Uint8Array(cells.length);
  for (let at = 0; at < cells.length; at += 1)
    sums[at] =
      across[at] + across[at < width ? at : at - width] + across[at < lastRow ? at + width : at];
  return sums;
}

/** The outline of the cells that pass a test, smoothed twice over 3 x 3 cells: a cell has 81 of
 *  81 where all around it pass. Only rows near such cells are looked at. */
function outline({ width, height, cells }, test) {
  const passed = new Uint8Array(cells.length);
  for (let at = 0; at < cells.length; at += 1) passed[at] = test(cells[at]) ? 1 : 0;
  const first = Math.max(0, Math.floor(passed.indexOf(1) / width) - ROWS_AROUND);
  const last = Math.min(height, Math.floor(passed.lastIndexOf(1) / width) + ROWS_AROUND + 1);
  const rows = passed.subarray(first * width, last * width);
  const values = sumNeighbours(sumNeighbours(rows, width), width);
  const lines = contourLines({ width, height: last - first, values }, 81 / 2);
  return lines.map((share, i) => (i % 2 ? (share * (last - first) + first) / height : share));
}

/** What is known of the places on a film: lungs, six zones, the true finding, where it is known. */
export class Places {
  constructor({ zones, lesion, zone_titles: titles }) {
    this.titles = titles;
    this.zones = zones && decodeRuns(zones);
    this.lesion = lesion && decodeRuns(lesion);
    this.lines = {};
  }

  has(layer) {
    return Boolean(layer === "lesion" ? this.lesion : this.zones);
  }

  outlines(layer) {
    this.lines[layer] ??= {
      lungs: () => [outline(this.zones, (cell) => cell > 0)],
      zones: () => this.titles.map((_, index) => outline(this.zones, (cell) => cell === index + 1)),
      lesion: () => [outline(this.lesion, (cell) => cell > 0)],
    }[layer]();
    return this.lines[layer];
  }

  /** Middle of each zone, as shares of the film. */
  centres() {
    const { width, cells, height } = this.zones;
    const sums = this.titles.map(() => [0, 0, 0]);
    cells.forEach((cell, at) => {
      if (!cell) return;
      const sum = sums[cell - 1];
      sum[0] += at % width;
      sum[1] += Math.floor(at / width);
      sum[2] += 1;
    });
    return sums.map(([x, y, n]) => [(x / n + 0.5) / width, (y / n + 0.5) / height]);
  }

  /** A point in words: sides are the patient's, whose right is the viewer's left. Without zones
   *  they are those of the viewer, or of the film where that is not seen upright. */
  name(x, y, whose = "viewer's") {
    if (this.zones) {
      const { width, height, cells } = this.zones;
      const cell =
        cells[
          Math.min(height - 1, Math.floor(y * height)) * width +
            Math.min(width - 1, Math.floor(x * width))
        ];
      return cell ? this.titles[cell - 1] : "outside the lungs";
    }
    const third = (share) => Math.min(2, Math.floor(3 * share));
    const row = ["upper ", "", "lower "][third(y)];
    const column = ["left", "", "right"][third(x)];
    return column ? `${whose} ${row}${column}` : `${row}centre`;
  }
}

const known = new WeakMap(); // by data: decoding takes a while

/** The places on the film of that data. */
export function placesOf(data) {
  if (!known.has(data)) known.set(data, new Places(data));
  return known.get(data);
}
