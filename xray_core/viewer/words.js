/* Words: everything that is written about what is shown, on the page, to screen readers and into
 * downloads. Nothing here needs a page.
 */

import { chosenInk, INKS, inksOf, isInk, labelOf, lengthOf } from "./annotations.js";
import { CHANGED, isShown, showsAfter, showsChange } from "./choices.js";
import { sizesOf } from "./detail.js";
import { fieldOf, isSigned, strongestPoint } from "./maps.js";
import { percent, shortNumber, shortValue } from "./numbers.js";
import { placesOf } from "./places.js";
import { onFilm, paneAt, panesOf, pixelScale } from "./stage.js";

export const CONTOUR_SHARES = [0.25, 0.5, 0.75];

/** "A: ", "B: " and so on where several maps of a film are side by side. */
export function letterOf({ sides }, side) {
  const several = sides.filter(({ map, of }) => map && !of).length > 1;
  return several ? `${String.fromCharCode(65 + sides.indexOf(side))}: ` : "";
}

function stateWords({ state }) {
  return state && ` · ${state}`;
}

/** The name of a map over its legend. */
export function legendName(state, side) {
  const { map } = side;
  return `${letterOf(state, side)}${map.method} · ${map.model} · ${map.title}${stateWords(side)}`;
}

/** The name of a map in the corner of its film. */
export function tagWords(state, side) {
  const { map, note, of } = side;
  if (!map) return note ?? "";
  const mark = isShown(state, side) && map.mark ? ` · ${map.mark}` : "";
  const letter = of ? `${of.position[0]} · ` : letterOf(state, side);
  if (state.look.compare === "methods") return `${letter}${map.method}${mark}`;
  return `${letter}${map.title} ${shortNumber(map.probability)} · ${map.model}${stateWords(side)}${mark}`;
}

/** Which film is shown, or which of the list. */
export function captionOf({ data, sides }) {
  const places = sides.filter(({ of }) => of).map(({ of }) => of.position[0]);
  if (!places.length) return data.caption;
  const [first, last] = [Math.min(...places), Math.max(...places)];
  const among = new Set(places).size;
  const which = among === last - first + 1 ? `${first}–${last}` : `${among}`;
  return `films ${which} of ${data.position[1]}`;
}

/** The one scale of several maps, as a side. */
export function sharedSide(sides) {
  const maps = sides.map(({ map }) => map).filter(Boolean);
  const signed = maps.every(isSigned);
  const scale = { ...maps[0], probability: 1, signed, against: signed ? maps[0].against : "" };
  return { map: scale, verdict: { peak: 1, message: "" } };
}

/** What several maps show, and their scale in words. */
export function sharedWords({ look, map, sides }) {
  const what = {
    models: `${map.title} by each model`,
    methods: `Methods of ${map.model} for ${map.title}`,
    sheet: "The likeliest class of each film by each model",
  }[look.compare];
  if (!look.overlay) return [what, "Original films, overlay off"];
  const signed = sides.some((side) => side.map && isSigned(side.map));
  const colours = signed ? "; signed maps: orange for the class, blue against it" : "";
  return [
    what,
    `each map in shares of its own maximum, scaled by the probability of its class${colours}`,
  ];
}

/** The line under a map's name: its unit and its scale, or why nothing is drawn, and any doubt. */
export function messageOf(state, side) {
  const doubt = isShown(state, side) && side.map.doubt;
  return scaleWords(state, side) + (doubt ? `. ${doubt}` : "");
}

function scaleWords({ look }, { map, verdict }) {
  if (!map) return "";
  if (!look.overlay) return "Original film, overlay off";
  if (verdict.message) return verdict.message;
  const sides = map.against
    ? `orange for ${map.alone}, blue for ${map.against}, `
    : isSigned(map)
      ? "orange for it, blue against it, "
      : "";
  const unit = sides + `in ${map.unit}`.replace("in no unit", "no unit");
  if (look.contours) return lineWords(unit, look.threshold);
  const from = look.threshold ? `, from ${percent(look.threshold)} of the maximum` : "";
  if (map.less) return `${unit}${from}`;
  if (map.against)
    return `${unit}, scaled by the probability of both ${shortNumber(map.probability)}${from}`;
  const itself =
    map.directed && look.against === map.label ? "; a class is not compared with itself" : "";
  return `${unit}, scaled by probability ${shortNumber(map.probability)}${from}${itself}`;
}

