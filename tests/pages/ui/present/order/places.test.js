/* Where a slide lands that is dragged in a list. */

import assert from "node:assert/strict";
import test from "node:test";

import { landingOf, placeAt, shiftsFor } from "../../../../../pages/ui/present/order/places.js";

const ROWS = [
  { top: 0, height: 100 },
  { top: 110, height: 100 },
  { top: 220, height: 60 },
  { top: 290, height: 100 },
];

test("a slide lands after all others whose middle it has passed", () => {
  assert.deepEqual(
    [50, 159, 161, 249, 251, 339, 341, 900].map((y) => placeAt(ROWS, 0, y)),
    [0, 0, 1, 1, 2, 2, 3, 3],
  );
  assert.deepEqual(
    [-5, 49, 51, 161, 251].map((y) => placeAt(ROWS, 3, y)),
    [0, 0, 1, 2, 3],
  );
});

test("the others leave room of its own height where it lands", () => {
  assert.deepEqual(shiftsFor(ROWS, 0, 2), [0, -110, -110, 0]);
  assert.deepEqual(shiftsFor(ROWS, 2, 0), [70, 70, 0, 0]);
  assert.deepEqual(shiftsFor(ROWS, 3, 1), [0, 110, 110, 0]);
  assert.deepEqual(shiftsFor(ROWS, 1, 1), [0, 0, 0, 0]);
});

test("it lands where the one that it takes the place of began or ended", () => {
  assert.equal(landingOf(ROWS, 0, 2), 180);
  assert.equal(landingOf(ROWS, 3, 1), -180);
  assert.equal(landingOf(ROWS, 2, 2), 0);
});
