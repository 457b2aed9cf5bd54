/* Inks: annotations on a canvas, on a dark rim; what is written stands upright. */

import { inksOf, labelOf } from "./annotations.js";
import { drawUpright } from "./turning.js";

const PLAIN = "#FFFFFF";
const CHOSEN = "#3FD0C2";
const TICK_PX = 7;
const HEAD_PX = 13;
const LETTER_PX = 13;

/** All annotations of a film that lies at (x, y, w, h); `font` is a family of letters. */
export function paintInks(context, state, box, scale, font) {
  const inks = inksOf(state);
  const chosen = state.ink.draft ?? inks[state.ink.chosen];
  const all = state.ink.draft ? [...inks, state.ink.draft] : inks;
  for (const ink of all) {
    const [from, to] = [ink.from, ink.to].map(([x, y]) => [box.x + x * box.w, box.y + y * box.h]);
    const colour = ink === chosen ? CHOSEN : PLAIN;
    if (ink.kind !== "text") strokeInk(context, linesOf(ink.kind, from, to, scale), colour, scale);
    const words = labelOf(state.data, ink) || (ink === chosen && ink.kind === "text" ? "…" : "");
    const place = ink.kind === "ruler" ? to : from;
    if (words)
      drawUpright(context, place, state.frame.turn, () =>
        label(context, words, { colour, scale, font }),
      );
  }
}

/** Lines from point to point that make a ruler with its ticks, or an arrow with its head. */
function linesOf(kind, from, to, scale) {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const reach = ([x, y], turn, length) => [
    x + Math.cos(angle + turn) * length * scale,
    y + Math.sin(angle + turn) * length * scale,
  ];
  const side = Math.PI / 2;
  if (kind === "ruler") {
    const tick = (end) => [reach(end, side, TICK_PX), reach(end, -side, TICK_PX)];
    return [[from, to], tick(from), tick(to)];
  }
  const back = Math.PI - 0.45;
  return [
    [from, to],
    [reach(to, back, HEAD_PX), to],
    [reach(to, -back, HEAD_PX), to],
  ];
}

function strokeInk(context, lines, colour, scale) {
  context.beginPath();
  for (const [from, to] of lines) {
    context.moveTo(...from);
    context.lineTo(...to);
  }
  context.lineCap = "round";
  context.setLineDash([]);
  for (const [style, width] of [
    ["rgb(0 0 0 / 70%)", 4],
    [colour, 1.8],
  ]) {
    context.strokeStyle = style;
    context.lineWidth = width * scale;
    context.stroke();
  }
}

/** Words beside the origin. */
function label(context, words, { colour, scale, font }) {
  context.font = `600 ${LETTER_PX * scale}px ${font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const [x, y] = [10 * scale, -14 * scale];
  const width = context.measureText(words).width;
  context.fillStyle = "rgb(0 0 0 / 72%)";
  context.fillRect(x - 4 * scale, y - 10 * scale, width + 8 * scale, 20 * scale);
  context.fillStyle = colour;
  context.fillText(words, x, y);
  context.textBaseline = "alphabetic";
}
