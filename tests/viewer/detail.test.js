/* A film in full size is asked for once its pixels are looked at. */

import assert from "node:assert/strict";
import test from "node:test";

import { after, film, sent, shown } from "./samples.js";

/** A film of 1000 x 1000 pixels, of which 100 x 100 were sent, fills a stage of 100 in height. */
const large = { width: 1000, height: 1000, shown_px: 100, full_px: 3000 };
const asked = (rest, ...events) => sent(shown(film({ ...large, ...rest }), ...events), "detail");

test("a film that is enlarged beyond what was sent is asked for once", () => {
  assert.deepEqual(asked({}), [], "as it is shown at first");
  assert.deepEqual(asked({}, { type: "in" }, { type: "in" }), ["first"]);
  assert.deepEqual(asked({}, { type: "exact" }), ["first"]);
  assert.deepEqual(asked({}, { type: "lens" }), ["first"]);
});

test("nothing is asked for where there are no more pixels, or none that would be seen", () => {
  assert.deepEqual(asked({ full_px: undefined }, { type: "exact" }), [], "the page has none");
  assert.deepEqual(asked({ shown_px: 1000 }, { type: "exact" }), [], "all were sent");
  const all = { width: 4000, height: 4000, shown_px: 3000 };
  assert.deepEqual(asked(all, { type: "exact" }), [], "no more are ever sent");
  assert.deepEqual(asked({ shown_px: 300 }, { type: "in" }), [], "fewer are on the screen");
});

test("blocks of a reduced film are pixels of its file", () => {
  const reduced = { width: 100, height: 100, block: 10 };
  assert.deepEqual(asked(reduced, { type: "exact" }), ["first"]);
});

test("the next film is asked for when its own pixels are looked at", () => {
  const next = { type: "received", data: film({ ...large, film_id: "second" }) };
  const state = after(shown(film(large), { type: "exact" }), next);
  assert.deepEqual(sent(state, "detail"), []);
  assert.deepEqual(sent(after(state, { type: "exact" }), "detail"), ["second"]);
});
