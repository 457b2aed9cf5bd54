/* State: what was sent, what the visitor chose, what is asked of Python. Sixth of the parts of the
 * viewer; `showWords` and `showHead` come with the seventh.
 */

const ANSWER_MS = 4000; // within which Python sends the film that it was asked for

async function loadFilm(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return new FilmGreys(image);
}

class State extends Scene {
  constructor(root) {
    super(root);
    this.choice = { label: null, run: null, method: null };
    this.otherChoice = null; // the map that the chosen one is compared with
    this.films = new Map(); // FilmGreys by data URL
    this.asked = null; // when Python was asked what if, until it answers
    this.walk = new Walk();
    this.left = ""; // id of the film before the one that is shown ahead of Python's answer
  }

  /** New data from Python, which may send the film that was left once more before the next one. */
  async update(data, host) {
    if (!this.latest) this.comeBack(data.view ?? {});
    this.host = host;
    this.latest = data;
    const answered = this.walk.answer(data.answered ?? 0);
    if (answered) clearTimeout(this.patience);
    else if (this.left && this.left === data.film_id) return;
    this.left = "";
    await this.show(data);
  }

  /** What the visitor looked at before another page was visited. */
  comeBack({ label, run, method, ...look }) {
    Object.assign(this.choice, { label: label ?? null, run: run ?? null, method: method ?? null });
    for (const name of ["opacity", "overlay", "inverted", "against"]) if (name in look) this.look[name] = look[name];
  }

  /** Python has not sent the next film yet: what it did send is shown again. */
  giveUp() {
    if (!this.left) return;
    this.left = "";
    this.show(this.latest);
  }

  /** Waits for the film, so that maps never lie over another film. */
  async show(data) {
    this.coming = data;
    const urls = [data.film, ...(data.edit ? [data.edit.film] : [])];
    const films = await Promise.all(urls.map((url) => this.films.get(url) ?? loadFilm(url))).catch(() => null);
    if (this.coming !== data) return;
    if (!films) {
      this.part.spoken.textContent = this.part.legends[0].message.textContent = "The film could not be drawn.";
      return;
    }
    const another = this.data?.film_id !== data.film_id;
    if (another) this.frame = { zoom: 1, x: 0, y: 0 };
    this.films = new Map(urls.map((url, index) => [url, films[index]]));
    const answered = JSON.stringify(data.edit?.regions ?? []);
    if (another) {
      Object.assign(this.pen, { mode: "", draft: null, path: null, regions: data.edit?.regions ?? [] });
      this.asked = null;
    } else if (this.asked !== null && answered === JSON.stringify(this.pen.regions)) {
      this.part.root.dataset.answerMs = (performance.now() - this.asked).toFixed(0);
      this.asked = null;
      this.look.after = true;
    }
    this.data = data;
    this.look.opacity ??= data.opacity;
    this.places = new Places(data);
    this.selectMap();
    this.resize();
  }

  /** Whether the changed film and its maps are shown. */
  get showsAfter() {
    return Boolean(this.data.edit) && this.look.after;
  }

  get shownMaps() {
    return this.showsAfter ? this.data.edit.maps : this.data.maps;
  }

