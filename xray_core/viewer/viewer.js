/* Viewer: joins state, painter, panels and input, and does what the state asks for. */

import { Address } from "./address.js";
import { listenToControls, listenToDivider } from "./controls.js";
import { drawDownload, paperUnder } from "./download.js";
import { make } from "./elements.js";
import { Films } from "./greys.js";
import { paintLens } from "./lens.js";
import { buildPage } from "./page.js";
import { Painter } from "./painter.js";
import { Panels } from "./panels.js";
import { Pointer } from "./pointer.js";
import { FIRST_STATE, reduce } from "./state.js";
import { fileName, readoutOf } from "./words.js";

const MARGIN_PX = 10; // below what has to be seen at once
const FILM_SHARE = 0.66; // of the window's height, for the film
const LEAST_SHARE = 0.52; // also where its legend finds no room
const DRAWN = Symbol.for("thoraxlens.annotations"); // kept by the window, until it is closed

export class Viewer {
  constructor(root) {
    this.part = buildPage(root);
    this.state = { ...FIRST_STATE, annotations: window[DRAWN] ?? {} };
    this.films = new Films();
    this.painter = new Painter(this.films, () => getComputedStyle(root).fontFamily);
    this.panels = new Panels(this.part, this.painter);
    this.timers = new Map();
    this.address = new Address();
    this.pointed = null; // {x, y, touch} on the stage, where the pointer is
    this.ending = new AbortController();
    this.dispatch = this.dispatch.bind(this);
    this.#listen();
  }

  #listen() {
    const { root, stage, full } = this.part;
    const { signal } = this.ending;
    const on = (target, type, act, options) =>
      target.addEventListener(type, act, { ...options, signal });
    const pointer = new Pointer(stage, this);
    listenToControls(this.part, this, on);
    listenToDivider(this.part, this, pointer, on);
    pointer.listen(on);
    on(root, "fullscreenchange", () =>
      this.dispatch({ type: "fullscreen", on: root.matches(":fullscreen") }),
    );
    on(window, "popstate", () => this.#goBack());
    full.hidden = !document.fullscreenEnabled;
    this.sizes = new ResizeObserver(() => this.#resize());
    this.sizes.observe(stage);
    on(window, "resize", () => this.#resize());
  }

  /** New data from Python, which `host` takes answers to. */
  update(data, host) {
    this.host = host;
    this.#reduce({ type: "received", data });
  }

  /** An event of the visitor; ignored until there is a film. */
  dispatch(event) {
    if (this.state.data) this.#reduce(event);
  }

  /** Show what lies under a point of the stage; null for none. */
  hover(point) {
    this.pointed = point;
    if (!this.state.data) return;
    this.panels.showReadout(point ? readoutOf(this.state, point) : "");
    if (this.state.look.lens) this.#draw();
  }

  #reduce(event) {
    this.#measure();
    this.state = reduce(this.state, { now: performance.now(), ...event });
    const { out, annotations } = this.state;
    window[DRAWN] = annotations;
    this.panels.show(this.state);
    this.#draw();
    out.forEach((message) => this.#perform(message));
    this.address.follow(this.state);
  }

  /** A step back in the browser: the view of another film waits until that is there. */
  #goBack() {
    this.address.wait();
    const view = this.state.data && this.address.take(this.state.data);
    if (view) this.dispatch({ type: "linked", view });
  }

  #measure() {
    const { clientWidth: width, clientHeight: height } = this.part.stage;
    const size = { width, height, room: this.#room(height), ratio: window.devicePixelRatio || 1 };
    const known = this.state.stage;
    if (Object.entries(size).some(([name, value]) => known[name] !== value))
      this.state = reduce(this.state, { type: "resized", ...size });
  }

  /** What the window leaves for the stage when the page is scrolled to its top. Where the controls
   * below would make the film small, they stand below the window; its legend, too, in a low one. */
  #room(height) {
    const { root, stage, foot } = this.part;
    const scrolled = document.querySelector("[data-testid=stMain]")?.scrollTop ?? 0;
    const above = (element) => element.getBoundingClientRect().top + scrolled;
    const all = window.innerHeight - above(root) - (root.offsetHeight - height) - MARGIN_PX;
    const alone = window.innerHeight - above(stage) - MARGIN_PX;
    const named = Math.max(alone - foot.offsetHeight, LEAST_SHARE * window.innerHeight);
    return Math.floor(Math.max(all, Math.min(alone, named, FILM_SHARE * window.innerHeight)));
  }

  #resize() {
    this.#measure();
    this.panels.show(this.state);
    this.#draw();
  }

  #draw() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null;
      if (this.state.data) this.#paint();
    });
  }

  #paint() {
    const start = performance.now();
    this.#measure();
    const { ratio } = this.state.stage;
    const context = this.painter.paint(this.part.canvas, this.state, ratio);
    if (this.state.look.lens && this.pointed)
      paintLens(context, this.painter, this.state, ratio, this.pointed);
    this.panels.follow(this.state);
    this.part.canvas.dataset.redrawMs = (performance.now() - start).toFixed(1);
  }

  #perform(message) {
    const acts = {
      load: ({ data }) => this.#load(data),
      later: ({ timer, ms, event }) => this.#later(timer, ms, event),
      cancel: ({ timer }) => clearTimeout(this.timers.get(timer)),
      state: ({ name, value }) => this.host.setStateValue(name, value),
      trigger: ({ name, value }) => this.host.setTriggerValue(name, value),
      note: ({ words }) => this.panels.note(words),
      announce: ({ words }) => this.panels.announce(words),
      focus: ({ on }) => this.#focus(on),
      full: () => this.#toggleFull(),
      download: () => this.#download(),
      link: () => this.address.copy().then((words) => this.panels.note(words)),
    };
    acts[message.type](message);
  }

  async #load(data) {
    const loaded = await this.films.load(filmsOf(data)).then(
      () => true,
      () => false,
    );
    this.#reduce({ type: loaded ? "loaded" : "failed", data, view: this.address.take(data) });
    this.films.keep([...filmsOf(this.state.data), ...filmsOf(this.state.coming)]);
  }

  #later(timer, ms, event) {
    clearTimeout(this.timers.get(timer));
    this.timers.set(
      timer,
      setTimeout(() => this.#reduce(event), ms),
    );
  }

  #focus(on) {
    const { help, inkField, stage } = this.part;
    const places = { help: help.querySelector("button"), words: inkField, stage };
    places[on].focus({ preventScroll: true });
  }

  #toggleFull() {
    if (this.part.full.hidden) return;
    if (document.fullscreenElement) document.exitFullscreen();
    else this.part.root.requestFullscreen();
  }

  #download() {
    const paper = paperUnder(getComputedStyle(this.part.root).color);
    const picture = drawDownload(this.painter, this.state, paper).toDataURL("image/png");
    make("a", { href: picture, download: fileName(this.state) }).click();
  }

  destroy() {
    this.ending.abort();
    this.sizes.disconnect();
    this.address.destroy();
    this.timers.forEach((timer) => clearTimeout(timer));
    cancelAnimationFrame(this.pending);
  }
}

/** Addresses of the films of some data. */
function filmsOf(data) {
  if (!data) return [];
  const others = [data.edit, ...(data.sheet ?? [])].filter(Boolean);
  return [data.film, ...others.map(({ film }) => film)];
}
