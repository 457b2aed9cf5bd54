/* The state of the viewer, event by event, without a page. */

import assert from "node:assert/strict";
import test from "node:test";

import { otherMap } from "../../xray_core/viewer/choices.js";
import { presetOf } from "../../xray_core/viewer/presets.js";
import { FIRST_STATE, reduce } from "../../xray_core/viewer/state.js";
import { WHOLE_FILM } from "../../xray_core/viewer/stage.js";
import { after, film, map, sent, shown } from "./samples.js";

const freeze = (value) => {
  if (value && typeof value === "object") Object.values(Object.freeze(value)).forEach(freeze);
  return value;
};

test("the most probable class is shown first, with the opacity that Python sent", () => {
  const state = shown();
  assert.equal(state.map.label, "covid");
  assert.equal(state.look.opacity, 0.6);
  assert.deepEqual(
    state.sides.map(({ film: url, state: words }) => [url, words]),
    [["data:first", ""]],
  );
});

test("no event changes the state that it is given", () => {
  const box = [[0, 0], [0.5, 0], [0.5, 1]]; // prettier-ignore
  const edit = { film: "data:changed", regions: [box], maps: film().maps };
  const state = freeze(
    shown(film({ edit }), { type: "box" }, { type: "penArrow", key: "ArrowUp" }),
  );
  for (const type of ["overlay", "invert", "side", "flip", "after", "undo", "penTake", "next"]) {
    assert.notEqual(reduce(state, { type, now: 1 }), state);
  }
});

test("a film is shown only once it is loaded, and only the last that came", () => {
  const [first, second] = [film(), film({ film_id: "second", film: "data:second" })];
  let state = reduce(FIRST_STATE, { type: "received", data: first });
  assert.deepEqual([state.data, state.out.map(({ type }) => type)], [null, ["cancel", "load"]]);
  state = reduce(state, { type: "received", data: second });
  state = reduce(state, { type: "loaded", data: second, now: 0 });
  state = reduce(state, { type: "loaded", data: first, now: 0 });
  assert.equal(state.data.film_id, "second");
});

test("a film that cannot be drawn is said in words and the one before stays", () => {
  const data = film({ film_id: "broken" });
  const asked = reduce(shown(), { type: "received", data });
  const state = reduce(asked, { type: "failed", data });
  assert.deepEqual(state.out, [{ type: "announce", words: "The film could not be drawn." }]);
  assert.equal(state.data.film_id, "first");
});

test("what was looked at before another page was visited comes back", () => {
  const view = { label: "viral", run: "CNN", method: "Grad-CAM", opacity: 0.2, overlay: false };
  const state = shown(film({ view }));
  assert.deepEqual(
    [state.map.label, state.look.opacity, state.look.overlay],
    ["viral", 0.2, false],
  );
});

test("a class that is chosen stays while films change, and Python hears of it once", () => {
  const next = film({ film_id: "second" });
  const state = shown(film(), { type: "class", label: "normal" }, { type: "received", data: next });
  assert.equal(state.map.label, "normal");
  assert.ok(state.out.some(({ type, timer }) => type === "later" && timer === "report"));
  const twice = after(state, { type: "report" }, { type: "report" });
  assert.deepEqual(
    sent(twice, "view").map(({ label }) => label),
    ["normal"],
  );
});

test("keys step through the classes and stop at both ends", () => {
  const labels = [];
  let state = shown();
  for (const step of [-1, 1, 1, 1, -1]) {
    state = after(state, { type: "stepClass", step });
    labels.push(state.map.label);
  }
  assert.deepEqual(labels, ["covid", "viral", "normal", "normal", "viral"]);
});

test("a film that came ahead is shown at once, and what Python still sends of the last is not", () => {
  const near = { ...film({ film_id: "next", position: [4, 9] }), view: undefined };
  const state = shown(film({ ahead: { 1: near } }), { type: "next" });
  assert.deepEqual(sent(state, "nav"), [{ place: 4, id: 1 }]);
  assert.equal(state.data.film_id, "next");
  const late = after(state, { type: "received", data: film() });
  assert.equal(late.data.film_id, "next");
  const answer = film({ film_id: "next", position: [4, 9], answered: 1, caption: "whole" });
  const answered = after(late, { type: "received", data: answer });
  assert.deepEqual([answered.data.caption, answered.walk.wanted], ["whole", null]);
});

test("without an answer the film that Python did send is shown again", () => {
  const near = film({ film_id: "next", position: [4, 9] });
  const state = shown(film({ ahead: { 1: near } }), { type: "next" }, { type: "giveUp" });
  assert.equal(state.data.film_id, "first");
});

test("another film is seen whole, without the regions of the last", () => {
  const drawn = [{ type: "box" }, { type: "penArrow", key: "ArrowUp" }, { type: "penTake" }];
  const state = shown(film(), { type: "in" }, { type: "turn" }, ...drawn);
  assert.deepEqual([state.frame.zoom, state.frame.turn], [1.25, 1]);
  assert.equal(state.pen.regions.length, 1);
  const next = after(state, { type: "received", data: film({ film_id: "second" }) });
  assert.deepEqual([next.frame, next.pen.regions, next.pen.mode], [WHOLE_FILM, [], ""]);
});

