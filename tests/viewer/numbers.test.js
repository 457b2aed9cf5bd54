/* Numbers as they are written. */

import assert from "node:assert/strict";
import test from "node:test";

import { percent, shortNumber, shortValue } from "../../xray_core/viewer/numbers.js";

test("values are short and never rounded to nothing", () => {
  const written = [0, 0.00002, 0.0123, 0.5, -12.34, 321.9].map(shortValue);
  assert.deepEqual(written, ["0.00", "2.0e-5", "0.0123", "0.50", "-12.3", "322"]);
});

test("a probability is never written as 0 or 1 that is not quite that", () => {
  const written = [0, 0.004, 0.005, 0.125, 0.9951, 1].map(shortNumber);
  assert.deepEqual(written, ["0.00", "<0.01", "0.01", "0.13", ">0.99", "1.00"]);
});

test("shares are written in whole percent", () => {
  assert.equal(percent(0.256), "26 %");
});
