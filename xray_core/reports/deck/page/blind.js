/* Blind mode: film, show of hands, answers, maps and label, one after the other. */

import { make } from "../../../viewer/elements.js";
import { fillHands, handsForm } from "./hands.js";
import { classesOf, summaryOf } from "./votes.js";

const STEPS = ["film", "answers", "maps", "label"];

export class BlindMode {
  /** `slides` are all of the deck; those with a film take steps. `counted` is called when hands were
   * typed on a slide. */
  constructor(slides, counted) {
    this.on = false;
    this.films = slides
      .filter((slide) => slide.querySelector(".film"))
      .map((slide, index) => new BlindFilm(slide, `Film ${index + 1}`, counted));
    this.bySlide = new Map(this.films.map((film) => [film.slide, film]));
    this.summary = make("section", { className: "slide blind-summary" });
    this.last = slides.at(-1);
  }

  toggle() {
    this.on = !this.on;
    document.documentElement.classList.toggle("blind", this.on);
    if (this.on) this.last.after(this.summary);
    else this.summary.remove();
    const classes = classesOf(this.films);
    this.films.forEach((film) => (this.on ? film.begin(classes) : film.end()));
  }

  /** Go a step on or back on a slide; whether there was one. */
  turn(slide, step) {
    return Boolean(this.on && this.bySlide.get(slide)?.turn(step));
  }

  /** The show of hands of a slide: { film, fields: [{ label, title, n }] }; null for none. */
  hands(slide) {
    const film = this.on && this.bySlide.get(slide);
    return film ? { film: film.name, fields: film.fields } : null;
  }

  /** Count hands that were typed elsewhere. */
  count({ film: name, label, n }) {
    const film = this.films.find((one) => one.name === name);
    if (this.on && film) film.count(label, n);
  }

  /** What may be seen of the film of a slide. */
  seen(slide) {
    const film = this.on ? this.bySlide.get(slide) : null;
    return { maps: !film || film.step >= 2, label: !film || film.step >= 3 };
  }

  /** Fill the last slide with the room, the models and the labels. */
  sumUp() {
    const { header, rows, scores } = summaryOf(this.films);
    const cell = ({ words, right }) =>
      make("td", right ? { className: "right" } : {}, right ? `✓ ${words}` : words);
    const line = (cells) => make("tr", {}, ...cells.map(cell));
    const body = make("tbody", {}, ...rows.map(line));
    if (scores) {
      const last = line(scores.map((words) => ({ words })));
      last.className = "scores";
      body.append(last);
    }
    const head = make("tr", {}, ...header.map((words) => make("th", {}, words)));
    this.summary.style.setProperty("--rows", String(rows.length + 2));
    this.summary.replaceChildren(
      make("h1", {}, "The room, the models and the labels"),
      make("div", { className: "table" }, make("table", {}, make("thead", {}, head), body)),
      make("aside", { className: "notes" }, "Counted over the films that the room voted on."),
      make("p", { className: "sheet-foot" }, "Research only, not a diagnosis."),
    );
  }
}

class BlindFilm {
  constructor(slide, name, counted) {
    this.slide = slide;
    this.name = name;
    this.counted = counted;
    this.step = 0;
    this.votes = {};
    this.classes = [];
    this.holder = slide.querySelector(".film");
    this.heading = slide.querySelector("h1");
    this.title = this.heading.textContent;
    this.maps = JSON.parse(this.holder.querySelector("script").textContent).maps;
    const { label, labelTitle } = this.holder.dataset;
    this.truth = { label, title: labelTitle };
  }

  get fields() {
    return this.classes.map(([label, title]) => ({ label, title, n: this.votes[label] ?? 0 }));
  }

  begin(classes) {
    this.step = 0;
    this.classes = classes;
    this.panel ??= this.#build();
    this.holder.append(this.panel);
    this.#show();
  }

  end() {
    this.panel?.remove();
    this.heading.textContent = this.title;
    delete this.slide.dataset.step;
  }

  turn(step) {
    const wanted = this.step + step;
    if (wanted < 0 || wanted >= STEPS.length) return false;
    this.step = wanted;
    this.#show();
    return true;
  }

  count(label, n) {
    this.votes[label] = n;
    fillHands(this.panel, this.fields);
  }

  #build() {
    this.truthLine = make("p", { className: "truth" });
    const counted = (label, n) => {
      this.votes[label] = n;
      this.counted();
    };
    return handsForm(this.fields, counted, this.truthLine);
  }

  #show() {
    this.slide.dataset.step = STEPS[this.step];
    const told = this.step === STEPS.length - 1;
    this.heading.textContent = told ? this.title : this.name;
    this.truthLine.textContent = told ? `Label: ${this.truth.title || "none"}` : "";
    this.panel.querySelectorAll("label").forEach((field) => {
      field.classList.toggle("right", told && field.dataset.label === this.truth.label);
    });
  }
}
