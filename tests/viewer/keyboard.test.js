/* Which event a key stands for. */

import assert from "node:assert/strict";
import test from "node:test";

import { eventOfKey } from "../../xray_core/viewer/keyboard.js";
import { HELP } from "../../xray_core/viewer/help.js";
import { reduce } from "../../xray_core/viewer/state.js";
import { film, shown } from "./samples.js";

const state = shown();

test("every key of the help does something", () => {
  const named = { "←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown", "−": "-" };
  for (const [keys] of HELP) {
    for (const name of keys.split(" ")) {
      const key = name === "Space" ? " " : (named[name] ?? name);
      const event = eventOfKey({ key }, state);
      assert.ok(event, keys);
      assert.ok(reduce(state, { now: 0, ...event }), keys);
    }
  }
});

test("capital letters are the same keys", () => {
  assert.deepEqual(eventOfKey({ key: "I" }, state), { type: "invert" });
});

test("fields keep their arrows, fields and buttons their space bar", () => {
  assert.equal(eventOfKey({ key: "ArrowLeft", on: "field" }, state), null);
  assert.equal(eventOfKey({ key: " ", on: "button" }, state), null);
  assert.equal(eventOfKey({ key: " ", on: "field" }, state), null);
  assert.deepEqual(eventOfKey({ key: "ArrowLeft", on: "button" }, state), {
    type: "film",
    step: -1,
  });
});

test("arrows move the divider while it has the focus", () => {
  assert.deepEqual(eventOfKey({ key: "ArrowLeft", on: "divider" }, state), {
    type: "divider",
    share: 0.48,
  });
});

test("arrows place and move a box while one is drawn, and films otherwise", () => {
  const drawing = shown(film(), { type: "box" });
  assert.equal(eventOfKey({ key: "ArrowLeft" }, drawing).type, "penArrow");
  assert.equal(eventOfKey({ key: "ArrowLeft", shift: true }, drawing).grow, true);
  assert.equal(eventOfKey({ key: "Enter" }, drawing), null, "there is no box yet");
  assert.equal(eventOfKey({ key: "ArrowLeft", on: "button" }, drawing).type, "film");
  const free = shown(film(), { type: "lasso" });
  assert.equal(eventOfKey({ key: "ArrowLeft" }, free).type, "film");
});

test("escape ends what is open: the drawing, then the help; else it is left to the browser", () => {
  assert.equal(eventOfKey({ key: "Escape" }, state), null);
  assert.deepEqual(eventOfKey({ key: "Escape" }, shown(film(), { type: "help" })), {
    type: "help",
  });
  const drawing = shown(film(), { type: "box" });
  assert.deepEqual(eventOfKey({ key: "Escape" }, drawing), { type: "penEscape" });
});

test("other keys are left to the browser", () => {
  for (const key of ["Tab", "q", "F5", "PageDown"]) assert.equal(eventOfKey({ key }, state), null);
});
