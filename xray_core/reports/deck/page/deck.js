/* Deck: one slide at a time, by keys and buttons; charts and films are drawn when first shown. */

import { drawChart, themeOfChart } from "./chart.js";
import { FilmSlides } from "./film.js";

const FORWARD = new Set(["ArrowRight", "PageDown", " ", "Enter"]);
const BACK = new Set(["ArrowLeft", "PageUp", "Backspace"]);
const root = document.documentElement;
const slides = [...document.querySelectorAll(".slide")];
const films = new FilmSlides(JSON.parse(document.getElementById("common").textContent));
let current = 0;

function showSlide(wanted) {
  current = Math.min(slides.length - 1, Math.max(0, wanted));
  slides.forEach((slide, index) => slide.classList.toggle("shown", index === current));
  history.replaceState(null, "", `#${current + 1}`);
  document.getElementById("place").textContent = `${current + 1} / ${slides.length}`;
  document.getElementById("progress").style.width = `${(100 * (current + 1)) / slides.length}%`;
  drawSlide(slides[current]);
}

function drawSlide(slide) {
  slide.querySelectorAll(".chart").forEach(drawChart);
  slide.querySelectorAll(".film").forEach((holder) => films.show(holder));
}

function turnTheme() {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  document.querySelectorAll(".chart").forEach(themeOfChart);
}

function toggleFull() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen();
}

const ACTS = {
  next: () => showSlide(current + 1),
  previous: () => showSlide(current - 1),
  theme: turnTheme,
  notes: () => root.classList.toggle("noted"),
  full: toggleFull,
  print: () => window.print(),
};

/** Keys that turn slides come before those of the viewer, except in a field or while it draws. */
function turnByKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select"))
    return;
  const inViewer = event.target.closest(".viewer");
  const button = event.target.closest("button");
  const presses = button || inViewer ? ["Enter", " "] : [];
  const step = (FORWARD.has(event.key) ? 1 : 0) - (BACK.has(event.key) ? 1 : 0);
  if (step && !presses.includes(event.key)) showSlide(current + step);
  else if (event.key === "Home") showSlide(0);
  else if (event.key === "End") showSlide(slides.length - 1);
  else if (event.key === "t" && !inViewer) turnTheme();
  else if (event.key === "n" && !inViewer) ACTS.notes();
  else if (event.key === "f" && !inViewer) toggleFull();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** All slides are laid out for paper, in light, before the browser takes its picture of them. */
function beforePrint() {
  root.dataset.screenTheme = root.dataset.theme;
  root.dataset.theme = "light";
  root.classList.add("printing");
  slides.forEach((slide) => {
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
showSlide(Number(location.hash.slice(1)) - 1 || 0);
