/* Keyboard: which event a key stands for. */

const STEP = 0.02; // of the divider

const KEYS = {
  ArrowLeft: { type: "film", step: -1 },
  ArrowRight: { type: "film", step: 1 },
  ArrowUp: { type: "stepClass", step: -1 },
  ArrowDown: { type: "stepClass", step: 1 },
  o: { type: "toggleOverlay" },
  i: { type: "invert" },
  "+": { type: "in" },
  "=": { type: "in" },
  "-": { type: "out" },
  0: { type: "fit" },
  p: { type: "exact" },
  9: { type: "turn" },
  g: { type: "lens" },
  1: { type: "layout", name: "one" },
  2: { type: "layout", name: "film" },
  3: { type: "layout", name: "models" },
  4: { type: "layout", name: "methods" },
  5: { type: "layout", name: "sheet" },
  v: { type: "nextPreset" },
  c: { type: "contours" },
  l: { type: "lungs" },
  z: { type: "zones" },
  t: { type: "lesion" },
  s: { type: "side" },
  w: { type: "swipe" },
  x: { type: "difference" },
  b: { type: "flip" },
  " ": { type: "flip" },
  d: { type: "box" },
  r: { type: "ruler" },
  a: { type: "arrow" },
  n: { type: "text" },
  u: { type: "undo" },
  Delete: { type: "inkDelete" },
  m: { type: "more" },
  f: { type: "full" },
  k: { type: "link" },
  "?": { type: "help" },
};

/** The event, or null where a key is left to the browser.
 *
 * `on` is where the key was pressed: "stage", "divider", "field" (an input or a choice), "text" (the field
 * for words), "button" or "" for anywhere else.
 */
export function eventOfKey({ key, shift = false, on = "stage" }, state) {
  if (on === "text") return key === "Enter" || key === "Escape" ? { type: "inkDone" } : null;
  if (key.startsWith("Arrow") && on === "field") return null;
  if (key === " " && (on === "field" || on === "button")) return null;
  if (on === "divider" && (key === "ArrowLeft" || key === "ArrowRight")) {
    return { type: "divider", share: state.look.split + (key === "ArrowLeft" ? -STEP : STEP) };
  }
  const drawing = on === "stage" ? eventOfPen(key, shift, state) : null;
  if (drawing) return drawing;
  if (key === "Escape") return state.help ? { type: "help" } : null;
  return KEYS[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

/** Keys while something is drawn. */
function eventOfPen(key, shift, { pen, ink }) {
  if (!pen.mode) return null;
  if (key === "Escape") return { type: "penEscape" };
  if (pen.mode === "lasso") return null;
  if (key === "Enter" && (pen.draft || ink.draft)) return { type: "penTake" };
  return key.startsWith("Arrow") ? { type: "penArrow", key, grow: shift } : null;
}
