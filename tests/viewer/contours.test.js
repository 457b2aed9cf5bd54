/* Lines of equal value, and the greys of a film. */

import assert from "node:assert/strict";
import test from "node:test";

import { contourLines, joinLines } from "../../xray_core/viewer/contours.js";
import { greyTable } from "../../xray_core/viewer/greys.js";

test("contour lines go round a disc", () => {
  const values = Array.from({ length: 4096 }, (_, at) => {
    return 30 - Math.hypot((at % 64) - 31.5, Math.floor(at / 64) - 31.5);
  });
  const lines = contourLines({ width: 64, height: 64, values }, 15);
  assert.ok(lines.length > 160);
  for (let i = 0; i < lines.length; i += 2) {
    const radius = Math.hypot(lines[i] * 64 - 32, lines[i + 1] * 64 - 32);
    assert.ok(Math.abs(radius - 15) < 0.05, String(radius));
  }
});

test("pieces of a contour are joined so that dashes run along it", () => {
  const pieces = [0, 0, 1, 0, 5, 5, 6, 6, 2, 1, 1, 0, 2, 1, 0, 0]; // a triangle, and a single line
  assert.deepEqual(joinLines(pieces), [
    [0, 0, 1, 0, 2, 1, 0, 0],
    [5, 5, 6, 6],
  ]);
});

test("window and level choose the greys that become black and white", () => {
  const table = greyTable({ window: 0.5, level: 0.5, inverted: false });
  assert.deepEqual([table[0], table[63], table[192], table[255]], [0, 0, 255, 255]);
  assert.ok(Math.abs(table[128] - 128) <= 2);
  const own = greyTable({ window: 1, level: 0.5, inverted: false });
  assert.deepEqual([...own], [...Array(256).keys()]);
  const negative = greyTable({ window: 1, level: 0.5, inverted: true });
  assert.deepEqual([negative[0], negative[255]], [255, 0]);
});
