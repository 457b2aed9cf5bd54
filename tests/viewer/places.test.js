/* Outlines of lungs, zones and the true finding. */

import assert from "node:assert/strict";
import test from "node:test";

import { Places } from "../../xray_core/viewer/places.js";

const SIDE = 16;

/** Places of a film whose lungs are the cells (x, y) that pass a test, all of one zone. */
function placesWhere(isLung) {
  const runs = Array.from({ length: SIDE * SIDE }, (_, at) => [
    isLung(at % SIDE, Math.floor(at / SIDE)) ? 1 : 0,
    1,
  ]).flat();
  return new Places({
    zones: { width: SIDE, height: SIDE, runs },
    zone_titles: ["right upper zone", "left upper zone"],
  });
}

/** The coordinates of an outline along one direction, as cells. */
function along(lines, direction) {
  return lines.filter((_, i) => i % 2 === direction).map((share) => share * SIDE);
}

test("the outline of half a film runs straight between the cells, up to the edges", () => {
  for (const direction of [0, 1]) {
    const lung = (x, y) => (direction ? y : x) < 6;
    const [lines] = placesWhere(lung).outlines("lungs");
    assert.ok(along(lines, direction).every((place) => Math.abs(place - 6) < 1e-9));
    const across = along(lines, 1 - direction);
    assert.deepEqual([Math.min(...across), Math.max(...across)], [0.5, SIDE - 0.5]);
  }
});

test("a speck has no outline, a square has one with round corners", () => {
  assert.deepEqual(placesWhere((x, y) => x === 3 && y === 3).outlines("lungs"), [[]]);
  const [lines] = placesWhere((x, y) => x >= 4 && x < 12 && y >= 4 && y < 12).outlines("lungs");
  const corners = along(lines, 0).map((x, i) => Math.hypot(x - 8, along(lines, 1)[i] - 8));
  assert.ok(Math.min(...corners) > 3.9, "the sides stay where they are");
  assert.ok(Math.max(...corners) < Math.hypot(4, 4) - 0.4, "the corners are cut");
});

test("every zone has an outline of its own, empty where the zone has no cell", () => {
  const zones = placesWhere((x) => x < 6).outlines("zones");
  assert.deepEqual(
    zones.map((lines) => lines.length > 0),
    [true, false],
  );
});
