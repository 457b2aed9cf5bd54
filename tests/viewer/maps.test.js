/* What may be shown of a map, one against another, enlarging, colours. */

import assert from "node:assert/strict";
import test from "node:test";

import { decodeTables, heatPixels } from "../../xray_core/viewer/colours.js";
import {
  differenceOf,
  enlargeMap,
  isSigned,
  judgeMap,
  strongestPoint,
  subtractMaps,
  withValues,
} from "../../xray_core/viewer/maps.js";
import { map } from "./samples.js";

const ramp = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0").repeat(3));
const tables = decodeTables({ heat: ramp.join(""), signed: ramp.join("") });

test("a map is not shown where nothing can be said, and words say why", () => {
  const said = (rest) => judgeMap({ ...withValues(map("covid", 0.5)), ...rest }, 0.1).message;
  assert.equal(said({}), "");
  assert.match(said({ values: null }), /NaN or infinite values/);
  assert.match(said({ probability: 0.05 }), /^0\.05 for COVID: too low/);
  assert.match(said({ values: [3, 3, 3, 3] }), /^Flat map/);
  assert.equal(judgeMap(map("covid", 1, { values: [-4, 3] }), 0.1).peak, 4);
});

test("the method says whether a map is signed, not its values", () => {
  assert.ok(isSigned({ signed: true, values: [1] }));
  assert.ok(!isSigned({ signed: false, values: [-1] }));
  assert.ok(isSigned({ against: "NORMAL", values: [1] }));
});

test("the strongest place is the middle of its cell", () => {
  assert.deepEqual(
    strongestPoint({ width: 4, height: 2, values: [0, 0, 0, 0, 0, 5, 0, 0] }),
    [0.375, 0.75],
  );
});

test("a class against another is the difference of their evidence", () => {
  const [covid, viral] = [map("covid", 0.5, { evidence: [-1, 2] }), map("viral", 0.3)];
  const signed = subtractMaps(covid, { ...viral, evidence: [1, -1] });
  assert.deepEqual(signed.values, [-2, 3]);
  assert.deepEqual([signed.title, signed.probability], ["COVID against VIRAL", 0.8]);
  const unknown = subtractMaps(covid, { ...viral, evidence: null });
  assert.match(judgeMap(unknown, 0.1).message, /COVID against VIRAL has NaN or infinite values/);
});

test("of an unsigned map the part that speaks for the class is drawn, of a signed one all", () => {
  const raw = map("covid", 0.5, { evidence: [-1, 2] });
  assert.deepEqual(withValues(raw).values, [0, 2]);
  assert.deepEqual(withValues(raw).evidence, [-1, 2]);
  assert.deepEqual(withValues({ ...raw, signed: true }).values, [-1, 2]);
  assert.equal(withValues({ ...raw, evidence: null }).values, null);
});

test("an enlarged map stays within its own extremes and keeps its middle", () => {
  const { values } = enlargeMap({ width: 2, height: 1, values: [0, 8] }, 8, 1, 8);
  assert.equal(Math.min(...values), 0);
  assert.equal(Math.max(...values), 8);
  assert.ok(Math.abs(values[3] + values[4] - 8) < 1e-5);
  const signed = { width: 2, height: 1, values: [-8, 8], signed: true };
  assert.equal(Math.min(...enlargeMap(signed, 8, 1, 8).values), -8);
});

test("the difference of two maps is that of their colours", () => {
  const side = (values, rest = {}) => {
    const one = map("covid", 0.5, { width: 2, height: 1, values, ...rest });
    return { map: one, state: "", verdict: judgeMap(one, 0.1) };
  };
  const first = side([0, 8]);
  const found = differenceOf(
    first,
    side([3, 0], { run: "ResNet", probability: 0.9, doubt: "Poor." }),
  );
  const near = (value, wanted) => assert.ok(Math.abs(value - wanted) < 1e-6);
  near(found.values[0], -0.9); // each map reaches its own probability where it is strongest
  near(found.values[63], 0.5);
  near(found.probability, 0.9);
  assert.deepEqual(
    [found.model, found.title, found.alone, found.against, found.doubt],
    ["CNN less ResNet", "COVID", "CNN", "ResNet", "Poor."],
  );
  const alike = judgeMap(differenceOf(first, first), 0.1);
  assert.equal(alike.message, "The two maps hardly differ");
});

test("evidence below the threshold is not drawn", () => {
  const alphas = (threshold) => {
    const looks = { peak: 4, probability: 1, threshold, signed: false };
    return [...heatPixels({ values: [0, 1, 1.3, 4] }, looks, tables)].map((pixel) => pixel >>> 24);
  };
  assert.deepEqual(alphas(0), [0, 128, 166, 255]);
  assert.deepEqual(alphas(0.3), [0, 0, 166, 255]);
});

test("a signed map is clear at zero and has the ends of its table at both ends", () => {
  const looks = { peak: 2, probability: 1, threshold: 0, signed: true };
  const pixels = heatPixels({ values: [-2, 0, 2] }, looks, tables);
  const parts = [...pixels].map((pixel) => [pixel & 255, pixel >>> 24]);
  assert.deepEqual(parts, [
    [0, 255],
    [128, 0],
    [255, 255],
  ]);
});

test("an unlikely class never glows: colours end at its probability", () => {
  const looks = { peak: 4, probability: 0.2, threshold: 0, signed: false };
  const [pixel] = heatPixels({ values: [4] }, looks, tables);
  assert.deepEqual([pixel & 255, pixel >>> 24], [51, 102]);
});
