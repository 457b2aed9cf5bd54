/* Panels: chips, legends, sliders, buttons and words show a state. */

import { INKS, inksOf, isInk } from "./annotations.js";
import { groupsOf, isShown, otherMap, otherMaps, showsAfter } from "./choices.js";
import { fillSelect, makeChip, press, showSlider } from "./elements.js";
import { isLayout, isOffered } from "./layouts.js";
import { nameTags, placeTags, showLegends } from "./legends.js";
import { percent, shortNumber } from "./numbers.js";
import { placesOf } from "./places.js";
import { presetOf } from "./presets.js";
import { stageHeight } from "./stage.js";
import {
  captionOf,
  describe,
  editWords,
  inkWords,
  otherWords,
  zoomHint,
  zoomWords,
} from "./words.js";

export class Panels {
  constructor(part, painter) {
    this.part = part;
    this.painter = painter;
    this.shown = null;
  }

  /** Show a state where it differs in more than what `follow` shows. */
  show(state) {
    if (!state.data) return;
    this.#fitStage(state);
    if (this.shown && !differs(this.shown, state)) return;
    this.shown = state;
    this.#showChips(state);
    this.#showSliders(state);
    this.#showLayers(state);
    this.#showAgainst(state);
    this.#showCompare(state);
    this.#showEdit(state);
    this.#showInk(state);
    this.#showStrip(state);
    this.#showFolded(state);
    this.showReadout("");
    nameTags(this.part.tags, state);
    showLegends(this.part.legends, state, (data) => this.painter.coloursOf(data));
    this.#speak(describe(state));
  }

  showReadout(words) {
    this.part.readout.textContent = words;
  }

  /** Say what was done. */
  note(words) {
    this.part.spoken.textContent = words;
    this.showReadout(words);
  }

  announce(words) {
    this.part.spoken.textContent = this.part.legends[0].message.textContent = words;
  }

  /** What moves with the films: names in their corners, the divider, the zoom. */
  follow(state) {
    const { tags, divider, flip, stage, zoomText, root } = this.part;
    const { look, sides, frame, pen } = state;
    placeTags(tags, state);
    divider.hidden = sides.length < 2 || look.compare !== "swipe";
    divider.style.left = `${look.split * state.stage.width}px`;
    divider.setAttribute("aria-valuenow", String(Math.round(100 * look.split)));
    flip.hidden = sides.length < 2 || look.compare !== "blink";
    zoomText.textContent = zoomWords(state);
    zoomText.title = zoomHint(state);
    stage.classList.toggle("zoomed", frame.zoom > 1);
    stage.classList.toggle("drawing", Boolean(pen.mode || state.data?.mark || look.lens));
    root.dataset.ready = "true";
  }

