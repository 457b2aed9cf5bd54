/* Where films lie on the stage, and zoom. */

import assert from "node:assert/strict";
import test from "node:test";

import {
  onFilm,
  onStage,
  paneAt,
  panesOf,
  pixelScale,
  placeOf,
  stageHeight,
} from "../../xray_core/viewer/stage.js";
import { after, film, shown } from "./samples.js";

test("a film lies whole in the middle of the stage", () => {
  const state = shown(); // 100 x 100 on 200 x 100
  assert.deepEqual(placeOf(state, panesOf(state)[0]), { x: 50, y: 0, w: 100, h: 100 });
  assert.deepEqual(onFilm(state, { x: 75, y: 50 }), [0.25, 0.5]);
  assert.ok(onFilm(state, { x: 10, y: 50 })[0] < 0);
});

test("zoom keeps the point under the pointer where it is", () => {
  const point = { x: 120, y: 30 };
  const state = after(shown(), { type: "in" }, { type: "in" }, { type: "in" }, { type: "in" });
  const before = onFilm(state, point);
  const zoomed = after(state, { type: "wheel", by: -50, point });
  assert.ok(zoomed.frame.zoom > state.frame.zoom);
  onFilm(zoomed, point).forEach((share, axis) => assert.ok(Math.abs(share - before[axis]) < 1e-9));
});

test("zoom ends at the whole film and at twelve times its size", () => {
  const turns = Array(40).fill({ type: "in" });
  assert.equal(after(shown(), ...turns).frame.zoom, 12);
  assert.equal(after(shown(), ...turns, { type: "out" }, { type: "fit" }).frame.zoom, 1);
});

test("a film cannot be dragged out of sight", () => {
  const drag = { type: "drag", before: [{ x: 0, y: 0 }], after: [{ x: 900, y: 900 }] };
  const state = after(shown(), ...Array(4).fill({ type: "in" }), drag);
  const { x, y } = placeOf(state, panesOf(state)[0]);
  assert.ok(x <= 0 && y <= 0, "its edge would leave the edge of the stage");
  const back = after(state, { type: "drag", before: [{ x: 0, y: 0 }], after: [{ x: -10, y: 0 }] });
  assert.ok(
    Math.abs(placeOf(back, panesOf(back)[0]).x - (x - 10)) < 1e-9,
    "at once, not after 900 px",
  );
});

test("the part of a film that is seen stays in the middle when the stage changes its size", () => {
  const zoom = Array(4).fill({ type: "in" });
  const drag = { type: "drag", before: [{ x: 0, y: 0 }], after: [{ x: -20, y: 10 }] };
  const state = after(shown(), ...zoom, drag);
  const middle = onFilm(state, { x: 100, y: 50 });
  const larger = after(state, { type: "resized", width: 700, height: 350 });
  onFilm(larger, { x: 350, y: 175 }).forEach((share, axis) =>
    assert.ok(Math.abs(share - middle[axis]) < 1e-9),
  );
});

test("one to one shows one pixel of the file on one of the screen, also of a small film", () => {
  const size = { type: "resized", width: 200, height: 100, ratio: 2 };
  for (const [rest, zoom] of [
    [{ width: 400, height: 400, block: 3 }, 6], // 1200 px in the file, 200 on the screen
    [{ width: 50, height: 50 }, 0.25],
  ]) {
    const state = after(shown(film(rest)), size, { type: "exact" });
    assert.equal(state.frame.zoom, zoom);
    assert.ok(Math.abs(pixelScale(state) - 1) < 1e-9);
    assert.equal(after(state, { type: "fit" }).frame.zoom, 1);
    assert.ok(after(state, { type: "out" }).frame.zoom <= zoom);
  }
});

test("a film is turned clockwise about what is in the middle, and four turns are none", () => {
  const data = film({ width: 200, height: 100 });
  const zoom = Array(4).fill({ type: "in" });
  const state = after(shown(data), ...zoom, { type: "turn" });
  const [pane] = panesOf(state);
  const { w, h } = placeOf(state, pane);
  assert.ok(Math.abs(h - 2 * w) < 1e-9, "it is seen upright now");
  const corner = onStage(after(state, { type: "fit" }), [0, 0], pane);
  assert.deepEqual(corner, { x: 125, y: 0 }, "the upper left corner lies at the upper right");
  const point = { x: 90, y: 70 };
  const { x, y } = onStage(state, onFilm(state, point), pane);
  assert.ok(Math.hypot(x - point.x, y - point.y) < 1e-9);
  const turns = Array(3).fill({ type: "turn" });
  assert.deepEqual(after(state, ...turns).frame, after(shown(data), ...zoom).frame);
});

test("arrow keys move a box along the screen, however the film is turned", () => {
  const press = { type: "penArrow", key: "ArrowRight" };
  const placed = shown(film(), { type: "box" }, press);
  const [[left, top]] = placed.pen.draft;
  const moved = (turns) =>
    after(placed, ...Array(turns).fill({ type: "turn" }), press).pen.draft[0];
  const steps = [0, 1, 2, 3].map((turns) =>
    [moved(turns)[0] - left, moved(turns)[1] - top].map((step) => Math.round(100 * step)),
  );
  assert.deepEqual(steps, [[2, 0], [0, -2], [-2, 0], [0, 2]]); // prettier-ignore
});

test("two pointers that part enlarge the film", () => {
  const pinch = {
    type: "drag",
    before: [{ x: 90, y: 50 }, { x: 110, y: 50 }], // prettier-ignore
    after: [{ x: 80, y: 50 }, { x: 120, y: 50 }], // prettier-ignore
  };
  assert.equal(after(shown(), pinch).frame.zoom, 2);
});

test("two films share a wide stage side by side and a narrow one under one another", () => {
  const narrow = shown(film(), { type: "side" });
  const [first, second] = panesOf(narrow);
  assert.deepEqual([first.x, first.h, second.x, second.y], [0, 47, 0, 53]);
  const wide = after(narrow, { type: "resized", width: 606, height: 300 });
  assert.deepEqual(
    panesOf(wide).map(({ x, w }) => [x, w]),
    [
      [0, 300],
      [306, 300],
    ],
  );
  assert.equal(paneAt(wide, { x: 400, y: 10 }).side, wide.sides[1]);
});

test("a wiped stage shows the first map left of the divider", () => {
  const state = shown(film(), { type: "swipe" }, { type: "divider", share: 0.25 });
  assert.equal(paneAt(state, { x: 49, y: 50 }).side, state.sides[0]);
  assert.equal(paneAt(state, { x: 51, y: 50 }).side, state.sides[1]);
  assert.equal(after(state, { type: "divider", share: -3 }).look.split, 0);
});

test("the stage is as high as the film, within what the page allows", () => {
  const wide = (rest) => after(shown(film(rest)), { type: "resized", width: 400, height: 1 });
  assert.equal(stageHeight(wide({ height: 100 })), 400);
  assert.equal(stageHeight(wide({ height: 300 })), 500);
  assert.equal(stageHeight(wide({ height: 10 })), 240);
  assert.equal(stageHeight(after(wide({ height: 100 }), { type: "side" })), 800);
});

test("a stage without a height of its own takes what the window leaves", () => {
  const state = shown(film({ stage_px: 0, height: 300 }));
  const room = (px) => ({ ...state, stage: { ...state.stage, width: 900, room: px } });
  assert.equal(stageHeight(room(430)), 430);
  assert.equal(stageHeight(room(-50)), 240);
});