test("Python is asked about a region once it is drawn, and the answer shows the changed film", () => {
  const drawn = [{ type: "box" }, { type: "penArrow", key: "ArrowUp" }];
  const state = shown(film(), { type: "before" }, ...drawn, { type: "penTake", now: 100 });
  const [asked] = sent(state, "edit");
  assert.equal(asked.film, "first");
  assert.deepEqual(asked.regions, [[[0.63, 0.63], [0.87, 0.63], [0.87, 0.87], [0.63, 0.87]]]); // prettier-ignore
  assert.equal(state.asked, 100);
  const maps = [map("covid", 0.2), map("viral", 0.7), map("normal", 0.1)];
  const edit = { film: "data:changed", regions: asked.regions, maps };
  const loading = reduce(state, { type: "received", data: film({ edit }) });
  const answered = reduce(loading, { type: "loaded", data: loading.coming, now: 350 });
  assert.deepEqual([answered.answerMs, answered.asked], [250, null]);
  assert.equal(answered.map.label, "covid", "the class stays, though another is likelier now");
  assert.equal(answered.map.probability, 0.2);
  assert.equal(answered.sides[0].film, "data:changed");
  const before = after(answered, { type: "flip" });
  assert.equal(before.sides[0].film, "data:first");
});

test("a click draws nothing and asks nothing", () => {
  const point = { x: 100, y: 50 };
  const down = [{ type: "box" }, { type: "penDown", point }, { type: "penMove", point }];
  const state = shown(film(), ...down, { type: "penTake" });
  assert.deepEqual([state.pen.regions, sent(state, "edit")], [[], []]);
});

test("regions are taken back one by one or all at once", () => {
  const box = [{ type: "penArrow", key: "ArrowUp" }, { type: "penTake" }];
  const state = shown(film(), { type: "box" }, ...box, ...box, ...box);
  assert.equal(state.pen.regions.length, 3);
  assert.equal(after(state, { type: "undo" }).pen.regions.length, 2);
  const cleared = after(state, { type: "clear" });
  assert.deepEqual(sent(cleared, "edit").at(-1).regions, []);
});

test("a class against another is their evidence, one less the other, and needs both", () => {
  const state = shown(film(), { type: "against", label: "viral" });
  const [side] = state.sides;
  assert.deepEqual(side.map.values, [-1, -2, 2, 4]);
  assert.equal(side.map.title, "COVID against VIRAL");
  assert.equal(sent(state, "view").at(-1).against, "viral");
  const itself = after(state, { type: "against", label: "covid" });
  assert.equal(itself.sides[0].map, state.map);
});

test("two maps are shown in four ways, and the same button ends it", () => {
  for (const [mode, sides] of [
    ["side", 2],
    ["swipe", 2],
    ["blink", 2],
    ["difference", 1],
  ]) {
    // prettier-ignore
    const state = shown(film(), { type: mode });
    assert.equal(state.sides.length, sides, mode);
    assert.equal(after(state, { type: mode }).look.compare, "one");
    assert.equal(after(state, { type: "layout", name: "one" }).look.compare, "one");
  }
});

test("a map is compared with its own class in another run before any other class", () => {
  const other = map("covid", 0.1, { run: "ResNet" });
  const state = shown(film({ maps: [...film().maps, other] }));
  assert.equal(otherMap(state).run, other.run);
  const chosen = after(state, { type: "side" }, { type: "other", index: "0" });
  assert.equal(chosen.sides[1].map.label, "viral");
  const single = shown(film({ maps: [map("covid", 0.9)] }), { type: "side" });
  assert.equal(single.sides.length, 1, "there is nothing to compare with");
});

test("the space bar shows two maps in turn", () => {
  const turns = [];
  let state = shown();
  for (let press = 0; press < 3; press += 1) {
    state = after(state, { type: "flip" });
    turns.push(state.look.flipped);
  }
  assert.deepEqual(turns, [true, false, true]);
});

test("layers are shown only where the film has them", () => {
  assert.equal(shown(film(), { type: "lungs" }).look.lungs, false);
  const zones = { width: 2, height: 1, runs: [0, 1, 1, 1] };
  const state = shown(film({ zones }), { type: "lungs" }, { type: "lesion" });
  assert.deepEqual([state.look.lungs, state.look.lesion], [true, false]);
});

test("sliders that change the map bring the overlay back, those of the film do not", () => {
  const hidden = shown(film(), { type: "original" });
  assert.equal(after(hidden, { type: "opacity", share: 0.4 }).look.overlay, true);
  assert.equal(after(hidden, { type: "threshold", share: 0.4 }).look.overlay, true);
  const film2 = after(hidden, { type: "window", share: 0.4 }, { type: "level", share: 0.2 });
  assert.deepEqual([film2.look.overlay, film2.look.window, film2.look.level], [false, 0.4, 0.2]);
});

test("presets follow each other, and the first is all greys", () => {
  const names = [];
  let state = shown(film(), { type: "window", share: 0.4 });
  for (let press = 0; press < 4; press += 1) {
    state = after(state, { type: "nextPreset" });
    names.push(presetOf(state.look));
  }
  assert.deepEqual(names, ["full", "lungs", "bones", "full"]);
  assert.equal(presetOf({ window: 0.4, level: 0.5 }), "", "a window of one's own");
  const full = after(state, { type: "preset", name: "lungs" }, { type: "preset", name: "full" });
  assert.deepEqual([full.look.window, full.look.level], [1, 0.5]);
});

test("help takes the focus and gives it back to the film", () => {
  const open = reduce(shown(), { type: "help" });
  assert.deepEqual([open.help, open.out], [true, [{ type: "focus", on: "help" }]]);
  const closed = reduce(open, { type: "help" });
  assert.deepEqual([closed.help, closed.out], [false, [{ type: "focus", on: "stage" }]]);
});

test("a film without maps has no class, and nothing that needs one happens", () => {
  const events = [{ type: "contours" }, { type: "stepClass", step: 1 }, { type: "side" }];
  const state = shown(film({ maps: [] }), ...events, { type: "flip" });
  assert.deepEqual([state.map, state.sides.length, state.look.contours], [null, 1, false]);
});
