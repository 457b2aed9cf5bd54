/* Viewer: events, and the entry that Streamlit calls. Last of the parts. */

class Viewer extends Words {
  constructor(root) {
    super(root);
    this.pointers = new Map();
    this.lastScroll = -Infinity;
    this.ending = new AbortController();
    this.listen();
  }

  listen() {
    const { root, stage, runs, opacity, threshold, window, level, against, other, divider, chips, full } = this.part;
    const on = (target, types, act, options) => {
      for (const type of types.split(" ")) target.addEventListener(type, act, { ...options, signal: this.ending.signal });
    };
    on(root, "click", (event) => this.act(event.target.closest("[data-action]")?.dataset.action));
    on(chips, "click", (event) => {
      const chip = event.target.closest(".chip");
      if (chip) this.chooseClass(chip.dataset.label);
    });
    on(runs, "change", () => this.chooseGroup(runs.value));
    on(opacity.input, "input", () => this.change({ opacity: opacity.input.value / 100, overlay: true }));
    on(threshold.input, "input", () => this.change({ threshold: threshold.input.value / 100, overlay: true }));
    on(window.input, "input", () => this.change({ window: window.input.value / 100 }));
    on(level.input, "input", () => this.change({ level: level.input.value / 100 }));
    on(against, "change", () => this.chooseAgainst(against.value));
    on(other, "change", () => {
      this.otherChoice = this.otherMaps()[other.value];
      this.chooseSides();
      this.change({});
    });
    on(divider, "pointerdown", (event) => divider.setPointerCapture(event.pointerId));
    on(divider, "pointermove", (event) => divider.hasPointerCapture(event.pointerId) && this.moveDivider(this.pointOf(event).x / stage.clientWidth));
    on(stage, "contextmenu", (event) => event.preventDefault());
    on(root, "keydown", (event) => this.onKey(event));
    on(stage, "wheel", (event) => this.onWheel(event), { passive: false });
    on(document, "scroll", () => { this.lastScroll = performance.now(); }, { capture: true, passive: true });
    on(stage, "dblclick", (event) => event.target.closest("button, .help, .divider") || (this.act("fit"), this.act("plain")));
    on(stage, "pointerdown pointermove pointerup pointercancel", (event) => this.onPointer(event));
    on(stage, "pointerleave", () => this.data && this.showReadout(null));
    on(root, "fullscreenchange", () => {
      if (root.matches(":fullscreen")) stage.style.height = "";
      this.resize();
    });
    full.hidden = !document.fullscreenEnabled;
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(stage);
  }

  act(action) {
    if (!action || !this.data) return;
    const acts = {
      original: () => this.change({ overlay: false }),
      overlay: () => this.change({ overlay: true }),
      invert: () => this.change({ inverted: !this.look.inverted }),
      in: () => this.zoomBy(1.25),
      out: () => this.zoomBy(0.8),
      fit: () => this.zoomBy(0),
      plain: () => this.change({ window: 1, level: 0.5 }),
      contours: () => this.change({ contours: !this.look.contours, overlay: true }),
      lungs: () => this.toggleLayer("lungs"),
      zones: () => this.toggleLayer("zones"),
      lesion: () => this.toggleLayer("lesion"),
      one: () => this.compare(this.look.compare),
      side: () => this.compare("side"),
      swipe: () => this.compare("swipe"),
      blink: () => this.compare("blink"),
      difference: () => this.compare("difference"),
      flip: () => this.flip(),
      box: () => this.pick("box"),
      lasso: () => this.pick("lasso"),
      done: () => this.pick(this.pen.mode),
      undo: () => this.undo(),
      clear: () => this.undo(this.pen.regions.length),
      before: () => this.showState(false),
      after: () => this.showState(true),
      more: () => this.toggleMore(),
      previous: () => this.stepFilm(-1),
      next: () => this.stepFilm(1),
      full: () => this.toggleFull(),
      download: () => this.download(),
      help: () => this.toggleHelp(),
    };
    acts[action]();
  }

