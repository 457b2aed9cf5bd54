/* Annotations: rulers, arrows and words on a film, kept by film while the page is open.
 *
 * An annotation is {kind, from, to, words}; its two ends are shares [x, y] of the film, and those of
 * words are the same. The state holds all of them by film, and as `ink` {draft, chosen} the one that
 * is being drawn and the place of the one that was pointed at, null for none.
 */

import { clamp } from "./numbers.js";
import { paneAt, onStage } from "./stage.js";

const MOST = 60; // on one film
const NEAR_PX = 12; // a click within is meant for the annotation
const LEAST = 0.008; // of the film's longer side: a shorter line is a click
const KEY_LENGTH = 0.1; // of the film, from the middle to either end of a line placed by a key
const NONE = Object.freeze([]);

export const NO_INK = Object.freeze({ draft: null, chosen: null });

export const INKS = {
  ruler: "Drag along what you measure",
  arrow: "Drag towards what the arrow is to point at",
  text: "Click where the words are to stand",
};

export function isInk(mode) {
  return mode in INKS;
}

/** What was drawn on the film that is shown. */
export function inksOf({ data, annotations }) {
  return annotations[data.film_id] ?? NONE;
}

/** The annotation that was pointed at; undefined for none. */
export function chosenInk(state) {
  return inksOf(state)[state.ink.chosen];
}

export function withInks(state, inks, ink = NO_INK) {
  return { ...state, ink, annotations: { ...state.annotations, [state.data.film_id]: inks } };
}

/** Nothing is being drawn or chosen; words that were never written are gone. */
export function settled(state) {
  const inks = state.data ? inksOf(state) : NONE;
  const kept = inks.filter(({ kind, words }) => kind !== "text" || words.trim());
  return kept.length === inks.length ? { ...state, ink: NO_INK } : withInks(state, kept);
}

/** The annotations of the film as others show them: with all that stands beside them, none empty. */
export function toldInks(state) {
  return inksOf(state)
    .map((ink) => ({ ...ink, words: labelOf(state.data, ink).trim() }))
    .filter(({ kind, words }) => kind !== "text" || words);
}

/** The annotations that came with a film, unless it has others by now. */
export function withSentInks(annotations, { film_id: film, inks }) {
  return inks && !(film in annotations) ? { ...annotations, [film]: inks } : annotations;
}

const boundPoint = (point) => point.map((share) => clamp(share, 0, 1));

export function startInk(kind, point) {
  const end = boundPoint(point);
  return { kind, from: end, to: end, words: "" };
}

/** A draft whose end is moved; words are moved as a whole. */
export function pulledInk(draft, point) {
  const to = boundPoint(point);
  return { ...draft, to, from: draft.kind === "text" ? to : draft.from };
}

/** A draft to be moved by keys, about a point. */
export function placedInk(kind, [x, y]) {
  if (kind === "text") return startInk(kind, [x, y]);
  return { ...startInk(kind, [x - KEY_LENGTH, y]), to: boundPoint([x + KEY_LENGTH, y]) };
}

/** Both ends of a draft moved by shares of the film, or with `grow` its second. */
export function movedInk(draft, [dx, dy], grow) {
  const move = ([x, y]) => boundPoint([x + dx, y + dy]);
  const whole = !grow || draft.kind === "text";
  return { ...draft, from: whole ? move(draft.from) : draft.from, to: move(draft.to) };
}

/** Whether a draft is long enough and finds room. */
export function isTaken(state, draft) {
  const [width, height] = [state.data.width, state.data.height];
  const [dx, dy] = [draft.to[0] - draft.from[0], draft.to[1] - draft.from[1]];
  const long = Math.hypot(dx * width, dy * height) >= LEAST * Math.max(width, height);
  return inksOf(state).length < MOST && (long || draft.kind === "text");
}

/** The place of the annotation at a point of the stage, the last drawn first; null for none. */
export function inkAt(state, point) {
  const pane = paneAt(state, point);
  const near = ({ from, to }) => {
    const [a, b] = [from, to].map((end) => onStage(state, end, pane));
    return distance(point, a, b) <= NEAR_PX;
  };
  const place = inksOf(state).findLastIndex(near);
  return place < 0 ? null : place;
}

/** From a point to a line between two others. */
function distance({ x, y }, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const along = ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1);
  const t = clamp(along, 0, 1);
  return Math.hypot(x - a.x - t * dx, y - a.y - t * dy);
}

/** How long a line is in pixels of the film's file, and in mm, null where the file does not say. */
export function lengthOf({ width, height, block = 1, spacing = null }, { from, to }) {
  const across = Math.abs(to[0] - from[0]) * width * block;
  const down = Math.abs(to[1] - from[1]) * height * block;
  const mm = spacing && Math.hypot(across * spacing[1], down * spacing[0]);
  return { px: Math.hypot(across, down), mm };
}

/** What stands beside an annotation on the film; a ruler of a slide has its length as words. */
export function labelOf(data, annotation) {
  if (annotation.kind !== "ruler" || annotation.words) return annotation.words;
  const { px, mm } = lengthOf(data, annotation);
  return mm === null ? `${Math.round(px)} px` : `${mm.toFixed(1)} mm`;
}
