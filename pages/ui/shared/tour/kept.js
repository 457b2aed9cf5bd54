/* Kept: the step of the tour that a visitor is at; the browser keeps it. */

const KEPT = "thoraxlens-tour";
const DONE = "done";
const BEGUN = "thoraxlens-tour-begun";

/** The step, from 0; on Home a first visitor is at the first. Null for nobody who takes the tour. */
export function stepKept(home) {
  const kept = localStorage.getItem(KEPT) ?? (home ? "0" : DONE);
  return kept === DONE ? null : Number(kept);
}

/** Keep a step; null ends the tour. */
export function keepStep(step) {
  localStorage.setItem(KEPT, step === null ? DONE : String(step));
}

/** Begin the tour on whichever page is open. */
export function beginTour() {
  keepStep(0);
  window.dispatchEvent(new Event(BEGUN));
}

/** Call back whenever the tour is begun. */
export function whenBegun(act) {
  window.addEventListener(BEGUN, act);
  return true;
}
