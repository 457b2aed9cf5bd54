/* Download: the visible part of the films with their legends, as one picture. */

import { settled } from "./annotations.js";
import { isShown, showsChange } from "./choices.js";
import { drawColourBar } from "./colours.js";
import { makeCanvas } from "./elements.js";
import { shortNumber } from "./numbers.js";
import { DOUBT_COLOUR, looksOf } from "./painter.js";
import { panesOf, placeOf } from "./stage.js";
import {
  letterOf,
  messageOf,
  captionOf,
  sharedSide,
  sharedWords,
  tagWords,
  ticksOf,
  turnWords,
} from "./words.js";

const WIDTH_PX = 1000;
const MOST_PX = 2000; // height of the films
const LEGEND_PX = 100;
const FILM_CHANGED = "Film changed by what-if: a marked region was filled";
const RESEARCH_ONLY = "Research only – not a diagnosis";

/** A canvas `WIDTH_PX` wide. */
export function drawDownload(painter, state) {
  const { left, top, right, bottom } = visiblePart(state);
  const scale = Math.min(WIDTH_PX / (right - left), MOST_PX / (bottom - top));
  const filmHeight = Math.round((bottom - top) * scale);
  const filmWidth = Math.round((right - left) * scale);
  const canvas = makeCanvas(WIDTH_PX, filmHeight + 96 + LEGEND_PX * legendsOf(state).length);
  const context = canvas.getContext("2d");
  context.fillStyle = "#000";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.save();
  context.translate(Math.round((WIDTH_PX - filmWidth) / 2), 0);
  context.beginPath();
  context.rect(0, 0, filmWidth, filmHeight);
  context.clip();
  painter.paintPanes(context, settled(state), scale, { x: left, y: top });
  drawTags(context, painter, state, scale, { x: left, y: top });
  context.restore();
  drawLegends(context, painter, state, filmHeight);
  return canvas;
}

/** The part of the stage on which films are seen. */
function visiblePart(state) {
  const boxes = panesOf(state).map((pane) => {
    const { x, y, w, h } = placeOf(state, pane);
    const { clip } = pane;
    return [
      Math.max(clip.x, x),
      Math.max(clip.y, y),
      Math.min(clip.x + clip.w, x + w),
      Math.min(clip.y + clip.h, y + h),
    ];
  });
  const [left, top] = [0, 1].map((k) => Math.min(...boxes.map((box) => box[k])));
  const [right, bottom] = [2, 3].map((k) => Math.max(...boxes.map((box) => box[k])));
  return { left, top, right, bottom };
}

/** What is written below the films: of each map, or of all where there are many. */
function legendsOf(state) {
  const { sides, look } = state;
  if (sides.length > 2) {
    const [name, message] = sharedWords(state);
    const side = sharedSide(sides);
    const colour = look.compare === "sheet" ? "transparent" : side.map.colour;
    return [{ side, colour, name, facts: "", message, shown: look.overlay }];
  }
  return sides.filter(({ map }) => map).map((side) => legendOf(state, side));
}

function legendOf(state, side) {
  const { map } = side;
  const shown = isShown(state, side);
  return {
    side,
    shown,
    colour: map.colour,
    name: `${letterOf(state, side)}${map.title}  ${shortNumber(map.probability)}`,
    facts: [map.method, map.model, side.state, shown && map.mark].filter(Boolean).join(" · "),
    message: messageOf(state, side),
  };
}

/** Names in the corners of films that are side by side. */
function drawTags(context, painter, state, scale, corner) {
  if (state.sides.length < 2) return;
  context.font = `500 17px ${painter.font()}`;
  context.textAlign = "left";
  for (const pane of panesOf(state)) {
    const place = placeOf(state, pane);
    const words = tagWords(state, pane.side);
    const x = (Math.max(pane.clip.x, place.x) - corner.x) * scale + 8;
    const y = (Math.max(pane.clip.y, place.y) - corner.y) * scale + 8;
    const most = Math.min(pane.clip.w, place.w) * scale - 28;
    if (!words || most <= 0) continue;
    context.fillStyle = "rgb(0 0 0 / 72%)";
    context.fillRect(x, y, Math.min(most, context.measureText(words).width) + 12, 26);
    context.fillStyle = "#E6EAF0";
    context.fillText(words, x + 6, y + 19, most);
  }
}

function drawLegends(context, painter, state, top) {
  const { data } = state;
  const font = painter.font();
  const write = (
    text,
    x,
    y,
    { size = 19, weight = 400, colour = "#8B95A3", align = "left" } = {},
  ) => {
    context.font = `${weight} ${size}px ${font}`;
    context.fillStyle = colour;
    context.textAlign = align;
    context.fillText(text, x, y, align === "right" ? 400 : 560);
  };
  const caption = [captionOf(state), turnWords(state)].filter(Boolean).join(", ");
  write(caption, 968, top + 50, { colour: "#E6EAF0", align: "right" });
  write(data.synthetic ? "Synthetic film" : "", 968, top + 82, {
    colour: "#E0A63A",
    align: "right",
  });
  const legends = legendsOf(state);
  legends.forEach((legend, index) =>
    drawLegend({ context, write, painter }, state, legend, top + LEGEND_PX * index),
  );
  const last = top + 72 + LEGEND_PX * legends.length;
  if (showsChange(state)) write(FILM_CHANGED, 32, last, { colour: DOUBT_COLOUR });
  write(RESEARCH_ONLY, 968, last, { align: "right" });
}

function drawLegend({ context, write, painter }, state, legend, y) {
  const { side, shown, colour, name, facts, message } = legend;
  context.fillStyle = colour;
  context.beginPath();
  context.arc(38, y + 42, 7, 0, 2 * Math.PI);
  context.fill();
  write(name, 58, y + 50, { size: 24, weight: 600, colour: "#E6EAF0" });
  write(facts, 32, y + 80);
  if (!shown) {
    write(message, 32, y + 106, { size: 17 });
    return;
  }
  const bar = drawColourBar(
    makeCanvas(256, 1),
    looksOf(state, side),
    painter.coloursOf(state.data),
  );
  context.drawImage(bar, 36, y + 94, 252, 10);
  for (const [text, share, align] of ticksOf(side))
    write(text, 36 + 252 * share, y + 122, { size: 15, align });
  write(message, 330, y + 106, { size: 15 });
}
