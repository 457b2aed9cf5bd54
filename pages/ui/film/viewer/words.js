/* Words: everything that is written or pressed, and what is said to screen readers. Seventh of the
 * parts of the viewer.
 */

class Words extends State {
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
    this.showEdit();
    part.caption.textContent = part.caption.title = data.caption;
    part.synthetic.hidden = !data.synthetic;
    part.position.textContent = data.position?.join(" / ") ?? "";
    part.film.hidden = !data.position;
    const [first] = this.sides;
    part.mark.hidden = !(this.shows(first) && first.map.mark);
    part.mark.textContent = part.mark.hidden ? "" : first.map.mark;
    part.mark.title = part.mark.hidden ? "" : first.map.doubt;
    part.strip.hidden = !(data.caption || data.synthetic || data.position || !part.mark.hidden);
    const place = this.walk.wanted ?? data.position?.[0];
    part.wanted.hidden = !data.position || place === data.position[0];
    part.wanted.textContent = `→ ${place}`;
    part.previous.disabled = place <= 1;
    part.next.disabled = place >= data.position?.[1];
    part.readout.textContent = "";
    part.legends.forEach((legend, index) => this.showLegend(legend, this.sides[index]));
    const words = this.describe();
    if (part.canvas.getAttribute("aria-label") !== words) part.spoken.textContent = words;
    part.canvas.setAttribute("aria-label", words);
  }

  /** How a probability changed with the film, such as −0.22. */
  changeOf(map) {
    const before = this.data.maps[this.data.edit.maps.indexOf(map)];
    const shown = (item) => Number(item.probability.toFixed(2)); // the difference of what stands there
    const text = (shown(map) - shown(before)).toFixed(2);
    return Number(text) ? text.replace("-", "−").replace(/^(?=\d)/, "+") : "0.00";
  }

  /** The line under the film: what is being drawn, what was asked, what changed. */
  showEdit() {
    const { data, part, pen, map } = this;
    const press = (element, on) => element.setAttribute("aria-pressed", String(Boolean(on)));
    part.whatIf.hidden = !data.what_if;
    press(part.box, pen.mode === "box");
    press(part.lasso, pen.mode === "lasso");
    part.edit.hidden = !data.what_if || !(pen.mode || pen.regions.length || data.edit);
    part.states.hidden = !data.edit || this.asked !== null;
    press(part.before, !this.showsAfter);
    press(part.after, this.showsAfter);
    part.undo.hidden = part.clear.hidden = !pen.regions.length;
    part.done.hidden = !pen.mode;
    let words = "";
    if (this.asked !== null) words = "Asking again";
    else if (data.edit && map && !pen.draft) {
      const number = data.maps.findIndex((item) => item.run === map.run && item.method === map.method && item.label === map.label);
      const [before, after] = [data.maps[number], data.edit.maps[number]];
      words = `${map.title}: ${shortNumber(before.probability)} → ${shortNumber(after.probability)} (${this.changeOf(after)})`;
    } else if (pen.mode === "box" && pen.draft && !pen.path) words = "Arrows move the box, with Shift they resize it, Enter fills it";
    else if (pen.mode === "box") words = "Drag a box over the film, or place one with the arrow keys";
    else if (pen.mode === "lasso") words = "Drag a line round the place";
    if (part.change.textContent !== words) part.change.textContent = words;
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
    const choices = this.otherMaps();
    part.compare.hidden = !choices.length;
    const compares = this.sides.length > 1 || Boolean(this.sides[0]?.map?.less);
    for (const button of part.modes.children) {
      button.setAttribute("aria-pressed", String(button.dataset.action === (compares ? look.compare : "one")));
    }
    const stateOf = (item) => (data.edit && item.label === map.label && item.run === map.run && item.method === map.method ? (this.showsAfter ? "Before: " : "After: ") : "");
    const others = choices.map((item, index) => [String(index), `${stateOf(item)}${item.title} ${shortNumber(item.probability)} · ${item.run} · ${item.method}`]);
    fill(part.other, others, String(choices.indexOf(this.otherMap())));
    part.otherField.hidden = !compares;
    this.sides.forEach((side, index) => {
      if (side.map) part.tags[index].textContent = `${this.letterOf(side)}${side.map.title} ${shortNumber(side.map.probability)} · ${side.map.run}${side.state && ` · ${side.state}`}${this.shows(side) && side.map.mark ? ` · ${side.map.mark}` : ""}`;
    });
  }

  showLegend(legend, side) {
    legend.root.hidden = !side?.map;
    if (legend.root.hidden) return;
    const { map } = side;
    legend.name.textContent = `${this.letterOf(side)}${map.method} · ${map.run} · ${map.title}${side.state && ` · ${side.state}`}`;
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

  /** The line under a map's name: its unit and its scale, or why nothing is drawn, and any doubt. */
  messageOf(side) {
    const doubt = this.shows(side) && side.map.doubt;
    return this.scaleOf(side) + (doubt ? `. ${doubt}` : "");
  }

  scaleOf(side) {
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
    if (map.less) return `${unit}${from}`;
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
    const head = `${letter}${map.method} of ${map.run} for ${map.title}${side.state === CHANGED ? ", marked region filled" : ""}`;
    const doubt = map.doubt && `. ${map.doubt.replace(/\.$/, "")}`;
    if (!map.against) return `${head}, probability ${shortNumber(map.probability)}; strongest ${where(map)}${doubt}`;
    const opposite = { ...map, values: map.values.map((value) => -value) };
    if (map.less) return `Difference of ${head}; strongest for ${map.alone} ${where(map)}, for ${map.against} ${where(opposite)}${doubt}`;
    return `${head}, probability of both ${shortNumber(map.probability)}; strongest for ${map.alone} ${where(map)}, for ${map.against} ${where(opposite)}${doubt}`;
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
}
