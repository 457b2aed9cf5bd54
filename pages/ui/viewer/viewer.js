/* Viewer: state, drawing, events, and the entry that Streamlit calls. Last of the three parts. */

const HEAT_SIDE_PX = 256; // of an enlarged map: smooth enough to be stretched over any film
const MAX_ZOOM = 12;
const RESEARCH_ONLY = "Research only – not a diagnosis";

class Viewer {
  constructor(root) {
    this.part = buildPage(root);
    this.data = null;
    this.image = null;
    this.choice = { label: null, run: null, method: null };
    this.look = { overlay: true, opacity: null, inverted: false };
    this.frame = { zoom: 1, x: 0, y: 0 };
    this.layers = { heat: null, field: null, negative: null };
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
        this.part.message.textContent = "The film could not be drawn.";
        return;
      }
      if (this.coming !== data) return;
      this.image = image;
      this.frame = { zoom: 1, x: 0, y: 0 };
      this.layers.negative = null;
    }
    this.data = data;
    this.waiting = false;
    this.look.opacity ??= data.opacity;
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
    this.verdict = judgeMap(this.map, this.data.min_shown_probability);
    this.layers.heat = this.layers.field = null;
    this.showHead([...groups.keys()]);
    this.showWords();
  }

  get showsMap() {
    return Boolean(this.map) && this.look.overlay && !this.verdict.message;
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
    const view = { ...this.choice, ...this.look };
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
    const { data, part, look, verdict, map } = this;
    const press = (element, on) => element.setAttribute("aria-pressed", String(on));
    press(part.overlay, look.overlay);
    press(part.original, !look.overlay);
    press(part.invert, look.inverted);
    part.original.parentElement.hidden = part.opacity.parentElement.hidden = !map;
    part.opacity.value = Math.round(100 * look.opacity);
    part.opacity.style.setProperty("--fill", `${part.opacity.value}%`);
    part.opacityText.textContent = `${part.opacity.value} %`;
    part.caption.textContent = part.caption.title = data.caption;
    part.synthetic.hidden = !data.synthetic;
    part.position.textContent = data.position?.join(" / ") ?? "";
    part.film.hidden = !data.position;
    part.strip.hidden = !(data.caption || data.synthetic || data.position);
    part.previous.disabled = data.position?.[0] <= 1;
    part.next.disabled = data.position?.[0] >= data.position?.[1];
    part.legend.hidden = !this.showsMap;
    part.message.textContent = this.messageText();
    part.readout.textContent = "";
    part.mapText.textContent = map ? `${map.method} · ${map.run} · ${map.title}` : "";
    part.reach.style.left = part.peak.style.left = `${100 * (map?.probability ?? 0)}%`;
    part.peak.textContent = verdict.peak.toPrecision(3);
    const words = this.describe();
    if (part.canvas.getAttribute("aria-label") !== words) part.spoken.textContent = words;
    part.canvas.setAttribute("aria-label", words);
  }

  /** The line under the map's name: its unit, or why there is no colour. */
  messageText() {
    if (!this.map) return "";
    if (!this.look.overlay) return "Original film, overlay off";
    return this.verdict.message || `logit units, scaled by probability ${shortNumber(this.map.probability)}`;
  }

  describe() {
    const { data, map } = this;
    if (!this.showsMap) return [data.alt, this.messageText()].filter(Boolean).join(". ");
    return `${data.alt}. ${map.method} of ${map.run} for ${map.title}, probability ${shortNumber(map.probability)}; strongest in ${strongestPlace(map)}`;
  }

  /* Drawing */

  /** Where the film lies on the stage, in CSS pixels; keeps it from leaving the stage. */
  place() {
    const { clientWidth: width, clientHeight: height } = this.part.stage;
    const scale = Math.min(width / this.data.width, height / this.data.height) * this.frame.zoom;
    const [w, h] = [this.data.width * scale, this.data.height * scale];
    const clamp = (pan, room) => Math.min(Math.max(0, room), Math.max(-Math.max(0, room), pan));
    this.frame.x = clamp(this.frame.x, (w - width) / 2);
    this.frame.y = clamp(this.frame.y, (h - height) / 2);
    return { x: (width - w) / 2 + this.frame.x, y: (height - h) / 2 + this.frame.y, w, h, scale };
  }

  draw() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null;
      if (this.image) this.paint();
    });
  }

  paint() {
    const start = performance.now();
    const { canvas, root, stage, zoomText } = this.part;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(stage.clientWidth * ratio), Math.round(stage.clientHeight * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    const { x, y, w, h } = this.place();
    context.fillStyle = "#000";
    context.fillRect(0, 0, width, height);
    this.paintFilm(context, x * ratio, y * ratio, w * ratio, h * ratio);
    zoomText.textContent = `${Math.round(100 * this.frame.zoom)} %`;
    stage.classList.toggle("zoomed", this.frame.zoom > 1);
    root.dataset.ready = "true";
    canvas.dataset.redrawMs = (performance.now() - start).toFixed(1);
  }

  /** The film and, where it may be shown, its map over it; the screen and downloads use it. */
  paintFilm(context, x, y, w, h) {
    context.imageSmoothingQuality = "high";
    context.drawImage(this.look.inverted ? (this.layers.negative ??= negativeCanvas(this.image)) : this.image, x, y, w, h);
    if (!this.showsMap) return;
    if (!this.layers.heat) {
      const grow = HEAT_SIDE_PX / Math.max(this.data.width, this.data.height);
      const size = (side) => Math.max(1, Math.round(side * grow));
      this.layers.field = enlargeMap(this.map, size(this.data.width), size(this.data.height), this.verdict.peak);
      this.layers.heat = heatCanvas(this.layers.field, (255 * this.map.probability) / this.verdict.peak);
    }
    context.globalAlpha = this.look.opacity;
    context.drawImage(this.layers.heat, x, y, w, h);
    context.globalAlpha = 1;
  }

  resize() {
    const { root, stage } = this.part;
    if (!this.data) return;
    const natural = (stage.clientWidth * this.data.height) / this.data.width;
    if (!root.matches(":fullscreen")) stage.style.height = `${Math.round(Math.min(this.data.stage_px, Math.max(240, natural)))}px`;
    this.draw();
  }

  zoomBy(factor, point) {
    const { clientWidth: width, clientHeight: height } = this.part.stage;
    const zoom = Math.min(MAX_ZOOM, Math.max(1, this.frame.zoom * factor));
    const grow = zoom / this.frame.zoom;
    const [px, py] = point ? [point.x - width / 2, point.y - height / 2] : [0, 0];
    this.frame = { zoom, x: px + (this.frame.x - px) * grow, y: py + (this.frame.y - py) * grow };
    this.draw();
  }

  /** What lies under a point of the stage: film pixel, map value. */
  showReadout(point) {
    const { x, y, scale, w, h } = this.place();
    const inside = point && point.x >= x && point.y >= y && point.x < x + w && point.y < y + h;
    const { field } = this.layers;
    let text = "";
    if (inside) {
      text = `${Math.floor((point.x - x) / scale)}, ${Math.floor((point.y - y) / scale)} px`;
      if (this.showsMap && field) {
        const column = Math.floor(((point.x - x) / w) * field.width);
        const row = Math.floor(((point.y - y) / h) * field.height);
        text = `${field.values[row * field.width + column].toFixed(2)} logit units at ${text}`;
      }
    }
    this.part.readout.textContent = text;
  }

  /* Download */

  /** The visible part of the film with its legend, at least 1000 px wide, as a PNG file. */
  download() {
    const { clientWidth, clientHeight } = this.part.stage;
    const { x, y, w, h } = this.place();
    const [left, top] = [Math.max(0, x), Math.max(0, y)];
    const [right, bottom] = [Math.min(clientWidth, x + w), Math.min(clientHeight, y + h)];
    const scale = Math.min(1000 / (right - left), 2000 / (bottom - top));
    const filmHeight = Math.round((bottom - top) * scale);
    const filmWidth = Math.round((right - left) * scale);
    const canvas = makeCanvas(1000, filmHeight + 176);
    const context = canvas.getContext("2d");
    context.fillStyle = "#000";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.save();
    context.translate(Math.round((1000 - filmWidth) / 2), 0);
    context.beginPath();
    context.rect(0, 0, filmWidth, filmHeight);
    context.clip();
    this.paintFilm(context, (x - left) * scale, (y - top) * scale, w * scale, h * scale);
    context.restore();
    this.paintLegend(context, filmHeight);
    const link = make("a", { href: canvas.toDataURL("image/png"), download: this.fileName() });
    link.click();
  }

  paintLegend(context, top) {
    const { map, data, part } = this;
    const font = getComputedStyle(part.root).fontFamily;
    const write = (text, x, y, { size = 19, weight = 400, colour = "#8B95A3", align = "left" } = {}) => {
      context.font = `${weight} ${size}px ${font}`;
      context.fillStyle = colour;
      context.textAlign = align;
      context.fillText(text, x, y, align === "right" ? 460 : 520);
    };
    if (map) {
      context.fillStyle = map.colour;
      context.beginPath();
      context.arc(38, top + 42, 7, 0, 2 * Math.PI);
      context.fill();
      write(`${map.title}  ${shortNumber(map.probability)}`, 58, top + 50, { size: 24, weight: 600, colour: "#E6EAF0" });
      write(`${map.method} · ${map.run}`, 32, top + 82);
    }
    write(data.caption, 968, top + 50, { colour: "#E6EAF0", align: "right" });
    write(data.synthetic ? "Synthetic film" : "", 968, top + 82, { colour: "#E0A63A", align: "right" });
    write(RESEARCH_ONLY, 968, top + 136, { align: "right" });
    if (!this.showsMap) {
      write(this.messageText(), 32, top + 136);
      return;
    }
    const reach = 300 * map.probability;
    context.drawImage(part.bar.firstChild, 52, top + 104, 300, 12);
    context.fillStyle = "rgba(0, 0, 0, 0.75)";
    context.fillRect(52 + reach, top + 104, 300 - reach, 12);
    write("0", 32, top + 116, { size: 17 });
    write(this.verdict.peak.toPrecision(3), 52 + reach, top + 138, { size: 17, colour: "#E6EAF0", align: "center" });
    write(this.messageText(), 52, top + 160, { size: 15 });
  }

  fileName() {
    const shown = this.showsMap ? [this.map.label, this.map.method, this.map.run] : [];
    const words = ["thoraxlens", this.data.caption, ...shown].join(" ");
    return `${words.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 120)}.png`;
  }

  /* Events */

  listen() {
    const { root, stage, runs, opacity, chips, full } = this.part;
    const on = (target, types, act, options) => {
      for (const type of types.split(" ")) target.addEventListener(type, act, { ...options, signal: this.ending.signal });
    };
    on(root, "click", (event) => this.act(event.target.closest("[data-action]")?.dataset.action));
    on(chips, "click", (event) => {
      const chip = event.target.closest(".chip");
      if (chip) this.chooseClass(chip.dataset.label);
    });
    on(runs, "change", () => this.chooseGroup(runs.value));
    on(opacity, "input", () => this.change({ opacity: opacity.value / 100, overlay: true }));
    on(root, "keydown", (event) => this.onKey(event));
    on(stage, "wheel", (event) => this.onWheel(event), { passive: false });
    on(document, "scroll", () => { this.lastScroll = performance.now(); }, { capture: true, passive: true });
    on(stage, "dblclick", (event) => event.target.closest("button, .help") || this.act("fit"));
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
    if (!this.data || event.target.closest("button, .help")) return;
    const point = this.pointOf(event);
    const before = [...this.pointers.values()];
    if (event.type === "pointerdown") {
      this.part.stage.focus({ preventScroll: true });
      this.part.stage.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, point);
    } else if (event.type !== "pointermove") {
      this.pointers.delete(event.pointerId);
    } else if (this.pointers.has(event.pointerId)) {
      this.pointers.set(event.pointerId, point);
      this.drag(before, [...this.pointers.values()]);
    }
    this.showReadout(event.pointerType === "mouse" || this.pointers.size ? point : null);
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
