/* Pointer: mouse, touch and wheel over the stage.
 *
 * A drag with the right button changes window and level, one with a pen draws, any other moves the
 * film; two pointers zoom it.
 */

import { LEAST_WINDOW } from "./greys.js";
import { clamp } from "./numbers.js";

const SCROLL_MS = 250; // after the page was scrolled the wheel does not zoom
const CLICK_PX = 5; // further apart, down and up are a drag
const GREYS_PX = 300; // of a drag: the whole range of greys

const within = (value, least) => Math.round(100 * clamp(value, least, 1)) / 100;

/** Sideways changes the window, up and down the level; `greys` are those before, not rounded. */
export function dragGreys(greys, from, to) {
  return {
    window: clamp(greys.window + (to.x - from.x) / GREYS_PX, LEAST_WINDOW, 1),
    level: clamp(greys.level + (to.y - from.y) / GREYS_PX, 0, 1),
  };
}

export class Pointer {
  /** `view` is the viewer: its `state`, `dispatch` and `hover`. */
  constructor(stage, view) {
    this.stage = stage;
    this.view = view;
    this.points = new Map(); // by pointer that is down
    this.windowing = false;
    this.greys = null;
    this.lastScroll = -Infinity;
    this.pressed = null; // where one pointer went down
  }

  listen(on) {
    const { stage } = this;
    on(stage, "contextmenu", (event) => event.preventDefault());
    on(stage, "wheel", (event) => this.#onWheel(event), { passive: false });
    on(document, "scroll", () => (this.lastScroll = performance.now()), {
      capture: true,
      passive: true,
    });
    on(stage, "dblclick", (event) => this.#onDoubleClick(event));
    on(stage, "pointerdown", (event) => this.#onPointer(event, this.#down));
    on(stage, "pointermove", (event) => this.#onPointer(event, this.#move));
    on(stage, "pointerup", (event) => this.#onPointer(event, this.#up));
    on(stage, "pointercancel", (event) => this.#onPointer(event, this.#up));
    on(stage, "pointerleave", () => this.view.hover(null));
  }

  /** The point of an event on the stage. */
  pointOf(event) {
    const box = this.stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** The wheel zooms, unless the page is being scrolled past or the whole film is shown. */
  #onWheel(event) {
    const { state, dispatch } = this.view;
    const leaving = event.deltaY > 0 && state.frame.zoom <= 1;
    if (!state.data || leaving || performance.now() - this.lastScroll < SCROLL_MS) return;
    event.preventDefault();
    dispatch({ type: "wheel", by: event.deltaY, point: this.pointOf(event) });
  }

  #onDoubleClick(event) {
    if (event.target.closest("button, .help, .divider")) return;
    this.view.dispatch({ type: "fit" });
    this.view.dispatch({ type: "preset", name: "full" });
  }

  #onPointer(event, act) {
    if (!this.view.state.data || event.target.closest("button, .help, .divider")) return;
    const point = this.pointOf(event);
    act.call(this, event, point);
    const touch = event.pointerType !== "mouse";
    this.view.hover(!touch || this.points.size ? { ...point, touch } : null);
  }

  #down(event, point) {
    this.stage.focus({ preventScroll: true });
    this.stage.setPointerCapture(event.pointerId);
    this.points.set(event.pointerId, point);
    this.pressed = this.points.size === 1 && event.button === 0 ? point : null;
    this.windowing = event.button === 2;
    this.greys = null;
    const draws = this.view.state.pen.mode && this.points.size === 1 && event.button === 0;
    this.view.dispatch(draws ? { type: "penDown", point } : { type: "penDrop" });
  }

  #up(event, point) {
    this.points.delete(event.pointerId);
    this.windowing = false;
    const drew = event.type === "pointerup" && this.view.state.pen.path;
    this.view.dispatch({ type: drew ? "penTake" : "penDrop", point });
    const from = this.pressed;
    this.pressed = null;
    if (event.type !== "pointerup" || drew || !from) return;
    if (Math.hypot(point.x - from.x, point.y - from.y) < CLICK_PX)
      this.view.dispatch({ type: "mark", point });
  }

  #move(event, point) {
    if (!this.points.has(event.pointerId)) return;
    const before = [...this.points.values()];
    const { state, dispatch } = this.view;
    this.points.set(event.pointerId, point);
    const looks = state.look.lens && event.pointerType === "touch" && before.length === 1;
    if (state.pen.path) dispatch({ type: "penMove", point });
    else if (looks)
      return; // the lens follows the finger, not the film
    else if (this.windowing) this.#window(before[0], point);
    else dispatch({ type: "drag", before, after: [...this.points.values()] });
  }

  #window(from, to) {
    const { state, dispatch } = this.view;
    this.greys = dragGreys(this.greys ?? state.look, from, to);
    dispatch({
      type: "greys",
      window: within(this.greys.window, LEAST_WINDOW),
      level: within(this.greys.level, 0),
    });
  }
}
