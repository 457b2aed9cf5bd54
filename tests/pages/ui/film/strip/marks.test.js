/* Films of a strip that are selected. */

import assert from "node:assert/strict";
import test from "node:test";

import { NO_MARKS, answeredMarks, toggled } from "../../../../../pages/ui/film/strip/marks.js";

test("a film is selected and let go again, in the order of the strip", () => {
  const two = toggled(toggled(NO_MARKS, 5), 2);
  assert.deepEqual(two, { places: [2, 5], id: 2 });
  assert.deepEqual(toggled(two, 5), { places: [2], id: 3 });
  assert.deepEqual(NO_MARKS.places, [], "nothing is changed in place");
});

test("what Python still sends of an earlier request takes no mark away", () => {
  const two = toggled(toggled(NO_MARKS, 5), 2);
  assert.equal(answeredMarks(two, { places: [5], id: 1 }), two);
  assert.deepEqual(answeredMarks(two, { places: [], id: 2 }).places, [], "all were let go there");
});
