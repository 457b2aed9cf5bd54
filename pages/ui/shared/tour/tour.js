/* The tour: a card at the top of the page with one step at a time. */

import { make } from "../../../../xray_core/viewer/elements.js";
import { keepStep, stepKept, whenBegun } from "./kept.js";

const TOURING = "touring"; // the page makes room for the card

function button(words, act, className = "") {
  return make("button", { type: "button", className, onclick: act }, words);
}

function draw(card, { steps, home }, open) {
  const place = stepKept(home);
  const step = steps[place];
  card.hidden = !step;
  document.documentElement.classList.toggle(TOURING, Boolean(step));
  if (!step) return;
  const to = (next) => {
    keepStep(next < steps.length ? next : null);
    draw(card, { steps, home }, open);
    card.querySelector(".next")?.focus();
  };
  const last = place === steps.length - 1;
  const acts = [
    !step.here && button(`Open ${step.page}`, () => open(step.page)),
    place > 0 && button("Back", () => to(place - 1)),
    button(last ? "Done" : "Next", () => to(place + 1), "next"),
    !last && button("Skip the tour", () => to(steps.length), "quiet"),
  ];
  const words = [
    make("p", { className: "count" }, `Tour, ${place + 1} of ${steps.length}`),
    make("h3", {}, step.title),
    make("p", {}, step.words),
  ];
  card.replaceChildren(
    make("div", { className: "words", ariaLive: "polite" }, ...words),
    make("div", { className: "acts" }, ...acts.filter(Boolean)),
  );
  card.onkeydown = (event) => {
    const next = { ArrowLeft: place - 1, ArrowRight: place + 1, Escape: steps.length }[event.key];
    if (next >= 0) to(next);
  };
}

export default function showTour({ parentElement, data, setTriggerValue }) {
  const card = parentElement.querySelector(".tour");
  const open = (page) => {
    keepStep(stepKept(data.home)); // the tour continues there
    setTriggerValue("page", page);
  };
  card.show = () => draw(card, data, open);
  card.show();
  card.listens ??= whenBegun(() => {
    if (!card.isConnected) return;
    card.show();
    card.querySelector(".next").focus();
  });
}