function lineWords(unit, threshold) {
  const lines = CONTOUR_SHARES.filter((share) => share >= threshold).map((share) =>
    Math.round(100 * share),
  );
  if (!lines.length) return `${unit}, no line lies above ${percent(threshold)}`;
  return `${unit}, lines at ${lines.join(", ").replace(/, (\d+)$/, " and $1")} % of the maximum`;
}

/** The ticks below the colour bar: [text, place as a share of its length, align]. */
export function ticksOf({ map, verdict }) {
  const { probability } = map;
  const peak = shortValue(verdict.peak);
  if (!isSigned(map))
    return [
      ["0", 0, "center"],
      [peak, probability, probability < 0.2 ? "left" : "center"],
    ];
  const [before, after] = probability < 0.5 ? ["right", "left"] : ["center", "center"];
  return [
    [`−${peak}`, 0.5 - probability / 2, before],
    ["0", 0.5, "center"],
    [`+${peak}`, 0.5 + probability / 2, after],
  ];
}

/** What the stage shows, for screen readers. */
export function describe(state) {
  const sides = panesOf(state).map(({ side }) => describeSide(state, side));
  return [state.data.alt, turnWords(state), ...sides, drawnWords(state)].filter(Boolean).join(". ");
}

function describeSide(state, side) {
  const { map, of } = side;
  const letter = of ? `Film ${of.position[0]}: ` : letterOf(state, side);
  if (!isShown(state, side)) return letter + (side.note ?? messageOf(state, side));
  const where = (shown) => {
    const place = placeWords(state, strongestPoint(shown), side);
    return place.startsWith("outside") ? place : `in the ${place}`;
  };
  const changed = side.state === CHANGED ? ", marked region filled" : "";
  const head = `${letter}${map.method} of ${map.model} for ${map.title}${changed}`;
  const doubt = map.doubt && `. ${map.doubt.replace(/\.$/, "")}`;
  if (!map.against)
    return `${head}, probability ${shortNumber(map.probability)}; strongest ${where(map)}${doubt}`;
  const opposite = { ...map, values: map.values.map((value) => -value) };
  const strongest = `strongest for ${map.alone} ${where(map)}, for ${map.against} ${where(opposite)}${doubt}`;
  if (map.less) return `Difference of ${head}; ${strongest}`;
  return `${head}, probability of both ${shortNumber(map.probability)}; ${strongest}`;
}

/** What is at a point of the stage: its place in words, the value of the map, the pixel. */
export function readoutOf(state, point) {
  const pane = paneAt(state, point);
  const [x, y] = onFilm(state, point, pane);
  if (x < 0 || y < 0 || x >= 1 || y >= 1) return "";
  const data = pane.side.of ?? state.data;
  const value = isShown(state, pane.side) ? valueWords(data, pane.side, x, y) : [];
  const block = data.block ?? 1;
  const pixel = [x * data.width, y * data.height].map((place) =>
    Math.round(block * Math.floor(place)),
  );
  return [placeWords(state, [x, y], pane.side), ...value, `${pixel.join(", ")} px`].join(" · ");
}

function placeWords({ data, frame }, [x, y], { of }) {
  return placesOf(of ?? data).name(x, y, frame.turn ? "film's" : "viewer's");
}

/** How a film is turned; "" where it is upright. */
export function turnWords({ frame }) {
  return frame.turn ? `turned by ${90 * frame.turn}° clockwise` : "";
}

/** How large the film is shown. */
export function zoomWords(state) {
  return percent(pixelScale(state));
}

