/* Controls: buttons, chips, sliders and choices of the page, and where keys are pressed. */

import { eventOfKey } from "./keyboard.js";

/** `view` is the viewer: its `state` and `dispatch`; `on` adds a listener. */
export function listenToControls(part, view, on) {
  on(part.root, "click", (event) => {
    const { action, name } = event.target.closest("[data-action]")?.dataset ?? {};
    if (action) view.dispatch({ type: action, name });
  });
  on(part.chips, "click", (event) => {
    const chip = event.target.closest(".chip");
    if (chip) view.dispatch({ type: "class", label: chip.dataset.label });
  });
  for (const name of ["opacity", "threshold", "window", "level"]) {
    const { input } = part[name];
    on(input, "input", () => view.dispatch({ type: name, share: input.value / 100 }));
  }
  on(part.runs, "change", () => view.dispatch({ type: "group", name: part.runs.value }));
  on(part.against, "change", () => view.dispatch({ type: "against", label: part.against.value }));
  on(part.other, "change", () => view.dispatch({ type: "other", index: part.other.value }));
  on(part.inkField, "input", () => view.dispatch({ type: "inkWords", words: part.inkField.value }));
  on(part.root, "keydown", (event) => onKey(event, part, view));
}

/** The divider of two maps follows the pointer. */
export function listenToDivider({ divider }, view, pointer, on) {
  on(divider, "pointerdown", (event) => divider.setPointerCapture(event.pointerId));
  on(divider, "pointermove", (event) => {
    if (!divider.hasPointerCapture(event.pointerId)) return;
    view.dispatch({ type: "divider", share: pointer.pointOf(event).x / view.state.stage.width });
  });
}

function onKey(event, part, view) {
  if (!view.state.data || event.ctrlKey || event.metaKey || event.altKey) return;
  const place = placeOfKey(event.target, part);
  if (place === "text") event.stopPropagation(); // letters are no keys of the page
  const pressed = { key: event.key, shift: event.shiftKey, on: place };
  const asked = eventOfKey(pressed, view.state);
  if (!asked) return;
  event.preventDefault();
  event.stopPropagation();
  view.dispatch(asked);
}

function placeOfKey(target, { stage, divider, inkField }) {
  if (target === inkField) return "text";
  if (target === stage) return "stage";
  if (target === divider) return "divider";
  if (target.matches("input, select")) return "field";
  return target.matches("button") ? "button" : "";
}
