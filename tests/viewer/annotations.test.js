/* Rulers, arrows and words on a film. */

import assert from "node:assert/strict";
import test from "node:test";

import { inksOf, labelOf, lengthOf } from "../../xray_core/viewer/annotations.js";
import { eventOfKey } from "../../xray_core/viewer/keyboard.js";
import { describe, inkWords } from "../../xray_core/viewer/words.js";
import { after, film, sent, shown } from "./samples.js";

/** A film of 100 x 100 lies in the middle of a stage of 200 x 100. */
const at = (x, y) => ({ x: 50 + x, y });
const drawn = (from, to) => [
  { type: "penDown", point: at(...from) },
  { type: "penMove", point: at(...to) },
  { type: "penTake", point: at(...to) },
];
const ruler = [{ type: "ruler" }, ...drawn([10, 20], [40, 60])];

test("a ruler measures the pixels of the file, however the film was reduced, and mm where known", () => {
  const line = { from: [0.1, 0.2], to: [0.4, 0.6] };
  assert.deepEqual(lengthOf({ width: 100, height: 100, block: 4 }, line), { px: 200, mm: null });
  const spaced = { width: 100, height: 100, block: 4, spacing: [0.1, 0.2] };
  const { px, mm } = lengthOf(spaced, line);
  assert.deepEqual([px, mm.toFixed(2)], [200, Math.hypot(120 * 0.2, 160 * 0.1).toFixed(2)]);
  assert.equal(labelOf(spaced, { kind: "ruler", ...line }), "28.8 mm");
});

test("what is drawn is chosen, measured in words, and heard by screen readers", () => {
  const state = shown(film(), ...ruler);
  assert.deepEqual(inksOf(state), [{ kind: "ruler", from: [0.1, 0.2], to: [0.4, 0.6], words: "" }]);
  assert.equal(inkWords(state), "50 px of the film's file; the file states no pixel spacing");
  const facts = { spacing: [0.5, 0.5], spacing_from: "ImagerPixelSpacing, at the detector" };
  const spaced = shown(film(facts), ...ruler);
  assert.equal(
    inkWords(spaced),
    "25.0 mm by ImagerPixelSpacing, at the detector, 50 px of the film's file",
  );
  assert.match(describe(spaced), /Drawn: ruler 25\.0 mm$/);
});

test("a ruler measures the same on a film that is zoomed and turned", () => {
  const views = [{ type: "in" }, { type: "turn" }];
  const inside = drawn([30, 20], [60, 60]);
  const state = shown(film({ width: 200 }), ...views, { type: "ruler" }, ...inside);
  const [line] = inksOf(state);
  const scale = (100 / 200) * 1.25; // the film is seen 100 wide and 200 high on 100, enlarged
  assert.ok(Math.abs(lengthOf(state.data, line).px - 50 / scale) < 0.1);
});

test("annotations belong to their film and are there when it comes back", () => {
  const other = { type: "received", data: film({ film_id: "second" }) };
  const away = shown(film(), ...ruler, other);
  assert.deepEqual([inksOf(away), away.pen.mode, away.ink.chosen], [[], "", null]);
  assert.equal(inksOf(after(away, { type: "received", data: film() })).length, 1);
});

test("a note is written into the field, and one without words is gone", () => {
  const placed = shown(film(), { type: "text" }, ...drawn([30, 30], [30, 30]));
  assert.deepEqual(placed.out.at(-1), { type: "focus", on: "words" });
  const written = after(placed, { type: "inkWords", words: "Kerley B?" }, { type: "inkDone" });
  assert.deepEqual(
    inksOf(written).map(({ words }) => words),
    ["Kerley B?"],
  );
  assert.equal(inksOf(after(placed, { type: "inkDone" })).length, 0);
  assert.equal(
    inksOf(after(placed, { type: "inkWords", words: "x".repeat(999) }))[0].words.length,
    80,
  );
});