/** What that means. */
export function zoomHint(state) {
  const { shown, whole } = sizesOf(state);
  const sent =
    shown < whole
      ? `. The picture has ${shown} pixels for the ${Math.round(whole)} of the film's longer side`
      : "";
  return `Pixels of the screen for one pixel of the film's file${sent}`;
}

function valueWords(film, side, x, y) {
  const { map, verdict } = side;
  const { width, height, values } = fieldOf(side, film);
  const value = values[Math.floor(y * height) * width + Math.floor(x * width)];
  const speaks = map.against ? ` for ${value < 0 ? map.against : map.alone}` : "";
  const shown = shortValue(map.against ? Math.abs(value) : value);
  return [
    `${shown} ${map.unit}${speaks}`,
    `${percent(Math.abs(value) / verdict.peak)} of the maximum`,
  ];
}

/** What was drawn on the film, for screen readers. */
function drawnWords(state) {
  const drawn = inksOf(state).map((ink) => `${ink.kind} ${labelOf(state.data, ink)}`.trim());
  return drawn.length ? `Drawn: ${drawn.join(", ")}` : "";
}

/** The line under the film while something is drawn or measured. */
export function inkWords(state) {
  const { pen, ink, data } = state;
  const shown = pen.path ? null : (ink.draft ?? chosenInk(state));
  if (shown?.kind === "ruler") return lengthWords(data, shown);
  if (ink.draft && !pen.path) return "Arrows move it, with Shift they move its end, Enter keeps it";
  if (shown) return shown.kind === "text" ? "Note" : "Arrow";
  return isInk(pen.mode) ? `${INKS[pen.mode]}, or place it with the arrow keys` : "";
}

function lengthWords(data, ruler) {
  const { px, mm } = lengthOf(data, ruler);
  const pixels = `${Math.round(px)} px of the film's file`;
  if (mm === null) return `${pixels}; the file states no pixel spacing`;
  return `${mm.toFixed(1)} mm by ${data.spacing_from}, ${pixels}`;
}

/** The line under the film: what is being drawn, whether models are running, what changed. */
export function editWords({ data, asked, map, pen }) {
  const placed = pen.draft && !pen.path; // a box, by keys
  if (asked !== null) return "Running the models again";
  if (data.edit && map && !placed) return changeWords(data, map);
  if (pen.mode === "box" && placed)
    return "Arrows move the box, with Shift they resize it, Enter fills it";
  if (pen.mode === "box") return "Drag a box over the film, or place one with the arrow keys";
  return pen.mode === "lasso" ? "Draw a line around the area" : "";
}

function changeWords({ maps, edit }, map) {
  const same = (item) =>
    item.run === map.run && item.method === map.method && item.label === map.label;
  const number = maps.findIndex(same);
  const [before, after] = [maps[number].probability, edit.maps[number].probability];
  return `${map.title}: ${shortNumber(before)} → ${shortNumber(after)} (${changeNumber(before, after)})`;
}

/** How a probability changed, such as −0.22: the difference of the numbers shown. */
function changeNumber(before, after) {
  const text = (Number(after.toFixed(2)) - Number(before.toFixed(2))).toFixed(2);
  return Number(text) ? text.replace("-", "−").replace(/^(?=\d)/, "+") : "0.00";
}

/** A map that the chosen one can be compared with, as an entry of a list. */
export function otherWords(state, item) {
  const { data, map } = state;
  const own =
    data.edit && item.label === map.label && item.run === map.run && item.method === map.method;
  const when = own ? (showsAfter(state) ? "Before: " : "After: ") : "";
  return `${when}${item.title} ${shortNumber(item.probability)} · ${item.model} · ${item.method}`;
}

/** The name of a download. */
export function fileName(state) {
  const side = state.sides.find((item) => isShown(state, item));
  const shown = side ? [side.map.label, side.map.method, side.map.model] : [];
  const words = [
    "thoraxlens",
    showsChange(state) ? "what-if" : "",
    captionOf(state),
    ...shown,
  ].join(" ");
  return `${words
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 120)}.png`;
}
