/* Viewer: state, words, events, and the entry that Streamlit calls. Last of the parts. */

class Viewer extends Scene {
  constructor(root) {
    super(root);
    this.choice = { label: null, run: null, method: null };
    this.otherChoice = null; // the map that the chosen one is compared with
    this.pointers = new Map();
    this.lastScroll = -Infinity;
    this.ending = new AbortController();
    this.listen();
  }

  /* State */

  /** New data from Python; waits for the film, so that maps never lie over another film. */
  async update(data, host) {
    this.host = host;
    this.coming = data;
    if (this.data?.film !== data.film) {
      const image = new Image();
      image.src = data.film;
      try {
        await image.decode();
      } catch {
        this.part.spoken.textContent = this.part.legends[0].message.textContent = "The film could not be drawn.";
        return;
      }
      if (this.coming !== data) return;
      this.greys = new FilmGreys(image);
      this.frame = { zoom: 1, x: 0, y: 0 };
    }
    this.data = data;
    this.waiting = false;
    this.look.opacity ??= data.opacity;
    this.places = new Places(data);
    this.selectMap();
    this.resize();
  }

  /** The groups of maps of one run and method, in the order in which Python sent them. */
  groups() {
    const groups = new Map();
    for (const map of this.data.maps) {
      const name = `${map.run} · ${map.method}`;
      groups.set(name, [...(groups.get(name) ?? []), map]);
    }
    return groups;
  }

  /** Find the chosen map, or the most probable class, and show all that depends on it. */
  selectMap() {
    const groups = this.groups();
    const wanted = `${this.choice.run} · ${this.choice.method}`;
    this.group = groups.has(wanted) ? wanted : (groups.keys().next().value ?? "");
    this.maps = groups.get(this.group) ?? [];
    this.map = this.maps.find((map) => map.label === this.choice.label)
      ?? this.maps.reduce((best, map) => (best && best.probability >= map.probability ? best : map), null);
    this.chooseSides();
    this.showHead([...groups.keys()]);
    this.showWords();
  }

  /** The one or two maps that are shown. */
  chooseSides() {
    const { look } = this;
    const other = look.compare === "one" ? null : this.otherMap();
    this.sides = [this.map, ...(other ? [other] : [])].map((map) => this.makeSide(this.directed(map), this.greys));
  }

  /** The map to compare with: the chosen one, or the same class of another group, or the next class. */
  otherMap() {
    const { map, otherChoice } = this;
    const rest = this.data.maps.filter((candidate) => candidate !== map);
    const same = (a, b, keys) => keys.every((key) => a?.[key] === b?.[key]);
    return rest.find((candidate) => same(candidate, otherChoice, ["run", "method", "label"]))
      ?? rest.find((candidate) => same(candidate, map, ["label"]))
      ?? rest.reduce((best, candidate) => (best && best.probability >= candidate.probability ? best : candidate), null);
  }

  /** The evidence of a map less that of the class which is held against it. */
  directed(map) {
    const { against } = this.look;
    if (!map?.directed || !against) return map;
    const other = this.data.maps.find((candidate) => candidate.run === map.run && candidate.method === map.method && candidate.label === against);
    if (!other || other.label === map.label) return map;
    return subtractMaps(map, other) ?? { ...map, title: `${map.title} against ${other.title}`, missing: true };
  }

  chooseClass(label) {
    this.choice.label = label;
    this.afterChoice();
  }

  chooseGroup(name) {
    const [map] = this.groups().get(name);
    Object.assign(this.choice, { run: map.run, method: map.method });
    this.afterChoice();
  }

