import assert from "node:assert/strict";
import { test } from "node:test";

import { paperUnder } from "../../xray_core/viewer/download.js";

test("a picture is light where the page has dark letters", () => {
  assert.equal(paperUnder("rgb(11, 17, 28)"), "light");
  assert.equal(paperUnder("rgb(230, 234, 240)"), "dark");
  assert.equal(paperUnder("rgba(230, 234, 240, 0.9)"), "dark");
});
