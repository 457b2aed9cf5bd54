/* What is side by side: film and map, models, methods, films. */

import assert from "node:assert/strict";
import test from "node:test";

import { viewOf, withView } from "../../xray_core/viewer/link.js";
import { panesOf, placeOf, stageHeight } from "../../xray_core/viewer/stage.js";
import {
  captionOf,
  describe,
  fileName,
  readoutOf,
  sharedSide,
  sharedWords,
  tagWords,
} from "../../xray_core/viewer/words.js";
import { after, film, map, sent, shown } from "./samples.js";

const byOthers = ["B", "C"].flatMap((run) => [
  map("covid", 0.8, { run }),
  map("normal", 0.2, { run }),
]);
const three = film({ maps: [...film().maps, ...byOthers] });
const layout = (name) => ({ type: "layout", name });
const tags = (state) => state.sides.map((side) => tagWords(state, side));

test("a film stands beside its map", () => {
  const state = shown(film(), layout("film"));
  assert.deepEqual(tags(state), ["Film", "COVID 0.60 · CNN"]);
  assert.equal(state.sides[0].film, state.sides[1].film);
  assert.equal(after(state, layout("one")).sides.length, 1);
  assert.match(fileName(state), /covid-Grad-CAM/);
});

test("one class by every model, and a model without that class says so", () => {
  const state = shown(three, layout("models"));
  assert.deepEqual(tags(state), ["A: COVID 0.60 · CNN", "B: COVID 0.80 · B", "C: COVID 0.80 · C"]);
  const viral = after(state, { type: "class", label: "viral" });
  assert.deepEqual(tags(viral).slice(1), [
    "B: VIRAL is not one of its classes",
    "C: VIRAL is not one of its classes",
  ]);
  assert.match(describe(viral), /Grad-CAM of CNN for VIRAL.*B: VIRAL is not one of its classes/);
  assert.deepEqual(sharedWords(state), [
    "COVID by each model",
    "each map in shares of its own maximum, scaled by the probability of its class",
  ]);
  assert.equal(sharedSide(state.sides).map.probability, 1, "one scale for all");
});

test("films side by side have one zoom and are as large as the stage allows", () => {
  const wide = after(shown(three, layout("models")), { type: "resized", width: 912, height: 300 });
  assert.deepEqual(
    panesOf(wide).map(({ x, y, w, h }) => [x, y, w, h]),
    [0, 306, 612].map((x) => [x, 0, 300, 300]),
  );
  assert.equal(stageHeight(wide), 304);
  const zoomed = after(wide, { type: "in" }, { type: "in" });
  const sizes = panesOf(zoomed).map((pane) => placeOf(zoomed, pane).w);
  assert.deepEqual(new Set(sizes).size, 1);
  const narrow = after(wide, { type: "resized", width: 390, height: 850 });
  assert.deepEqual(new Set(panesOf(narrow).map(({ x }) => x)), new Set([0]), "under one another");
  assert.equal(stageHeight(narrow), 850, "within 1.7 times the height of one");
});

test("a layout that has one film only says why, and Python hears which is wanted", () => {
  const alone = shown(film({ beside: { maps: [], after: false } }), layout("models"));
  assert.deepEqual(
    alone.out.filter(({ type }) => type === "note").map(({ words }) => words),
    ["Choose more models to see them side by side"],
  );
  const waits = after(alone, layout("methods"), { type: "report" });
  assert.equal(waits.sides.length, 1);
  assert.equal(sent(waits, "view").at(-1).layout, "methods");
  const beside = { maps: [map("covid", 0.6, { method: "LayerCAM" })], after: false };
  const answered = after(waits, { type: "received", data: film({ beside }) });
  assert.deepEqual(tags(answered), ["A: Grad-CAM", "B: LayerCAM"]);
  const other = after(answered, { type: "class", label: "viral" });
  assert.equal(other.sides.length, 1, "until Python sends those of the other class");
});

test("layouts that Python does not offer are not taken", () => {
  const state = shown(film(), layout("methods"), layout("sheet"));
  assert.equal(state.look.compare, "one");
});

const sheetFilm = (place, rest) => ({
  ...film({ film: `data:${place}`, film_id: `f${place}`, position: [place, 9] }),
  maps: ["CNN", "B"].map((run) => map("viral", 0.7, { run, ...rest })),
  width: 50,
});
const sheet = [3, 4, 5].map((place) => sheetFilm(place));

test("a contact sheet has a row of models for each film, each film in its own shape", () => {
  const state = after(shown(film({ sheet }), layout("sheet")), {
    type: "resized",
    width: 400,
    height: 600,
  });
  assert.equal(state.sides.length, 6);
  assert.equal(tags(state)[2], "4 · VIRAL 0.70 · CNN");
  assert.equal(captionOf(state), "films 3–5 of 9");
  const panes = panesOf(state);
  assert.deepEqual([panes[0].y, panes[2].y === panes[0].y, panes[1].y], [0, false, 0]);
  const { w, h } = placeOf(state, panes[0]);
  assert.equal(w / h, 0.5);
  const { x, y } = placeOf(state, panes[2]);
  assert.match(readoutOf(state, { x: x + 1, y: y + 1 }), /^viewer's upper left · .* · 0, 0 px$/);
});

test("a click on a film of the sheet opens it", () => {
  const state = shown(film({ sheet }), layout("sheet"));
  const [, , , pane] = panesOf(state);
  const point = { x: pane.x + pane.w / 2, y: pane.y + pane.h / 2 };
  const opened = after(state, { type: "mark", point });
  assert.deepEqual(sent(opened, "nav"), [{ place: 4, id: 1 }]);
  assert.equal(opened.look.compare, "one");
  const drawn = after(state, { type: "ruler" }, { type: "penDown", point });
  assert.equal(drawn.ink.draft, null, "nothing is drawn on other films");
});

test("a layout stands in the link, and comes back with the page", () => {
  const state = shown(three, layout("models"));
  assert.equal(viewOf(state), "show-models");
  assert.equal(withView(shown(three), "show-models").sides.length, 3);
  assert.equal(shown({ ...three, view: { layout: "models" } }).sides.length, 3);
});
