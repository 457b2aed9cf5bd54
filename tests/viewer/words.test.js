/* What is written about what is shown. */

import assert from "node:assert/strict";
import test from "node:test";

import {
  describe,
  editWords,
  fileName,
  messageOf,
  otherWords,
  readoutOf,
  ticksOf,
  zoomHint,
  zoomWords,
} from "../../xray_core/viewer/words.js";
import { after, film, map, shown } from "./samples.js";

const message = (state) => messageOf(state, state.sides[0]);

test("the line under a map names its unit and its scale, or why nothing is drawn", () => {
  const state = shown();
  assert.equal(message(state), "in logit units, scaled by probability 0.60");
  assert.equal(message(after(state, { type: "original" })), "Original film, overlay off");
  assert.match(
    message(after(state, { type: "threshold", share: 0.3 })),
    /, from 30 % of the maximum$/,
  );
  const lines = after(state, { type: "contours" }, { type: "threshold", share: 0.3 });
  assert.equal(message(lines), "in logit units, lines at 50 and 75 % of the maximum");
  assert.match(
    message(after(lines, { type: "threshold", share: 0.9 })),
    /no line lies above 90 %$/,
  );
  const unlikely = shown(film({ maps: [map("covid", 0.02)] }));
  assert.equal(message(unlikely), "0.02 for COVID: too low to show where");
});

test("a doubt is said with the map, and only while it is drawn", () => {
  const state = shown(film({ maps: [map("covid", 0.9, { doubt: "Poor.", mark: "Poor" })] }));
  assert.match(message(state), /\. Poor\.$/);
  assert.doesNotMatch(message(after(state, { type: "original" })), /Poor/);
  assert.match(describe(state), /\. Poor$/);
});

test("screen readers hear the film, the class and where its map is strongest", () => {
  const words =
    "A film. Grad-CAM of CNN for COVID, probability 0.60; strongest in the viewer's lower right";
  assert.equal(describe(shown()), words);
  const two = describe(shown(film(), { type: "side" }));
  assert.match(two, /\. A: Grad-CAM .* for COVID, .*\. B: Grad-CAM .* for VIRAL, /);
  const against = describe(shown(film(), { type: "against", label: "viral" }));
  assert.match(against, /probability of both 0\.90; strongest for COVID in .*, for VIRAL in /);
});

test("places of a turned film keep their names, and the turn is said", () => {
  const state = shown(film(), { type: "turn" });
  assert.match(readoutOf(state, { x: 145, y: 5 }), /^film's upper left · .* · 5, 5 px$/);
  assert.match(
    describe(state),
    /^A film\. turned by 90° clockwise\. .* strongest in the film's lower right$/,
  );
});

test("pixels are those of the file, and the zoom is said in them", () => {
  const state = shown(film({ block: 4, shown_px: 64 }));
  assert.match(readoutOf(state, { x: 55, y: 50 }), /20, 200 px$/);
  assert.equal(zoomWords(state), "25 %");
  assert.match(zoomHint(state), /64 pixels for the 400 of/);
  assert.doesNotMatch(zoomHint(shown()), /picture/);
});

test("what lies under the pointer is named with the value of the map and the pixel", () => {
  const state = shown(
    film({ maps: [map("covid", 0.9, { width: 6, height: 1, evidence: [2, 2, 2, 2, 2, 4] })] }),
  );
  const words = "viewer's upper left · 2.00 logit units · 50 % of the maximum · 5, 5 px";
  assert.equal(readoutOf(state, { x: 55, y: 5 }), words);
  assert.equal(readoutOf(state, { x: 5, y: 5 }), "", "beside the film");
  assert.equal(
    readoutOf(after(state, { type: "original" }), { x: 55, y: 5 }),
    "viewer's upper left · 5, 5 px",
  );
});

test("the colour bar has its zero at the left, that of a signed map in the middle", () => {
  assert.deepEqual(ticksOf(shown().sides[0]), [
    ["0", 0, "center"],
    ["4.00", 0.6, "center"],
  ]);
  const [low, zero, high] = ticksOf(shown(film(), { type: "against", label: "viral" }).sides[0]);
  assert.deepEqual([low[0], zero[1], high[0]], ["−4.00", 0.5, "+4.00"]);
});

test("the line of a what-if leads through it and ends with what changed", () => {
  const drawing = shown(film(), { type: "box" });
  assert.match(editWords(drawing), /^Drag a box/);
  assert.match(
    editWords(after(drawing, { type: "penArrow", key: "ArrowUp" })),
    /^Arrows move the box/,
  );
  assert.equal(editWords({ ...drawing, asked: 5 }), "Running the models again");
  const maps = [map("covid", 0.376), map("viral", 0.301), map("normal", 0.2)];
  const first = [map("covid", 0.604), ...film().maps.slice(1)];
  const state = shown(film({ maps: first, edit: { film: "data:changed", regions: [], maps } }));
  assert.equal(editWords(state), "COVID: 0.60 → 0.38 (−0.22)"); // as it stands there, not −0.228
  assert.match(editWords(after(state, { type: "class", label: "viral" })), /\(0\.00\)$/);
  assert.match(editWords(after(state, { type: "class", label: "normal" })), /\(\+0\.10\)$/);
  assert.match(otherWords(state, film().maps[0]), /^Before: COVID 0\.60 · CNN · Grad-CAM$/);
});

test("a download is named after what it shows", () => {
  assert.equal(fileName(shown()), "thoraxlens-a-png-covid-Grad-CAM-CNN.png");
  const edit = { film: "data:changed", regions: [], maps: film().maps };
  assert.match(fileName(shown(film({ edit }))), /^thoraxlens-what-if-a-png/);
  assert.equal(fileName(shown(film({ maps: [], caption: "../ä b" }))), "thoraxlens-ä-b.png");
});
