/* Which film of a list is wanted, however fast it is asked for. */

import assert from "node:assert/strict";
import test from "node:test";

import { NO_WALK, answerWalk, requestOf, stepWalk } from "../../xray_core/viewer/walk.js";

test("every press of a key counts while the server is busy", () => {
  let walk = NO_WALK;
  const places = [];
  for (let press = 0; press < 13; press += 1) {
    walk = stepWalk(walk, 1, 1, 1, 24); // film 1 stays in sight, no answer comes
    places.push(requestOf(walk).place);
    if (press === 5) walk = answerWalk(walk, 2); // an answer to an earlier press
  }
  assert.deepEqual(places, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  assert.equal(answerWalk(walk, 12).wanted, 14);
  const answered = answerWalk(walk, 13);
  assert.equal(answered.wanted, null);
  assert.deepEqual(requestOf(stepWalk(answered, -1, 14, 1, 24)), { place: 13, id: 14 });
});

test("a walk ends at the ends of the list", () => {
  assert.equal(stepWalk(NO_WALK, -1, 1, 1, 9), NO_WALK);
  assert.equal(stepWalk(NO_WALK, 1, 9, 1, 9), NO_WALK);
  const there = stepWalk(NO_WALK, 1, 8, 1, 9);
  assert.equal(stepWalk(there, 1, 8, 1, 9), there);
  assert.equal(stepWalk(there, -1, 8, 1, 9).wanted, 8);
});

test("a viewer that comes back counts on from what was answered", () => {
  assert.deepEqual(requestOf(stepWalk(answerWalk(NO_WALK, 7), 1, 3, 1, 9)), { place: 4, id: 8 });
});