test("a click chooses the annotation under it, which can be deleted", () => {
  const two = [...ruler, { type: "arrow" }, ...drawn([80, 10], [80, 90]), { type: "inkEnd" }];
  const state = shown(film(), ...two);
  assert.deepEqual([inksOf(state).length, state.pen.mode, state.ink.chosen], [2, "", null]);
  const clicked = after(state, { type: "mark", point: at(25, 41) });
  assert.equal(clicked.ink.chosen, 0);
  assert.deepEqual(
    inksOf(after(clicked, { type: "inkDelete" })).map(({ kind }) => kind),
    ["arrow"],
  );
  assert.equal(after(clicked, { type: "mark", point: at(2, 90) }).ink.chosen, null);
  const asks = shown(film({ mark: true }), ...two, { type: "mark", point: at(25, 40) });
  assert.deepEqual(
    asks.mark,
    [0.25, 0.4],
    "where the reader is asked for a place, a click is that",
  );
});

test("undo takes back what was drawn last: of the tool in hand, else a region before a ruler", () => {
  const box = [{ type: "box" }, { type: "penArrow", key: "ArrowUp" }, { type: "penTake" }];
  const state = shown(film(), ...ruler, ...box, { type: "done" });
  const left = ({ annotations, pen }) => [annotations.first.length, pen.regions.length];
  assert.deepEqual(left(after(state, { type: "undo" })), [1, 0]);
  assert.deepEqual(left(after(state, { type: "undo" }, { type: "undo" })), [0, 0]);
  assert.deepEqual(left(after(state, { type: "ruler" }, { type: "undo" })), [0, 1]);
});

test("keys draw a ruler, too, along the screen", () => {
  let state = shown(film(), { type: "ruler" });
  for (const [key, shift] of [["ArrowRight"], ["ArrowDown"], ["ArrowRight", true], ["Enter"]]) {
    state = after(state, eventOfKey({ key, shift, on: "stage" }, state));
  }
  const rounded = inksOf(state).map(({ from, to }) =>
    [from, to].map((end) => end.map((share) => Math.round(100 * share))),
  );
  assert.deepEqual(rounded, [[[40, 51], [61, 51]]]); // prettier-ignore
});

test("Python hears of the annotations of a film once, with the length of a ruler and no empty note", () => {
  const tell = { type: "tell" };
  const drawing = shown(film(), ...ruler, { type: "text" }, ...drawn([30, 30], [30, 30]));
  assert.ok(drawing.out.some(({ type, timer }) => type === "later" && timer === "tell"));
  const told = after(drawing, tell, tell, { type: "received", data: film({ film_id: "b" }) }, tell);
  const line = { kind: "ruler", from: [0.1, 0.2], to: [0.4, 0.6], words: "50 px" };
  assert.deepEqual(sent(told, "inks"), [{ film: "first", inks: [line] }]);
  const back = after(told, { type: "received", data: film() }, tell, { type: "inkClear" }, tell);
  assert.deepEqual(sent(back, "inks"), [{ film: "first", inks: [] }]);
});

test("annotations of a slide come with its film, a ruler with the length that it had", () => {
  const line = { kind: "ruler", from: [0, 0], to: [1, 0], words: "34.1 mm" };
  const slide = film({ inks: [line] });
  const state = shown(slide);
  assert.deepEqual([inksOf(state), labelOf(state.data, line)], [[line], "34.1 mm"]);
  const cleared = after(state, { type: "inkClear" }, { type: "received", data: slide });
  assert.deepEqual(inksOf(cleared), [], "what was changed here stays");
});

test("a click with a tool draws nothing, and without room nothing more is drawn", () => {
  const click = [{ type: "ruler" }, ...drawn([30, 30], [30, 30])];
  assert.equal(inksOf(shown(film(), ...click)).length, 0);
  const many = Array(70)
    .fill(drawn([10, 10], [90, 90]))
    .flat();
  assert.equal(inksOf(shown(film(), { type: "arrow" }, ...many)).length, 60);
});

test("letters written into the field are no keys of the viewer", () => {
  assert.equal(eventOfKey({ key: "o", on: "text" }, shown()), null);
  assert.deepEqual(eventOfKey({ key: "Enter", on: "text" }, shown()), { type: "inkDone" });
});
