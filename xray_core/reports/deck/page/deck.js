/* Deck: one slide at a time, by keys and buttons; charts and films are drawn when first shown. */

import { BlindMode } from "./blind.js";
import { drawChart, themeOfChart } from "./chart.js";
import { FilmSlides } from "./film.js";
import { TURN_IN_FIELDS } from "./hands.js";
import { Laser } from "./laser.js";
import { Presenter } from "./presenter.js";

const FORWARD = new Set(["ArrowRight", "PageDown", " ", "Enter"]);
const BACK = new Set(["ArrowLeft", "PageUp", "Backspace"]);
const root = document.documentElement;
const framed = location.protocol === "about:"; // in the app, which has an address of its own
const told = [...document.querySelectorAll(".slide")];
const films = new FilmSlides(JSON.parse(document.getElementById("common").textContent));
const blind = new BlindMode(told, () => tellPresenter());
const laser = new Laser();
const presenter = new Presenter({
  press: (key) => turnByKey({ key, target: document.body }),
  count: (hands) => blind.count(hands),
});
let current = 0;

function allSlides() {
  return blind.on ? [...told, blind.summary] : told;
}

function showSlide(wanted) {
  const slides = allSlides();
  current = Math.min(slides.length - 1, Math.max(0, wanted));
  if (slides[current] === blind.summary) blind.sumUp();
  [...told, blind.summary].forEach((slide) =>
    slide.classList.toggle("shown", slide === slides[current]),
  );
  if (!framed) history.replaceState(null, "", `#${current + 1}`);
  const place = `${current + 1} / ${slides.length}`;
  document.getElementById("place").textContent = place;
  document.getElementById("progress").style.width = `${(100 * (current + 1)) / slides.length}%`;
  document.getElementById("runs").textContent = wordsIn(slides[current], ".sheet-foot");
  drawSlide(slides[current]);
  tellPresenter();
}

function drawSlide(slide) {
  slide.querySelectorAll(".chart").forEach(drawChart);
  slide.querySelectorAll(".film").forEach((holder) => films.show(holder, blind.seen(slide)));
}

function tellPresenter() {
  const [slide, next] = allSlides().slice(current, current + 2);
  presenter.tell({
    place: document.getElementById("place").textContent,
    title: wordsIn(slide, "h1"),
    notes: wordsIn(slide, ".notes"),
    next: next ? wordsIn(next, "h1") || "The room, the models and the labels" : "",
    hands: blind.hands(slide),
  });
}

function wordsIn(slide, selector) {
  return slide.querySelector(selector)?.textContent ?? "";
}

/** A step of the slide where blind mode has one, else the slide after or before. */
function turn(step) {
  if (document.activeElement?.matches("input")) document.activeElement.blur();
  const stepped = blind.turn(allSlides()[current], step);
  showSlide(stepped ? current : current + step);
}

function turnTheme() {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  document.querySelectorAll(".chart").forEach(themeOfChart);
}

function toggleFull() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen();
}

function toggleBlind() {
  blind.toggle();
  document.querySelector("[data-act=blind]").setAttribute("aria-pressed", String(blind.on));
  showSlide(current);
}

const ACTS = {
  next: () => turn(1),
  previous: () => turn(-1),
  theme: turnTheme,
  notes: () => root.classList.toggle("noted"),
  presenter: () => presenter.open(),
  blind: toggleBlind,
  laser: () => laser.toggle(),
  full: toggleFull,
  print: () => window.print(),
};
const LETTERS = {
  t: "theme",
  n: "notes",
  p: "presenter",
  h: "blind",
  l: "laser",
  f: "full",
};

/** Keys that turn slides come before those of the viewer, except in a field or while it draws. */
function turnByKey(event) {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.matches("input, select") && !TURN_IN_FIELDS.has(key)) return;
  const inViewer = target.closest(".viewer");
  const presses = target.closest("button") || inViewer ? ["Enter", " "] : [];
  const step = (FORWARD.has(key) ? 1 : 0) - (BACK.has(key) ? 1 : 0);
  if (step && !presses.includes(key)) turn(step);
  else if (key === "Home") showSlide(0);
  else if (key === "End") showSlide(allSlides().length - 1);
  else if (key === "Escape" && !laser.dot.hidden) laser.toggle(false);
  else if (LETTERS[key] && !inViewer) ACTS[LETTERS[key]]();
  else return;
  event.preventDefault?.();
  event.stopPropagation?.();
}

/** All slides are laid out for paper, in light, before the browser takes its picture of them. */
function beforePrint() {
  if (blind.on) toggleBlind();
  root.dataset.screenTheme = root.dataset.theme;
  root.dataset.theme = "light";
  root.classList.add("printing");
  told.forEach((slide) => {
    slide.querySelectorAll(".chart").forEach(drawChart);
    slide.querySelectorAll(".chart").forEach(themeOfChart);
    slide.querySelectorAll(".film").forEach((holder) => films.drawPanes(holder));
  });
}

function afterPrint() {
  root.classList.remove("printing");
  root.dataset.theme = root.dataset.screenTheme;
  document.querySelectorAll(".chart").forEach(themeOfChart);
}

document.addEventListener("keydown", turnByKey, { capture: true });
document.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("click", (event) => {
  const act = event.target.closest("[data-act]")?.dataset.act;
  if (act) ACTS[act]();
});
window.addEventListener("beforeprint", beforePrint);
window.addEventListener("afterprint", afterPrint);
window.addEventListener("resize", () => {
  films.fit();
  document.querySelectorAll(".chart").forEach(themeOfChart);
});
window.addEventListener("hashchange", () => showSlide(Number(location.hash.slice(1)) - 1 || 0));
document.querySelector("[data-act=blind]").hidden = !blind.films.length;
if (framed) window.focus();
showSlide(Number(location.hash.slice(1)) - 1 || 0);
