/* Order: the slides of a basket are dragged by their handles, or moved by arrow keys on them.
 *
 * Python draws the rows, `.st-key-basket_item_NUMBER`, each with a `.basket-handle`, and puts them in
 * order once it has received it; until then rows are only shown elsewhere.
 */

import { landingOf, placeAt, shiftsFor } from "./places.js";

const ROW = '[class*="st-key-basket_item_"]';
const EDGE_PX = 60; // of the window, where the page scrolls while a slide is dragged
const SCROLL_PX = 12; // in one frame
const ANSWER_MS = 4000; // within which Python puts the slides in order
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

const numberOf = (row) => Number(/st-key-basket_item_(\d+)/.exec(row.className)[1]);

class Order {
  constructor(list) {
    this.list = list;
    this.drag = null;
    this.moved = null; // number of the slide whose handle gets the focus back
    this.ending = new AbortController();
    const on = (type, act) => list.addEventListener(type, act, { signal: this.ending.signal });
    on("pointerdown", (event) => this.#take(event));
    on("pointermove", (event) => this.#pull(event));
    on("pointerup", () => this.#drop());
    on("pointercancel", () => this.#leave());
    on("keydown", (event) => this.#press(event));
  }

  /** Python has drawn the rows anew. */
  update(send) {
    this.send = send;
    if (!this.drag) this.#settle();
    if (this.moved !== null) requestAnimationFrame(() => this.#focus());
  }

  /** The handle of the slide that was moved has the focus wherever it stands now. */
  #focus() {
    const handle = this.list.querySelector(`.st-key-basket_item_${this.moved} .basket-handle`);
    handle?.focus({ preventScroll: true });
    this.moved = null;
  }

  get rows() {
    return [...this.list.querySelectorAll(ROW)];
  }

  #take(event) {
    const handle = event.target.closest(".basket-handle");
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    const rows = this.rows;
    const from = rows.indexOf(handle.closest(ROW));
    const scroller = document.querySelector("[data-testid=stMain]");
    const places = rows.map((row) => {
      const { top, height } = row.getBoundingClientRect();
      return { top: top + scroller.scrollTop, height };
    });
    const start = event.clientY + scroller.scrollTop;
    this.drag = { rows, from, to: from, scroller, places, start, y: event.clientY };
    rows[from].classList.add("basket-dragged");
    this.list.classList.add("basket-moving");
    this.#scroll();
  }

  #pull(event) {
    if (!this.drag) return;
    this.drag.y = event.clientY;
    this.#show();
  }

  /** The dragged slide under the pointer, the others out of its way. */
  #show() {
    const { rows, from, scroller, places, start, y } = this.drag;
    const by = y + scroller.scrollTop - start;
    this.drag.to = placeAt(places, from, places[from].top + places[from].height / 2 + by);
    const shifts = shiftsFor(places, from, this.drag.to);
    rows.forEach((row, index) => {
      row.style.transform = `translateY(${index === from ? by : shifts[index]}px)`;
    });
  }

  /** Scroll the page while a slide is held at its edge. */
  #scroll() {
    if (!this.drag) return;
    const { scroller, y } = this.drag;
    const step = (y > window.innerHeight - EDGE_PX) - (y < EDGE_PX);
    if (step) {
      scroller.scrollTop += step * SCROLL_PX;
      this.#show();
    }
    requestAnimationFrame(() => this.#scroll());
  }

  #drop() {
    if (!this.drag) return;
    const { rows, from, to, places } = this.drag;
    this.drag = null;
    if (to === from) {
      this.#settle();
      return;
    }
    const shifts = shiftsFor(places, from, to);
    shifts[from] = landingOf(places, from, to);
    rows.forEach((row, index) => (row.style.transform = `translateY(${shifts[index]}px)`));
    this.#ask(numberOf(rows[from]), to);
    this.timer = setTimeout(() => this.#settle(), ANSWER_MS);
  }

  #leave() {
    this.drag = null;
    this.#settle();
  }

  #press(event) {
    const handle = event.target.closest(".basket-handle");
    if (event.key === "Escape" && this.drag) this.#leave();
    else if (handle && event.key in STEPS) {
      event.preventDefault();
      const rows = this.rows;
      const from = rows.indexOf(handle.closest(ROW));
      const to = from + STEPS[event.key];
      if (rows[to]) this.#ask(numberOf(rows[from]), to);
    }
  }

  #ask(number, place) {
    this.moved = number;
    this.send({ number, place });
  }

  /** All rows where Python drew them. */
  #settle() {
    clearTimeout(this.timer);
    this.list.classList.remove("basket-moving");
    for (const row of this.rows) {
      row.style.transform = "";
      row.classList.remove("basket-dragged");
    }
  }

  destroy() {
    this.#settle();
    this.ending.abort();
  }
}

const orders = new WeakMap(); // one per list of slides

export default function orderSlides({ setTriggerValue }) {
  const list = document.querySelector(".st-key-basket_list");
  if (!list) return undefined;
  if (!orders.has(list)) orders.set(list, new Order(list));
  orders.get(list).update((value) => setTriggerValue("moved", value));
  return () =>
    setTimeout(() => {
      if (list.isConnected) return;
      orders.get(list)?.destroy();
      orders.delete(list);
    });
}
