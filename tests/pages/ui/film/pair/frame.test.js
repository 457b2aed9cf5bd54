/* What two films beside each other show, whatever their sizes. */

import assert from "node:assert/strict";
import test from "node:test";

import {
  WHOLE,
  fitted,
  greysOf,
  kept,
  moved,
  zoomed,
} from "../../../../../pages/ui/film/pair/frame.js";

const near = (found, wanted) => assert.ok(Math.abs(found - wanted) < 1e-9, `${found}, ${wanted}`);

test("a film fits its pane by its longer side", () => {
  assert.deepEqual(fitted({ w: 400, h: 200 }, { w: 100, h: 100 }), { w: 100, h: 50 });
  assert.deepEqual(fitted({ w: 200, h: 400 }, { w: 100, h: 100 }), { w: 50, h: 100 });
});

test("zoom keeps the point under the pointer where it is", () => {
  const offset = [0.2, -0.1]; // from the middle of the pane
  const onFilm = ({ zoom, x, y }) => [x + offset[0] / zoom, y + offset[1] / zoom];
  const before = zoomed(WHOLE, 2, offset);
  const after = zoomed(before, 1.5, offset);
  near(after.zoom, 3);
  onFilm(after).forEach((share, axis) => near(share, onFilm(before)[axis]));
});

test("a frame stays on the film and between whole and twelvefold", () => {
  assert.deepEqual(moved(WHOLE, [0.3, 0.3]), WHOLE);
  assert.deepEqual(moved({ zoom: 2, x: 0.5, y: 0.5 }, [1, -1]), { zoom: 2, x: 0.25, y: 0.75 });
  assert.equal(kept({ zoom: 0.1, x: 0.9, y: 0 }).zoom, 1);
  assert.equal(zoomed(WHOLE, 100).zoom, 12);
});

test("window and level turn into a slope and an intercept, and may be inverted", () => {
  assert.deepEqual(greysOf({ window: 1, level: 0.5, inverted: false }), [1, 0]);
  const [slope, intercept] = greysOf({ window: 0.5, level: 0.4, inverted: false });
  near(0.15 * slope + intercept, 0); // 0.4 - 0.5 / 2
  near(0.65 * slope + intercept, 1);
  const [down, start] = greysOf({ window: 0.5, level: 0.4, inverted: true });
  near(0.15 * down + start, 1);
  near(0.65 * down + start, 0);
});
