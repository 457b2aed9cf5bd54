/* Regions that are drawn on a film, and drags of the pointer. */

import assert from "node:assert/strict";
import test from "node:test";

import { dragGreys } from "../../xray_core/viewer/pointer.js";
import {
  NO_PEN,
  areaOf,
  movePath,
  nudgeBox,
  placeBox,
  startPath,
  takeDraft,
} from "../../xray_core/viewer/regions.js";
import { film, sent, shown } from "./samples.js";

function draw(pen, ...points) {
  return takeDraft(points.slice(1).reduce(movePath, startPath(pen, points[0])));
}

const box = { ...NO_PEN, mode: "box" };

test("a box may be dragged from any corner, and a click is none", () => {
  const drawn = draw(box, [0.5, 0.75], [0.25, 0.5]);
  assert.deepEqual(drawn.regions, [[[0.25, 0.5], [0.5, 0.5], [0.5, 0.75], [0.25, 0.75]]]); // prettier-ignore
  assert.equal(draw(drawn, [0.5, 0.5], [0.501, 0.501]).regions, drawn.regions);
});

test("keys move a box within the film and resize it", () => {
  let pen = placeBox(box, [0.99, 0.5]);
  for (let press = 0; press < 9; press += 1) pen = nudgeBox(pen, "ArrowRight", false);
  pen = takeDraft(nudgeBox(pen, "ArrowDown", true));
  assert.deepEqual(pen.regions, [[[0.76, 0.38], [1, 0.38], [1, 0.64], [0.76, 0.64]]]); // prettier-ignore
});

test("a free shape is kept on the film and short", () => {
  const points = Array.from({ length: 500 }, (_, i) => {
    return [0.7 + 0.4 * Math.cos(i / 80), 0.5 + 0.2 * Math.sin(i / 80)];
  });
  const [region] = draw({ ...NO_PEN, mode: "lasso" }, ...points).regions;
  assert.ok(region.length > 50 && region.length <= 120);
  assert.equal(Math.max(...region.flat()), 1);
  assert.ok(areaOf(region) > 0.15 && areaOf(region) < 0.26);
});

test("there are at most twelve regions", () => {
  const drawn = Array(14)
    .fill(0)
    .reduce((pen) => draw(pen, [0.1, 0.1], [0.4, 0.4]), box);
  assert.equal(drawn.regions.length, 12);
});

test("a drag sideways changes the window, up and down the level, each within its range", () => {
  const greys = dragGreys({ window: 0.5, level: 0.5 }, { x: 0, y: 0 }, { x: 60, y: -30 });
  assert.deepEqual(greys, { window: 0.7, level: 0.4 });
  assert.equal(dragGreys(greys, { x: 0, y: 0 }, { x: -900, y: 0 }).window, 0.05);
});

test("a click marks a place where Python asks for one, and only on the film", () => {
  const click = { type: "mark", point: { x: 75, y: 50 } }; // the film lies at 50 to 150
  const asked = shown(film({ mark: true }), click);
  assert.deepEqual(sent(asked, "mark"), [{ film: "first", point: [0.25, 0.5] }]);
  assert.deepEqual(asked.mark, [0.25, 0.5]);
  assert.deepEqual(sent(shown(film(), click), "mark"), []);
  const beside = { type: "mark", point: { x: 10, y: 50 } };
  assert.deepEqual(sent(shown(film({ mark: true }), beside), "mark"), []);
});

test("a place that was marked before is shown with its film", () => {
  assert.deepEqual(shown(film({ marked: [0.5, 0.25] })).mark, [0.5, 0.25]);
});