  #fitStage(state) {
    const height = state.stage.full ? "" : `${stageHeight(state)}px`;
    if (this.part.stage.style.height !== height) this.part.stage.style.height = height;
  }

  #showChips(state) {
    const { chips, runs } = this.part;
    while (chips.children.length > state.maps.length) chips.lastChild.remove();
    state.maps.forEach((map, index) => {
      const chip = chips.children[index] ?? chips.appendChild(makeChip()); // kept, so that focus stays
      const [, title, number] = chip.children;
      chip.dataset.label = map.label;
      press(chip, map === state.map);
      chip.style.setProperty("--class", map.colour);
      chip.style.setProperty("--share", map.probability);
      title.textContent = map.title;
      number.textContent = shortNumber(map.probability);
    });
    const groups = [...groupsOf(state)];
    fillSelect(
      runs,
      groups.map(([name, [{ model, method }]]) => [name, `${model} · ${method}`]),
      state.group,
    );
    runs.hidden = groups.length < 2;
    chips.parentElement.hidden = !groups.length;
  }

  #showSliders({ look, map }) {
    const { part } = this;
    press(part.overlay, look.overlay);
    press(part.original, !look.overlay);
    press(part.invert, look.inverted);
    part.original.parentElement.hidden = part.opacity.root.hidden = part.evidence.hidden = !map;
    const from = look.threshold ? `${percent(look.threshold)} of the maximum` : "none";
    showSlider(part.opacity, Math.round(100 * look.opacity));
    showSlider(part.threshold, Math.round(100 * look.threshold), from);
    showSlider(part.window, Math.round(100 * look.window));
    showSlider(part.level, Math.round(100 * look.level));
    const preset = presetOf(look);
    for (const button of part.presets.children) press(button, button.dataset.name === preset);
    press(part.lens, look.lens);
    press(part.contours, look.contours);
  }

  #showLayers({ data, look }) {
    const places = placesOf(data);
    for (const layer of ["lungs", "zones", "lesion"]) {
      press(this.part[layer], look[layer]);
      this.part[layer].hidden = !places.has(layer);
    }
    this.part.noLayers.hidden = places.has("lungs");
  }

  /** Classes that the class can be compared with. */
  #showAgainst({ map, maps, look }) {
    const { against } = this.part;
    const able = Boolean(map?.directed);
    const none = able || !map ? "no other class" : `not available for ${map.method}`;
    against.disabled = !able;
    const others = able ? maps.map((item) => [item.label, item.title]) : [];
    fillSelect(against, [["", none], ...others], able ? look.against : "");
  }

  /** What can be compared with the map, and the names of what is compared. */
  #showCompare(state) {
    const { part } = this;
    const { look, sides, data } = state;
    const choices = otherMaps(state);
    const compares = sides.length > 1 || Boolean(sides[0].map?.less);
    part.compare.hidden = !choices.length;
    for (const button of part.modes.children) press(button, button.dataset.action === look.compare);
    for (const button of part.layouts.children) {
      const { name } = button.dataset;
      press(button, name === (isLayout(look.compare) ? look.compare : ""));
      button.hidden = !isOffered(data, name);
    }
    const entries = choices.map((item, index) => [String(index), otherWords(state, item)]);
    fillSelect(part.other, entries, String(choices.indexOf(otherMap(state))));
    part.otherField.hidden = !compares || isLayout(look.compare);
  }

  /** The line under the film: what is being drawn, whether models are running, what changed. */
  #showEdit(state) {
    const { part } = this;
    const { data, pen, asked } = state;
    part.whatIf.hidden = !data.what_if;
    press(part.box, pen.mode === "box");
    press(part.lasso, pen.mode === "lasso");
    const drawing = pen.mode && !isInk(pen.mode);
    part.edit.hidden = !data.what_if || !(drawing || pen.regions.length || data.edit);
    part.states.hidden = !data.edit || asked !== null;
    press(part.before, !showsAfter(state));
    press(part.after, showsAfter(state));
    part.undo.hidden = part.clear.hidden = !pen.regions.length;
    part.done.hidden = !drawing;
    const words = editWords(state);
    if (part.change.textContent !== words) part.change.textContent = words;
    if (state.answerMs !== null) part.root.dataset.answerMs = state.answerMs.toFixed(0);
  }

  /** The line under the film while annotations are drawn, or one was clicked on. */
  #showInk(state) {
    const { part } = this;
    const { pen, ink } = state;
    const inks = inksOf(state);
    const chosen = inks[ink.chosen];
    for (const kind of Object.keys(INKS)) press(part[kind], pen.mode === kind);
    part.ink.hidden = !(isInk(pen.mode) || chosen);
    part.inkWords.textContent = inkWords(state);
    part.inkField.hidden = !chosen || chosen.kind === "ruler";
    if (chosen && part.inkField.value !== chosen.words) part.inkField.value = chosen.words;
    part.inkDelete.hidden = !chosen;
    part.inkUndo.hidden = part.inkClear.hidden = !inks.length;
  }

  /** The line above the film. */
  #showStrip(state) {
    const { part } = this;
    const { data, walk } = state;
    const [first] = state.sides;
    const marked = isShown(state, first) && first.map.mark ? first.map : null;
    const place = walk.wanted ?? data.position?.[0];
    part.link.hidden = !data.linked;
    part.caption.textContent = part.caption.title = captionOf(state);
    part.synthetic.hidden = !data.synthetic;
    part.position.textContent = data.position?.join(" / ") ?? "";
    part.film.hidden = !data.position;
    part.mark.hidden = !marked;
    part.mark.textContent = marked?.mark ?? "";
    part.mark.title = marked?.doubt ?? "";
    part.strip.hidden = !(part.caption.textContent || data.synthetic || data.position || marked);
    part.wanted.hidden = !data.position || place === data.position[0];
    part.wanted.textContent = `→ ${place}`;
    part.previous.disabled = place <= 1;
    part.next.disabled = place >= data.position?.[1];
  }

  #showFolded({ more, help }) {
    this.part.more.hidden = !more;
    this.part.unfold.setAttribute("aria-expanded", String(more));
    this.part.help.hidden = !help;
  }

  #speak(words) {
    const { canvas, spoken } = this.part;
    if (canvas.getAttribute("aria-label") !== words) spoken.textContent = words;
    canvas.setAttribute("aria-label", words);
  }
}

/** What panels show; a draft under the pointer is not among it, nor zoom. */
function differs(before, after) {
  const draft = ({ pen, ink }) => (pen.path ? null : (pen.draft ?? ink.draft));
  const keys = [
    ...["data", "look", "sides", "walk", "asked", "answerMs", "more", "help"],
    "annotations",
  ];
  return (
    keys.some((key) => before[key] !== after[key]) ||
    before.pen.mode !== after.pen.mode ||
    before.frame.turn !== after.frame.turn ||
    before.ink.chosen !== after.ink.chosen ||
    before.pen.regions !== after.pen.regions ||
    draft(before) !== draft(after)
  );
}
