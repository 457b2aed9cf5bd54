/* The tour: a card with one step at a time. The browser keeps where the visitor is in it. */

import { element } from "../../film/strip/list.js";

const KEPT = "thoraxlens-tour";
const DONE = "done";

const stepKept = () => localStorage.getItem(KEPT) ?? "0";

function button(words, act, className = "") {
  const made = element("button", className, words);
  made.type = "button";
  made.onclick = act;
  return made;
}

function draw(card, steps, open) {
  const kept = stepKept();
  const place = Number(kept);
  const step = steps[place];
  card.hidden = kept === DONE || !step;
  if (card.hidden) return;
  const to = (next) => {
    localStorage.setItem(KEPT, next < steps.length ? String(next) : DONE);
    draw(card, steps, open);
    card.querySelector(".next")?.focus();
  };
  const words = element("div", "words");
  words.setAttribute("aria-live", "polite");
  words.append(
    element("p", "count", `Tour, ${place + 1} of ${steps.length}`),
    element("h3", "", step.title),
    element("p", "", step.words),
  );
  const acts = element("div", "acts");
  acts.append(button(`Open ${step.page}`, () => open(step.page)));
  if (place) acts.append(button("Back", () => to(place - 1)));
  const last = place === steps.length - 1;
  acts.append(button(last ? "Done" : "Next", () => to(place + 1), "next"));
  if (!last) acts.append(button("Skip the tour", () => to(steps.length), "quiet"));
  card.replaceChildren(words, acts);
  card.onkeydown = (event) => {
    const next = { ArrowLeft: place - 1, ArrowRight: place + 1, Escape: steps.length }[event.key];
    if (next >= 0) to(next);
  };
}

export default function showTour({ parentElement, data, setTriggerValue }) {
  const card = parentElement.querySelector(".tour");
  if (data.begun > (card.begun ?? data.begun)) localStorage.setItem(KEPT, "0");
  card.begun = data.begun;
  draw(card, data.steps, (page) => setTriggerValue("page", page));
}