  /** The groups of maps of one run and method, in the order in which Python sent them. */
  groups() {
    const groups = new Map();
    for (const map of this.shownMaps) {
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
    const original = this.maps.map((map) => this.data.maps[this.shownMaps.indexOf(map)]);
    const likeliest = original.reduce((best, map) => (best && best.probability >= map.probability ? best : map), null);
    this.map = this.maps.find((map) => map.label === this.choice.label) ?? this.maps[original.indexOf(likeliest)] ?? null;
    this.chooseSides();
    this.showHead([...groups.keys()]);
    this.showWords();
  }

  /** The one or two maps that are shown. */
  chooseSides() {
    const { look, data, showsAfter } = this;
    const film = (after) => this.films.get(after ? data.edit.film : data.film);
    const state = (after) => (data.edit ? (after ? CHANGED : "before") : "");
    const other = look.compare === "one" ? null : this.otherMap();
    this.sides = [this.makeSide(this.directed(this.map, this.shownMaps), film(showsAfter), state(showsAfter))];
    if (!other) return;
    const all = [data.maps, data.edit?.maps ?? []];
    const after = all[1].includes(other);
    const second = this.makeSide(this.directed(other, all[after ? 1 : 0]), film(after), state(after));
    if (look.compare === "difference") this.sides = [this.makeSide(differenceOf(this.sides[0], second), film(showsAfter))];
    else this.sides.push(second);
  }

  /** Maps that the chosen one can be compared with; with a changed film, first its own other state. */
  otherMaps() {
    const { data, map, shownMaps } = this;
    const rest = shownMaps.filter((candidate) => candidate !== map);
    if (!data.edit || !map) return rest;
    const hidden = this.showsAfter ? data.maps : data.edit.maps;
    return [hidden[shownMaps.indexOf(map)], ...rest];
  }

  /** The map to compare with: the chosen one, or the same class of another group, or the next class. */
  otherMap() {
    const { map, otherChoice } = this;
    const rest = this.otherMaps();
    const same = (a, b, keys) => keys.every((key) => a?.[key] === b?.[key]);
    return rest.find((candidate) => same(candidate, otherChoice, ["run", "method", "label"]) && !same(candidate, map, ["run", "method", "label"]))
      ?? rest.find((candidate) => same(candidate, map, ["label"]))
      ?? rest.reduce((best, candidate) => (best && best.probability >= candidate.probability ? best : candidate), null);
  }

  /** The evidence of a map less that of the class which is held against it. */
  directed(map, among) {
    const { against } = this.look;
    if (!map?.directed || !against) return map;
    const other = among.find((candidate) => candidate.run === map.run && candidate.method === map.method && candidate.label === against);
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

  /** Ask Python for another film; where it came ahead it is shown at once. */
  stepFilm(step) {
    const [place, count] = this.data.position ?? [1, 1];
    const request = this.walk.step(step, place, 1, count);
    if (!request) return;
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.giveUp(), ANSWER_MS);
    this.report();
    this.host.setTriggerValue("nav", request);
    const next = this.data.ahead[request.place - place];
    if (next) {
      this.left ||= this.data.film_id;
      this.show({ ...this.data, ...next, edit: null, ahead: {} });
    } else {
      this.showWords();
    }
  }

  report() {
    clearTimeout(this.timer);
    const { opacity, overlay, inverted, against, after } = this.look;
    const view = { ...this.choice, opacity, overlay, inverted, against, after };
    const text = JSON.stringify(view);
    if (text === this.reported) return;
    this.reported = text;
    this.host.setStateValue("view", view);
  }

  /** Show the film before or after the change. */
  showState(after) {
    if (!this.data.edit) return;
    this.look.after = after;
    this.afterChoice(); // Python shows the same state beside the film
  }

  /** Begin, or end, to draw a box or a free shape. */
  pick(mode) {
    if (!this.data.what_if) return;
    this.pen.cancel();
    this.pen.mode = this.pen.mode === mode ? "" : mode;
    this.part.stage.focus({ preventScroll: true });
    this.change({});
  }

  undo(count = 1) {
    if (!this.pen.regions.length) return;
    this.pen.regions = this.pen.regions.slice(0, -count);
    this.sendRegions();
  }

  /** Ask Python what the models say of the film with the regions filled. */
  sendRegions() {
    this.asked = performance.now();
    this.change({ after: true });
    this.report();
    this.host.setStateValue("edit", { film: this.data.film_id, regions: this.pen.regions });
  }

  /** Keys while a box is drawn; whether the key was used. */
  penKey(event) {
    const { pen, part } = this;
    if (!pen.mode || event.target !== part.stage) return false;
    if (event.key === "Escape") {
      pen.mode = pen.draft ? pen.mode : "";
      pen.cancel();
    } else if (pen.mode === "box" && event.key === "Enter" && pen.draft) {
      if (pen.end()) this.sendRegions();
    } else if (pen.mode === "box" && event.key.startsWith("Arrow")) {
      if (pen.draft) pen.nudge(event.key, event.shiftKey);
      else pen.startAt(this.map?.values ? strongestPoint(this.map) : [0.5, 0.5]);
    } else {
      return false;
    }
    this.change({});
    return true;
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
    if (this.data.edit && this.look.compare !== "blink") {
      this.showState(!this.look.after);
      return;
    }
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
}
