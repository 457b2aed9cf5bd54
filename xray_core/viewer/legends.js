/* Legends: the colour bar of each of two maps, or one for many; names in the corners of films. */

import { isShown } from "./choices.js";
import { drawColourBar } from "./colours.js";
import { make } from "./elements.js";
import { isSigned } from "./maps.js";
import { looksOf } from "./painter.js";
import { panesOf } from "./stage.js";
import { legendName, messageOf, sharedSide, sharedWords, tagWords, ticksOf } from "./words.js";

const TWO = 2; // maps with a legend each; of more, all have one scale

/** The legends of what is shown; `coloursOf` gives the colours that were sent with the data. */
export function showLegends(legends, state, coloursOf) {
  const { sides, look, data } = state;
  const shared = sides.length > TWO;
  legends.forEach((legend, index) => {
    const side = shared ? index === 0 && sharedSide(sides) : sides[index];
    legend.root.hidden = !side?.map;
    if (!side?.map) return;
    const names = shared ? sharedWords(state) : [legendName(state, side), messageOf(state, side)];
    [legend.name.textContent, legend.message.textContent] = names;
    legend.scale.hidden = shared ? !look.overlay : !isShown(state, side);
    if (!legend.scale.hidden) showScale(legend, state, side, coloursOf(data));
  });
}

function showScale(legend, state, side, colours) {
  drawColourBar(legend.bar, looksOf(state, side), colours);
  const signed = isSigned(side.map);
  const ticks = ticksOf(side);
  legend.low.hidden = !signed;
  const shown = signed ? [legend.low, legend.zero, legend.peak] : [legend.zero, legend.peak];
  shown.forEach((tick, index) => placeTick(tick, ticks[index]));
}

function placeTick(tick, [text, share, align]) {
  tick.textContent = text;
  tick.style.left = `${100 * share}%`;
  tick.style.transform = `translateX(${{ left: 0, center: -50, right: -100 }[align]}%)`;
}

/** What stands in the corner of each film, one tag per side; more are made as they are needed. */
export function nameTags(tags, state) {
  while (tags.length < state.sides.length) {
    const tag = make("span", { className: "tag", hidden: true });
    tags.at(-1).after(tag);
    tags.push(tag);
  }
  state.sides.forEach((side, index) => (tags[index].textContent = tagWords(state, side)));
}

/** Put the tags where their films are. */
export function placeTags(tags, state) {
  const { sides, look } = state;
  const panes = sides.length > 1 ? panesOf(state) : [];
  tags.forEach((tag, index) => {
    const pane = sides[index] && panes.find(({ side }) => side === sides[index]);
    tag.hidden = !pane || !tag.textContent;
    if (pane) placeTag(tag, pane.clip, look.compare === "swipe" && index === 1);
  });
}

function placeTag(tag, { x, y, w }, right) {
  Object.assign(tag.style, {
    left: right ? "" : `${x + 8}px`,
    right: right ? "8px" : "",
    top: `${y + 8}px`,
    maxWidth: `${Math.max(0, w - 16)}px`,
  });
}
