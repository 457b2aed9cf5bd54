/* Download: the visible part of the films with their legends, as one picture. */

import { settled } from "./annotations.js";
import { isShown, showsChange } from "./choices.js";
import { drawColourBar } from "./colours.js";
import { makeCanvas } from "./elements.js";
import { shortNumber } from "./numbers.js";
import { looksOf } from "./painter.js";
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

const SHARPNESS = 1.6; // pixels for each of the units in which all lengths here are given
const SHEET_WIDTH = 1000;
const SHEET_MOST = 2000; // height of the films
const SHEET_GAP = 12;
const SHEET_LEGEND = 100;
const FILM_CHANGED = "Film changed by what-if: a marked region was filled";
const OUTLINE_KEY = "White line: 0.50 of the map's strongest place";
const RESEARCH_ONLY = "Research only, not a diagnosis";
const PAPERS = {
  light: { back: "#FFFFFF", text: "#1A2230", quiet: "#5A6472", warning: "#8A5300" },
  dark: { back: "#0E1116", text: "#E6EAF0", quiet: "#9AA4B2", warning: "#E0A63A" },
};

/** A canvas of 1,600 pixels in width, `light` or `dark` around the films; one map stands beside its
 * film. */
export function drawDownload(painter, state, paper) {
  const part = visiblePart(state);
  const views = viewsOf(state);
  const room = (SHEET_WIDTH - SHEET_GAP * (views.length - 1)) / views.length;
  const scale = Math.min(room / (part.right - part.left), SHEET_MOST / (part.bottom - part.top));
  const filmHeight = Math.round((part.bottom - part.top) * scale);
  const height = filmHeight + 96 + SHEET_LEGEND * legendsOf(state).length;
  const canvas = makeCanvas(SHEET_WIDTH * SHARPNESS, Math.ceil(height * SHARPNESS));
  const context = canvas.getContext("2d");
  context.scale(SHARPNESS, SHARPNESS);
  context.fillStyle = PAPERS[paper].back;
  context.fillRect(0, 0, SHEET_WIDTH, height);
  views.forEach((view, index) => {
    const box = { x: index * (room + SHEET_GAP), w: room, h: filmHeight };
    drawView(context, painter, view, { box, part, scale });
  });
  drawLegends(context, painter, state, { top: filmHeight, ...PAPERS[paper] });
  return canvas;
}

/** `light` under dark letters, `dark` under light ones; a colour as `rgb(...)`. */
export function paperUnder(letters) {
  const [red, green, blue] = letters.match(/[\d.]+/g).map(Number);
  return red + green + blue < 3 * 128 ? "light" : "dark";
}

/** What is drawn from left to right: the film alone before its only map; else all as it is seen. */
function viewsOf(state) {
  const shown = settled({ ...state, look: { ...state.look, outlined: true } });
  const [side, ...others] = state.sides;
  if (others.length || !isShown(state, side)) return [{ state: shown, letter: "" }];
  const alone = { ...shown, look: { ...shown.look, overlay: false } };
  return [
    { state: alone, letter: "A  Film" },
    { state: shown, letter: `B  ${tagWords(state, side)}` },
  ];
}

function drawView(context, painter, { state, letter }, { box, part, scale }) {
  const corner = { x: part.left, y: part.top };
  const width = (part.right - part.left) * scale;
  context.save();
  context.fillStyle = "#000";
  context.fillRect(box.x, 0, box.w, box.h);
  context.translate(box.x + Math.round((box.w - width) / 2), 0);
  context.beginPath();
  context.rect(0, 0, width, box.h);
  context.clip();
  painter.paintPanes(context, state, scale, corner);
  drawTags(context, painter, state, scale, corner);
  if (letter) drawTag(context, painter, letter, { x: 8, y: 8, most: width - 28 });
  context.restore();
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
  for (const pane of panesOf(state)) {
    const place = placeOf(state, pane);
    const x = (Math.max(pane.clip.x, place.x) - corner.x) * scale + 8;
    const y = (Math.max(pane.clip.y, place.y) - corner.y) * scale + 8;
    const most = Math.min(pane.clip.w, place.w) * scale - 28;
    drawTag(context, painter, tagWords(state, pane.side), { x, y, most });
  }
}

function drawTag(context, painter, words, { x, y, most }) {
  if (!words || most <= 0) return;
  context.font = `500 17px ${painter.font()}`;
  context.textAlign = "left";
  context.fillStyle = "rgb(0 0 0 / 72%)";
  context.fillRect(x, y, Math.min(most, context.measureText(words).width) + 12, 26);
  context.fillStyle = "#E6EAF0";
  context.fillText(words, x + 6, y + 19, most);
}

function drawLegends(context, painter, state, { top, text, quiet, warning }) {
  const { data } = state;
  const font = painter.font();
  const write = (
    words,
    x,
    y,
    { size = 19, weight = 400, colour = quiet, align = "left", most = 560 } = {},
  ) => {
    context.font = `${weight} ${size}px ${font}`;
    context.fillStyle = colour;
    context.textAlign = align;
    context.fillText(words, x, y, most);
  };
  const right = { align: "right", most: 360 };
  if (data.synthetic) write("Synthetic film", 976, top + 50, { ...right, colour: warning });
  if (showsChange(state)) write(FILM_CHANGED, 976, top + 82, { ...right, colour: warning });
  else if (!state.look.contours && state.sides.some((side) => isShown(state, side)))
    write(OUTLINE_KEY, 976, top + 82, { ...right, size: 15 });
  const legends = legendsOf(state);
  legends.forEach((legend, index) =>
    drawLegend({ context, write, painter, text }, state, legend, top + SHEET_LEGEND * index),
  );
  write(footOf(state), 24, top + 72 + SHEET_LEGEND * legends.length, { size: 16, most: 952 });
}

/** Film, version, day and purpose on one line. */
function footOf(state) {
  const made = [`ThoraxLens ${state.data.version}`, new Date().toISOString().slice(0, 10)];
  const named = [captionOf(state), turnWords(state), ...made, RESEARCH_ONLY];
  return named.filter(Boolean).join(" · ");
}

function drawLegend({ context, write, painter, text }, state, legend, y) {
  const { side, shown, colour, name, facts, message } = legend;
  context.fillStyle = colour;
  context.beginPath();
  context.arc(31, y + 42, 7, 0, 2 * Math.PI);
  context.fill();
  write(name, 50, y + 50, { size: 24, weight: 600, colour: text });
  write(facts, 24, y + 80);
  if (!shown) {
    write(message, 24, y + 106, { size: 17 });
    return;
  }
  const bar = drawColourBar(
    makeCanvas(256, 1),
    looksOf(state, side),
    painter.coloursOf(state.data),
  );
  context.drawImage(bar, 28, y + 94, 252, 10);
  for (const [tick, share, align] of ticksOf(side))
    write(tick, 28 + 252 * share, y + 122, { size: 15, align });
  write(message, 322, y + 106, { size: 15, most: 640 });
}