  afterChoice() {
    this.selectMap();
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.report(), 200);
  }

  stepClass(step) {
    const index = this.maps.indexOf(this.map) + step;
    if (index >= 0 && index < this.maps.length) this.chooseClass(this.maps[index].label);
  }

  /** Ask Python for another film; one request at a time. */
  stepFilm(step) {
    const [place, count] = this.data.position ?? [0, 0];
    if (this.waiting || (count && (place + step < 1 || place + step > count))) return;
    this.waiting = true;
    setTimeout(() => { this.waiting = false; }, 1500);
    this.report();
    this.host.setTriggerValue("nav", step);
  }

  report() {
    clearTimeout(this.timer);
    const { opacity, overlay, inverted, against } = this.look;
    const view = { ...this.choice, opacity, overlay, inverted, against };
    const text = JSON.stringify(view);
    if (text === this.reported) return;
    this.reported = text;
    this.host.setStateValue("view", view);
  }

  change(look) {
    Object.assign(this.look, look);
    this.showWords();
    this.draw();
  }

  compare(mode) {
    if (!this.otherMap()) return;
    this.look.compare = this.look.compare === mode ? "one" : mode;
    this.look.flipped = false;
    this.chooseSides();
    this.showWords();
    this.resize();
  }

  flip() {
    if (this.look.compare !== "blink") this.compare("blink");
    if (this.sides.length > 1) this.change({ flipped: !this.look.flipped });
  }

  chooseAgainst(label) {
    this.look.against = label;
    this.look.overlay = true;
    this.chooseSides();
    this.showWords();
    this.draw();
    this.report(); // Python sends the evidence of all classes with it
  }

  /* Words and controls */

  showHead(names) {
    const { chips, runs } = this.part;
    while (chips.children.length > this.maps.length) chips.lastChild.remove();
    this.maps.forEach((map, index) => {
      const chip = chips.children[index] ?? chips.appendChild(makeChip()); // kept, so that focus stays
      const [, title, number] = chip.children;
      chip.dataset.label = map.label;
      chip.setAttribute("aria-pressed", String(map === this.map));
      chip.style.setProperty("--class", map.colour);
      chip.style.setProperty("--share", map.probability);
      title.textContent = map.title;
      number.textContent = shortNumber(map.probability);
    });
    runs.replaceChildren(...names.map((name) => make("option", { value: name }, name)));
    runs.value = this.group;
    runs.hidden = names.length < 2;
    chips.parentElement.hidden = !names.length;
  }

  showWords() {
    const { data, part, look, map, places } = this;
    const press = (element, on) => element.setAttribute("aria-pressed", String(Boolean(on)));
    press(part.overlay, look.overlay);
    press(part.original, !look.overlay);
    press(part.invert, look.inverted);
    part.original.parentElement.hidden = part.opacity.root.hidden = part.evidence.hidden = !map;
    showSlider(part.opacity, Math.round(100 * look.opacity));
    showSlider(part.threshold, Math.round(100 * look.threshold), look.threshold ? `${percent(look.threshold)} of the maximum` : "everything");
    showSlider(part.window, Math.round(100 * look.window));
    showSlider(part.level, Math.round(100 * look.level));
    part.plain.disabled = look.window === 1 && look.level === 0.5;
    press(part.contours, look.contours);
    for (const layer of ["lungs", "zones", "lesion"]) {
      press(part[layer], look[layer]);
      part[layer].hidden = !places.has(layer);
    }
    part.noLayers.hidden = places.has("lungs");
    this.showChoices();
    part.caption.textContent = part.caption.title = data.caption;
    part.synthetic.hidden = !data.synthetic;
    part.position.textContent = data.position?.join(" / ") ?? "";
    part.film.hidden = !data.position;
    part.strip.hidden = !(data.caption || data.synthetic || data.position);
    part.previous.disabled = data.position?.[0] <= 1;
    part.next.disabled = data.position?.[0] >= data.position?.[1];
    part.readout.textContent = "";
    part.legends.forEach((legend, index) => this.showLegend(legend, this.sides[index]));
    const words = this.describe();
    if (part.canvas.getAttribute("aria-label") !== words) part.spoken.textContent = words;
    part.canvas.setAttribute("aria-label", words);
  }

  /** What can be held against the class, and compared with the map. */
  showChoices() {
    const { data, part, look, map, maps } = this;
    const fill = (select, entries, chosen) => {
      const text = JSON.stringify(entries);
      if (select.dataset.entries !== text) {
        select.dataset.entries = text;
        select.replaceChildren(...entries.map(([value, words]) => make("option", { value }, words)));
      }
      select.value = chosen;
    };
    const able = Boolean(map?.directed);
    part.against.disabled = !able;
    const none = able || !map ? "no other class" : `${map.method} has no direction`;
    fill(part.against, [["", none], ...(able ? maps.map((item) => [item.label, item.title]) : [])], able ? look.against : "");
    part.compare.hidden = data.maps.length < 2;
    for (const button of part.modes.children) {
      button.setAttribute("aria-pressed", String(button.dataset.action === (this.sides.length > 1 ? look.compare : "one")));
    }
    const others = data.maps.map((item, index) => [String(index), `${item.title} ${shortNumber(item.probability)} · ${item.run} · ${item.method}`]);
    const other = this.otherMap();
    fill(part.other, others.filter((_, index) => data.maps[index] !== map), String(data.maps.indexOf(other)));
    part.otherField.hidden = this.sides.length < 2;
    this.sides.forEach((side, index) => {
      if (side.map) part.tags[index].textContent = `${this.letterOf(side)}${side.map.title} ${shortNumber(side.map.probability)} · ${side.map.run}`;
    });
  }

  showLegend(legend, side) {
    legend.root.hidden = !side?.map;
    if (legend.root.hidden) return;
    const { map } = side;
    legend.name.textContent = `${this.letterOf(side)}${map.method} · ${map.run} · ${map.title}`;
    legend.message.textContent = this.messageOf(side);
    legend.scale.hidden = !this.shows(side);
    if (legend.scale.hidden) return;
    const signed = isSigned(map);
    drawColourBar(legend.bar, { probability: map.probability, threshold: this.look.threshold, signed });
    const ticks = this.ticksOf(side);
    const shown = signed ? [legend.low, legend.zero, legend.peak] : [legend.zero, legend.peak];
    legend.low.hidden = !signed;
    shown.forEach((tick, index) => {
      const [text, share, align] = ticks[index];
      tick.textContent = text;
      tick.style.left = `${100 * share}%`;
      tick.style.transform = `translateX(${{ left: 0, center: -50, right: -100 }[align]}%)`;
    });
  }

  /** The line under a map's name: its unit and its scale, or why nothing is drawn. */
  messageOf(side) {
    const { map, verdict } = side;
    if (!map) return "";
    if (!this.look.overlay) return "Original film, overlay off";
    if (map.missing) return "Asking the network for the evidence of both classes";
    if (verdict.message) return verdict.message;
    const sides = map.against ? `orange for ${map.alone}, blue for ${map.against}, ` : isSigned(map) ? "orange for it, blue against it, " : "";
    const unit = sides + `in ${map.unit}`.replace("in no unit", "no unit");
    const from = this.look.threshold ? `, from ${percent(this.look.threshold)} of the maximum` : "";
    if (this.look.contours) {
      const lines = CONTOUR_SHARES.filter((share) => share >= this.look.threshold).map((share) => Math.round(100 * share));
      return lines.length ? `${unit}, lines at ${lines.join(", ").replace(/, (\d+)$/, " and $1")} % of the maximum` : `${unit}, no line lies above ${percent(this.look.threshold)}`;
    }
    if (map.against) return `${unit}, scaled by the probability of both ${shortNumber(map.probability)}${from}`;
    const itself = map.directed && this.look.against === map.label ? "; a class is not held against itself" : "";
    return `${unit}, scaled by probability ${shortNumber(map.probability)}${from}${itself}`;
  }

  describe() {
    const { data } = this;
    return [data.alt, ...this.panes().map(({ side }) => this.describeSide(side))].filter(Boolean).join(". ");
  }

  describeSide(side) {
    const { map } = side;
    const letter = this.letterOf(side);
    if (!this.shows(side)) return letter + this.messageOf(side);
    const where = (shown) => {
      const place = this.places.name(...strongestPoint(shown));
      return place.startsWith("outside") ? place : `in the ${place}`;
    };
    const head = `${letter}${map.method} of ${map.run} for ${map.title}`;
    if (!map.against) return `${head}, probability ${shortNumber(map.probability)}; strongest ${where(map)}`;
    const opposite = { ...map, values: map.values.map((value) => -value) };
    return `${head}, probability of both ${shortNumber(map.probability)}; strongest for ${map.alone} ${where(map)}, for ${map.against} ${where(opposite)}`;
  }

  /** What lies under a point of the stage: its place in words, the value of the map, the pixel. */
  showReadout(point) {
    const pane = point && this.paneAt(point);
    const [x, y] = pane ? this.onFilm(point, pane) : [-1, -1];
    const words = [];
    if (x >= 0 && y >= 0 && x < 1 && y < 1) {
      words.push(this.places.name(x, y));
      if (this.shows(pane.side)) {
        const { width, height, values } = this.fieldOf(pane.side);
        const value = values[Math.floor(y * height) * width + Math.floor(x * width)];
        const { map } = pane.side;
        const speaks = map.against ? ` for ${value < 0 ? map.against : map.alone}` : "";
        words.push(`${shortValue(map.against ? Math.abs(value) : value)} ${map.unit}${speaks}`, `${percent(Math.abs(value) / pane.side.verdict.peak)} of the maximum`);
      }
      words.push(`${Math.floor(x * this.data.width)}, ${Math.floor(y * this.data.height)} px`);
    }
    this.part.readout.textContent = words.join(" · ");
  }

  /* Events */

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
      this.otherChoice = this.data.maps[other.value];
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
      flip: () => this.flip(),
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
      b: () => this.flip(),
      " ": () => this.flip(),
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
    } else if (event.type !== "pointermove") {
      this.pointers.delete(event.pointerId);
      this.windowing = false;
    } else if (this.pointers.has(event.pointerId)) {
      this.pointers.set(event.pointerId, point);
      if (this.windowing) this.dragWindow(before[0], point);
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
