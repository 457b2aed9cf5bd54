/* Small films in a row. State: the chosen index; everything else comes from Python. */

import {
  NO_WALK,
  answerWalk,
  askFor,
  requestOf,
  stepWalk,
} from "../../../../xray_core/viewer/walk.js";
import { element, markChosen, optionButton } from "./list.js";
import { NO_MARKS, answeredMarks, showMarks, toggled } from "./marks.js";

const MARKS = { right: "correct", wrong: "wrong" };

/** In the colour of a class; a ring marks the answer that is the label. */
function dotOf({ colour, ringed }) {
  const dot = element("span", ringed ? "dot ringed" : "dot");
  dot.style.background = colour;
  return dot;
}

function filmButton(item, index) {
  const answers = item.dots.map((dot) => dot.words);
  const hint = [item.title, item.note, ...answers].filter(Boolean).join(", ");
  const button = optionButton(index, hint);
  const image = element("img");
  image.src = item.image;
  image.alt = button.title;
  image.draggable = false;
  const title = element("span", "title");
  title.append(dotOf(item), document.createTextNode(item.title));
  button.append(image, title, element("span", "note", item.note || "\u00a0"));
  if (item.dots.length) {
    const dots = element("span", "dots");
    dots.append(...item.dots.map(dotOf));
    button.append(dots);
  }
  if (MARKS[item.mark]) button.append(element("span", `mark ${item.mark}`, MARKS[item.mark]));
  return button;
}

/** The buttons of the films; rebuilt only where the films differ, as decoding them takes time. */
function buttonsOf(strip, items) {
  const shown = JSON.stringify(items);
  if (strip.shownItems !== shown) {
    strip.replaceChildren(...items.map(filmButton));
    strip.shownItems = shown;
    strip.walk = NO_WALK;
    strip.marks = NO_MARKS;
  }
  return [...strip.children];
}

/** Scroll the strip, not the page, to the film that is shown. */
function bringIntoView(strip, current) {
  if (!current) return;
  const left = current.offsetLeft - strip.offsetLeft;
  if (left < strip.scrollLeft || left + current.offsetWidth > strip.scrollLeft + strip.clientWidth)
    strip.scrollLeft = left - strip.clientWidth / 2 + current.offsetWidth / 2;
  const top = current.offsetTop - strip.offsetTop;
  if (top < strip.scrollTop || top + current.offsetHeight > strip.scrollTop + strip.clientHeight)
    strip.scrollTop = top - strip.clientHeight / 2 + current.offsetHeight / 2;
}

export default function showStrip({ parentElement, data, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip");
  const hadFocus = strip.contains(parentElement.activeElement ?? document.activeElement);
  const buttons = buttonsOf(strip, data.items);
  strip.classList.toggle("grid", Boolean(data.grid));
  strip.classList.toggle("column", Boolean(data.column));
  strip.walk = answerWalk(strip.walk, data.answered);
  const chosen = strip.walk.wanted ?? data.chosen;
  markChosen(buttons, chosen);
  if (data.marks) {
    strip.marks = answeredMarks(strip.marks, data.marks);
    showMarks(buttons, strip.marks);
  }

  bringIntoView(strip, buttons[chosen]);
  if (hadFocus) buttons[chosen]?.focus({ preventScroll: true });

  const choose = (walk) => {
    if (walk === strip.walk) return;
    strip.walk = walk;
    const request = requestOf(walk);
    markChosen(buttons, request.place);
    buttons[request.place].focus({ preventScroll: false });
    setTriggerValue("chosen", request);
  };
  const mark = (place) => {
    strip.marks = toggled(strip.marks, place);
    showMarks(buttons, strip.marks);
    setTriggerValue("marked", strip.marks);
  };
  strip.onclick = (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const marks = data.marks && (data.marks.by_click || event.ctrlKey || event.metaKey);
    if (marks) mark(Number(button.dataset.index));
    else choose(askFor(strip.walk, Number(button.dataset.index)));
  };
  strip.onkeydown = (event) => {
    const button = event.target.closest("button");
    if (button && data.marks && event.key.toLowerCase() === "x" && !event.ctrlKey) {
      event.stopPropagation();
      mark(Number(button.dataset.index));
      return;
    }
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    choose(stepWalk(strip.walk, step, data.chosen, 0, buttons.length - 1));
  };
  return () => {
    strip.onclick = strip.onkeydown = null;
  };
}
