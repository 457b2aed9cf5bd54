/* Painter: films, maps and layers on a canvas. What it is given is a state; it changes none. */

import { isShown } from "./choices.js";
import { cssColour, decodeTables, heatCanvas } from "./colours.js";
import { contourLines, strokeLines } from "./contours.js";
import { paintInks } from "./inks.js";
import { fieldOf, isSigned } from "./maps.js";
import { placesOf } from "./places.js";
import { paintMark, paintRegions } from "./regions.js";
import { panesOf, placeOf } from "./stage.js";
import { drawUpright, turnCanvas } from "./turning.js";
import { CONTOUR_SHARES } from "./words.js";

export const DOUBT_COLOUR = "#E0B35A";
const OUTLINE_SHARE = 0.5; // of the maximum, where the outline of a map runs
const LAYERS = { zones: ["#C9D1DB", 1], lungs: ["#3FD0C2", 1.6], lesion: ["#F0E442", 2.4] };

/** Dashes of the lines of a doubtful map; none for another. */
function dashOf({ map }, scale) {
  return map.doubt ? [6 * scale, 5 * scale] : [];
}

function signsOf({ map }) {
  return isSigned(map) ? [1, -1] : [1];
}

/** How the colours of a side look. */
export function looksOf({ look }, { map, verdict }) {
  return {
    peak: verdict.peak,
    probability: map.probability,
    threshold: look.threshold,
    signed: isSigned(map),
  };
}

export class Painter {
  /** `films` are those of `greys.js`; `font` gives the family of letters. */
  constructor(films, font) {
    this.films = films;
    this.font = font;
    this.tables = null;
    this.heats = new WeakMap(); // by map, as all that follows: what was drawn last of it
    this.lines = new WeakMap();
    this.outlines = new WeakMap();
  }

  /** The colours that Python sent with the data. */
  coloursOf({ colours }) {
    const key = colours.heat + colours.signed;
    if (this.tables?.key !== key) this.tables = { key, ...decodeTables(colours) };
    return this.tables;
  }

  /** All of the stage; `ratio` is that of device pixels to CSS pixels. Gives what it drew on. */
  paint(canvas, state, ratio) {
    const [width, height] = [state.stage.width, state.stage.height].map((length) =>
      Math.round(length * ratio),
    );
    if (canvas.width !== width || canvas.height !== height)
      Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    context.fillStyle = "#000";
    context.fillRect(0, 0, width, height);
    this.paintPanes(context, state, ratio, { x: 0, y: 0 });
    return context;
  }

  /** All panes, enlarged by `scale` about a corner of the stage; the screen and downloads use it. */
  paintPanes(context, state, scale, corner) {
    for (const pane of panesOf(state)) {
      const left = (x) => (x - corner.x) * scale;
      const top = (y) => (y - corner.y) * scale;
      const { x, y, w, h } = placeOf(state, pane);
      const seen = { x: left(x), y: top(y), w: w * scale, h: h * scale };
      context.save();
      context.beginPath();
      context.rect(left(pane.clip.x), top(pane.clip.y), pane.clip.w * scale, pane.clip.h * scale);
      context.clip();
      const box = turnCanvas(context, seen, state.frame.turn);
      this.#paintSide(context, state, pane.side, box, scale);
      context.restore();
    }
  }

  /** The film, its map over it where that may be shown, and the layers. */
  #paintSide(context, state, side, box, scale) {
    const { look } = state;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.films.get(side.film).picture(look), box.x, box.y, box.w, box.h);
    if (isShown(state, side)) {
      context.globalAlpha = look.opacity;
      if (look.contours) this.#paintContours(context, state, side, box, scale);
      else this.#paintHeat(context, state, side, box, scale);
      context.globalAlpha = 1;
    }
    if (side.of) return;
    this.#paintLayers(context, state, box, scale);
    paintRegions(context, state.pen, box, scale);
    paintMark(context, state.mark, box, scale);
    paintInks(context, state, box, scale, this.font());
  }

  /** The colours of a map; one that is doubtful has a dashed outline, which hides no lung. In a
   * picture to take away every map has an outline. */
  #paintHeat(context, state, side, box, scale) {
    context.drawImage(this.#heatOf(state, side), box.x, box.y, box.w, box.h);
    if (!side.map.doubt && !state.look.outlined) return;
    const colour = side.map.doubt ? DOUBT_COLOUR : "#FFFFFF";
    for (const path of this.#outlinesOf(state, side))
      strokeLines(context, path, box, colour, 1.4 * scale, dashOf(side, scale));
  }

  #heatOf(state, side) {
    const looks = looksOf(state, side);
    const key = JSON.stringify(looks);
    if (this.heats.get(side.map)?.key !== key) {
      const field = fieldOf(side, side.of ?? state.data);
      const canvas = heatCanvas(field, looks, this.coloursOf(state.data));
      this.heats.set(side.map, { key, canvas });
    }
    return this.heats.get(side.map).canvas;
  }

  #outlinesOf({ data }, side) {
    if (!this.outlines.has(side.map)) {
      const levels = signsOf(side).map((sign) => sign * OUTLINE_SHARE * side.verdict.peak);
      this.outlines.set(
        side.map,
        levels.map((level) => contourLines(fieldOf(side, side.of ?? data), level)),
      );
    }
    return this.outlines.get(side.map);
  }

  /** Lines at fixed shares of the maximum; as with colour, those of an unlikely class are faint. */
  #paintContours(context, state, side, box, scale) {
    const { look, data } = state;
    const { heat } = this.coloursOf(data);
    const colours = isSigned(side.map) ? { 1: "#FFA24D", "-1": "#6CBEFF" } : null;
    context.globalAlpha = Math.min(1, look.opacity * 1.5) * Math.min(1, 2 * side.map.probability);
    for (const { share, sign, path } of this.#linesOf(data, side)) {
      if (share < look.threshold) continue;
      const colour =
        colours?.[sign] ?? cssColour(heat, Math.round(255 * (0.45 + 0.7 * (share - 0.25))));
      strokeLines(context, path, box, colour, scale * (0.9 + 1.6 * share), dashOf(side, scale));
    }
  }

  #linesOf(film, side) {
    if (!this.lines.has(side.map)) {
      const line = (sign, share) => ({
        share,
        sign,
        path: contourLines(fieldOf(side, side.of ?? film), sign * share * side.verdict.peak),
      });
      this.lines.set(
        side.map,
        signsOf(side).flatMap((sign) => CONTOUR_SHARES.map((share) => line(sign, share))),
      );
    }
    return this.lines.get(side.map);
  }

  #paintLayers(context, { look, data, frame }, box, scale) {
    const places = placesOf(data);
    for (const [layer, [colour, width]] of Object.entries(LAYERS)) {
      if (!look[layer] || !places.has(layer)) continue;
      for (const path of places.outlines(layer))
        strokeLines(context, path, box, colour, width * scale);
    }
    if (look.zones && places.has("zones")) this.#nameZones(context, places, box, scale, frame.turn);
  }

  #nameZones(context, places, box, scale, turn) {
    context.font = `600 ${12 * scale}px ${this.font()}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3 * scale;
    context.strokeStyle = "rgb(0 0 0 / 70%)";
    context.fillStyle = "#E6EAF0";
    places.centres().forEach(([x, y], index) => {
      const words = places.titles[index].replace(" zone", "");
      drawUpright(context, [box.x + x * box.w, box.y + y * box.h], turn, () => {
        context.strokeText(words, 0, 0);
        context.fillText(words, 0, 0);
      });
    });
    context.textBaseline = "alphabetic";
  }
}
