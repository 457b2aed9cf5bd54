/* The worklist: a row per film. State: the chosen row; everything else comes from Python. */

import {
  NO_WALK,
  answerWalk,
  askFor,
  requestOf,
  stepWalk,
} from "../../../../xray_core/viewer/walk.js";
import { element, markChosen, optionButton } from "../../film/strip/list.js";

const TEXT =
  "textarea, select, [contenteditable=true], input:not([type=file], [type=radio], [type=checkbox])";
const STEPS = { ArrowUp: -1, ArrowDown: 1, p: -1, n: 1 };

function picture(item) {
  if (!item.image) return element("div", "blank");
  const image = element("img");
  Object.assign(image, { src: item.image, alt: "", draggable: false });
  return image;
}

function rowButton(item, index) {
  const title = [item.name, item.gate, item.answer, item.spread].filter(Boolean).join(", ");
  const button = optionButton(index, title);
  const words = element("div", "words");
  words.append(element("span", "quiet", item.name), element("span", "answer", item.answer));
  for (const text of [item.gate, item.spread])
    if (text) words.append(element("span", "quiet", text));
  button.append(picture(item), words);
  return button;
}

function buttonsOf(rows, items) {
  const shown = JSON.stringify(items);
  if (rows.shownItems !== shown) {
    rows.replaceChildren(...items.map(rowButton));
    rows.shownItems = shown;
  }
  return [...rows.children];
}

/** Keys count in the list; n and p wherever nothing is being typed. */
function stepOf(event, rows) {
  if (event.ctrlKey || event.metaKey || event.altKey) return 0;
  const [target] = event.composedPath();
  const typing = target.matches?.(TEXT);
  const inside = event.composedPath().includes(rows);
  return typing || (!inside && event.key.length > 1) ? 0 : (STEPS[event.key] ?? 0);
}

export default function showRows({ parentElement, data, setTriggerValue }) {
  const rows = parentElement.querySelector(".rows");
  const hadFocus = rows.contains(rows.getRootNode().activeElement);
  const buttons = buttonsOf(rows, data.items);
  rows.walk = answerWalk(rows.walk ?? NO_WALK, data.answered);
  const chosen = rows.walk.wanted ?? data.chosen;
  markChosen(buttons, chosen);
  if (hadFocus) buttons[chosen]?.focus({ preventScroll: true });

  const choose = (walk) => {
    if (walk === rows.walk) return;
    rows.walk = walk;
    const request = requestOf(walk);
    markChosen(buttons, request.place);
    buttons[request.place].scrollIntoView({ block: "nearest" });
    setTriggerValue("chosen", request);
  };
  rows.onclick = (event) => {
    const button = event.target.closest("button");
    if (button) choose(askFor(rows.walk, Number(button.dataset.index)));
  };
  const onKey = (event) => {
    const step = stepOf(event, rows);
    if (!step) return;
    event.preventDefault();
    choose(stepWalk(rows.walk, step, data.chosen, 0, buttons.length - 1));
  };
  document.removeEventListener("keydown", rows.onWalkKey); // of the last call
  rows.onWalkKey = onKey;
  document.addEventListener("keydown", onKey);
  return () => {
    rows.onclick = null;
    document.removeEventListener("keydown", onKey);
  };
}
