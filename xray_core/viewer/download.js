/* Download: the visible part of the films with their legends, as one picture. */

import { settled } from "./annotations.js";
import { isShown, showsChange } from "./choices.js";
import { drawColourBar } from "./colours.js";
import { makeCanvas } from "./elements.js";
import { shortNumber } from "./numbers.js";
import { DOUBT_COLOUR, looksOf } from "./painter.js";
import { panesOf, placeOf } from "./stage.js";
import { letterOf, messageOf, ticksOf, turnWords } from "./words.js";

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
  const canvas = makeCanvas(WIDTH_PX, filmHeight + 96 + LEGEND_PX * state.sides.length);
  const context = canvas.getContext("2d");
  context.fillStyle = "#000";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.save();
  context.translate(Math.round((WIDTH_PX - filmWidth) / 2), 0);
  context.beginPath();
  context.rect(0, 0, filmWidth, filmHeight);
  context.clip();
  painter.paintPanes(context, settled(state), scale, { x: left, y: top });
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

function drawLegends(context, painter, state, top) {
  const { data, sides } = state;
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
  const caption = [data.caption, turnWords(state)].filter(Boolean).join(", ");
  write(caption, 968, top + 50, { colour: "#E6EAF0", align: "right" });
  write(data.synthetic ? "Synthetic film" : "", 968, top + 82, {
    colour: "#E0A63A",
    align: "right",
  });
  sides.forEach((side, index) => {
    if (side.map) drawLegend({ context, write, painter }, state, side, top + LEGEND_PX * index);
  });
  const last = top + 72 + LEGEND_PX * sides.length;
  if (showsChange(state)) write(FILM_CHANGED, 32, last, { colour: DOUBT_COLOUR });
  write(RESEARCH_ONLY, 968, last, { align: "right" });
}

function drawLegend({ context, write, painter }, state, side, y) {
  const { map } = side;
  const shown = isShown(state, side);
  context.fillStyle = map.colour;
  context.beginPath();
  context.arc(38, y + 42, 7, 0, 2 * Math.PI);
  context.fill();
  const name = `${letterOf(state, side)}${map.title}  ${shortNumber(map.probability)}`;
  write(name, 58, y + 50, { size: 24, weight: 600, colour: "#E6EAF0" });
  write(
    [map.method, map.model, side.state, shown && map.mark].filter(Boolean).join(" · "),
    32,
    y + 80,
  );
  if (!shown) {
    write(messageOf(state, side), 32, y + 106, { size: 17 });
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
  write(messageOf(state, side), 330, y + 106, { size: 15 });
}