  onKey(event) {
    if (!this.data || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow") && event.target.matches("input, select")) return;
    if (event.key === " " && event.target.matches("button, input, select")) return;
    if (event.target === this.part.divider && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      this.moveDivider(this.look.split + (event.key === "ArrowLeft" ? -0.02 : 0.02));
      return;
    }
    if (this.penKey(event)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const keys = {
      ArrowLeft: () => this.stepFilm(-1),
      ArrowRight: () => this.stepFilm(1),
      ArrowUp: () => this.stepClass(-1),
      ArrowDown: () => this.stepClass(1),
      o: () => this.change({ overlay: !this.look.overlay }),
      i: () => this.act("invert"),
      "+": () => this.act("in"),
      "=": () => this.act("in"),
      "-": () => this.act("out"),
      0: () => this.act("fit"),
      c: () => this.map && this.act("contours"),
      l: () => this.act("lungs"),
      z: () => this.act("zones"),
      t: () => this.act("lesion"),
      s: () => this.act("side"),
      w: () => this.act("swipe"),
      x: () => this.act("difference"),
      b: () => this.flip(),
      " ": () => this.flip(),
      d: () => this.act("box"),
      u: () => this.undo(),
      m: () => this.act("more"),
      f: () => this.toggleFull(),
      "?": () => this.toggleHelp(),
    };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = key === "Escape" && !this.part.help.hidden ? () => this.toggleHelp() : keys[key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** The wheel zooms, unless the page is being scrolled past or the whole film is shown. */
  onWheel(event) {
    const leaving = event.deltaY > 0 && this.frame.zoom === 1;
    if (!this.data || leaving || performance.now() - this.lastScroll < 250) return;
    event.preventDefault();
    this.zoomBy(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 250), this.pointOf(event));
  }

  onPointer(event) {
    if (!this.data || event.target.closest("button, .help, .divider")) return;
    const point = this.pointOf(event);
    const before = [...this.pointers.values()];
    if (event.type === "pointerdown") {
      this.part.stage.focus({ preventScroll: true });
      this.part.stage.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, point);
      this.windowing = event.button === 2;
      this.rest = null;
      if (this.pen.mode && this.pointers.size === 1 && event.button === 0) this.pen.start(this.onFilm(point));
      else this.pen.cancel();
    } else if (event.type !== "pointermove") {
      this.pointers.delete(event.pointerId);
      this.windowing = false;
      if (event.type === "pointerup" && this.pen.path) {
        if (this.pen.end()) this.sendRegions();
      } else {
        this.pen.cancel();
      }
      this.draw();
    } else if (this.pointers.has(event.pointerId)) {
      this.pointers.set(event.pointerId, point);
      if (this.pen.path) {
        this.pen.move(this.onFilm(point));
        this.draw();
      } else if (this.windowing) this.dragWindow(before[0], point);
      else this.drag(before, [...this.pointers.values()]);
    }
    this.showReadout(event.pointerType === "mouse" || this.pointers.size ? point : null);
  }

  /** Sideways changes the window, up and down the level: 300 px are the whole range of greys. */
  dragWindow(from, to) {
    const within = (value, least) => Math.round(100 * Math.min(1, Math.max(least, value))) / 100;
    this.rest ??= { window: this.look.window, level: this.look.level };
    this.rest.window = Math.min(1, Math.max(LEAST_WINDOW, this.rest.window + (to.x - from.x) / 300));
    this.rest.level = Math.min(1, Math.max(0, this.rest.level + (to.y - from.y) / 300));
    this.change({ window: within(this.rest.window, LEAST_WINDOW), level: within(this.rest.level, 0) });
  }

  /** One pointer moves the film, two also zoom it. */
  drag(before, after) {
    const middle = ([a, b = a]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
    const [from, to] = [middle(before), middle(after)];
    this.frame.x += to.x - from.x;
    this.frame.y += to.y - from.y;
    const spread = ([a, b]) => Math.hypot(a.x - b.x, a.y - b.y) || 1;
    this.zoomBy(after.length > 1 ? spread(after) / spread(before) : 1, to);
  }

  pointOf(event) {
    const box = this.part.stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  toggleFull() {
    if (this.part.full.hidden) return;
    if (document.fullscreenElement) document.exitFullscreen();
    else this.part.root.requestFullscreen();
  }

  moveDivider(share) {
    this.change({ split: Math.min(1, Math.max(0, share)) });
  }

  toggleLayer(layer) {
    if (this.places.has(layer)) this.change({ [layer]: !this.look[layer] });
  }

  toggleMore() {
    const { more, unfold } = this.part;
    more.hidden = !more.hidden;
    unfold.setAttribute("aria-expanded", String(!more.hidden));
  }

  toggleHelp() {
    const { help, stage } = this.part;
    help.hidden = !help.hidden;
    if (help.hidden) stage.focus({ preventScroll: true });
    else help.querySelector("button").focus({ preventScroll: true });
  }

  destroy() {
    this.ending.abort();
    this.sizes.disconnect();
    clearTimeout(this.timer);
    clearTimeout(this.patience);
    cancelAnimationFrame(this.pending);
  }
}

/* ---- Entry ----------------------------------------------------------------------------- */

const viewers = new WeakMap(); // one viewer an element; it goes when the element goes

/** Streamlit calls this on every change of data, always with the same element. */
export default function show({ parentElement, data, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".viewer");
  if (!viewers.has(root)) viewers.set(root, new Viewer(root));
  const viewer = viewers.get(root);
  viewer.update(data, { setStateValue, setTriggerValue });
  return () => setTimeout(() => {
    if (root.isConnected) return; // a late call was dropped, the viewer stays
    viewer.destroy();
    viewers.delete(root);
  });
}
