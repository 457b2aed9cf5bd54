/* What is looked at as a text for the address, and back. */

import assert from "node:assert/strict";
import test from "node:test";

import { viewOf, withView } from "../../xray_core/viewer/link.js";
import { onFilm } from "../../xray_core/viewer/stage.js";
import { FIRST_STATE, reduce } from "../../xray_core/viewer/state.js";
import { after, film, map, sent, shown } from "./samples.js";

const zones = { width: 2, height: 1, runs: [0, 1, 1, 1] };
const other = map("covid", 0.4, { run: "Res*Net 2.0" });
const data = film({ zones, maps: [...film().maps, other], linked: "first" });
const events = [
  ...[
    { type: "class", label: "viral" },
    { type: "against", label: "normal" },
  ],
  ...[{ type: "opacity", share: 0.35 }, { type: "threshold", share: 0.2 }, { type: "contours" }],
  ...[{ type: "invert" }, { type: "preset", name: "lungs" }, { type: "zones" }],
  ...[{ type: "side" }, { type: "other", index: "2" }, { type: "turn" }],
  ...Array(4).fill({ type: "in" }),
  { type: "drag", before: [{ x: 0, y: 0 }], after: [{ x: 9, y: 4 }] },
];

test("a film that is looked at as it comes needs no view in the address", () => {
  assert.equal(viewOf(shown(data)), "");
});

test("a link restores class, comparison, colours, greys, layers, turn, zoom and place", () => {
  const state = shown(data, ...events);
  const view = viewOf(state);
  assert.equal(
    view,
    "class-viral*against-normal*opacity-0.35*from-0.2*lines-on*negative-on*greys-0.6-0.35" +
      "*layers-zones*show-side*with-covid.Res%2ANet%202%2E0.Grad%2DCAM*turn-90*zoom-2.441" +
      `*at-${view.split("*at-")[1]}`,
  );
  const fresh = withView(shown(data), view);
  assert.equal(viewOf(fresh), view);
  assert.deepEqual(
    fresh.sides.map(({ map: { run, label } }) => [run, label]),
    [
      ["CNN", "viral"],
      ["Res*Net 2.0", "covid"],
    ],
  );
});

test("a link shows the same part of a film in a window of another size", () => {
  const state = shown(data, ...events);
  const larger = after(shown(data), { type: "resized", width: 1206, height: 900 });
  const fresh = withView(larger, viewOf(state));
  const middle = (view, x, y) => onFilm(view, { x, y }).map((share) => share.toFixed(2));
  assert.deepEqual(middle(fresh, 300, 450), middle(state, 100, 23.5));
});

test("what a link does not name is as it comes, and what cannot be read is left out", () => {
  const changed = shown(data, ...events);
  assert.equal(viewOf(withView(changed, "map-off")), "map-off");
  const broken =
    "zoom-x*at-0.1*greys-9-9*show-all*turn-45*class-%*nothing-1*constructor-1*opacity-";
  assert.equal(viewOf(withView(changed, broken)), "greys-1-1");
  assert.equal(withView(changed, "zoom-999").frame.zoom, 12);
  assert.equal(withView(changed, "class-cancer").map.label, "covid", "no such class");
});

test("the view of a link is shown with the film, and Python hears of it", () => {
  let state = reduce(FIRST_STATE, { type: "received", data });
  state = reduce(state, { type: "loaded", data, now: 0, view: "class-normal*zoom-2" });
  assert.deepEqual([state.map.label, state.frame.zoom], ["normal", 2]);
  const told = after(state, { type: "report" });
  assert.equal(sent(told, "view")[0].label, "normal");
});

test("only a film that stands in the address has a link", () => {
  const copies = (state) => after(state, { type: "link" }).out.map(({ type }) => type);
  assert.deepEqual(copies(shown(data)), ["link"]);
  assert.deepEqual(copies(shown(film({ linked: "" }))), []);
  const near = { ...film({ film_id: "next", position: [4, 9] }), view: undefined };
  const ahead = shown(film({ linked: "first", ahead: { 1: near } }), { type: "next" });
  assert.equal(ahead.data.linked, "", "the address still names the film before");
});
