/* Maps: what may be shown of them, one against another, enlarging.
 *
 * Rule of display: intensity = value / maximum of the map * probability of the class. Maps of
 * classes below the least shown probability, flat maps and maps with NaN or infinite values
 * give a line of words instead of colour. A signed map has values below 0, which speak
 * against the class; its maximum is that of the sizes, and its colours are blue and orange.
 */

import { shortNumber } from "./numbers.js";

const DIFFERENCE_SIDE = 64; // cells of a difference: maps of any two models fit on them

/** What may be shown of a map: {peak, message}; a message takes the place of the colours. */
export function judgeMap(map, minShown) {
  if (!map) return { peak: 0, message: "" };
  if (!map.values)
    return {
      peak: 0,
      message: `The map of ${map.title} has NaN or infinite values: not shown`,
    };
  const [low, high] = [Math.min(...map.values), Math.max(...map.values)];
  const peak = Math.max(high, -low);
  if (map.less) return { peak, message: peak < minShown ? "The two maps hardly differ" : "" };
  if (map.probability < minShown)
    return {
      peak,
      message: `${shortNumber(map.probability)} for ${map.title}: too low to show where`,
    };
  if (high - low <= 1e-12)
    return { peak, message: `Flat map: the evidence for ${map.title} is the same everywhere` };
  return { peak, message: "" };
}

/** Whether values below 0 speak against the class: the method defines this, not the values. */
export function isSigned(map) {
  return Boolean(map.against || map.signed);
}

/** Where the largest value lies, as shares [x, y] of the film. */
export function strongestPoint(map) {
  const index = map.values.indexOf(Math.max(...map.values));
  return [
    ((index % map.width) + 0.5) / map.width,
    (Math.floor(index / map.width) + 0.5) / map.height,
  ];
}

/** A map as Python sends it, with `values`, what is drawn of its evidence: all where it is signed,
 *  else the part that speaks for the class; null where it holds NaN or infinite values. */
export function withValues(map) {
  const { evidence, signed } = map;
  return {
    ...map,
    values: signed || !evidence ? evidence : evidence.map((value) => Math.max(0, value)),
  };
}

/** The evidence for one class less that for another, both of one run and method: a signed map. */
export function subtractMaps(map, other) {
  const [own, others] = [map.evidence, other.evidence];
  return {
    ...map,
    values: own && others && own.map((value, index) => value - others[index]),
    probability: Math.min(1, map.probability + other.probability),
    title: `${map.title} against ${other.title}`,
    against: other.title,
    alone: map.title,
  };
}

/** What one map shows less what another shows, each as it is drawn: a signed map in shares of the
 *  full colour, whatever the units of the two. `first` and `second` are sides (see `choices.js`). */
export function differenceOf(first, second) {
  const [a, b] = [first, second].map(shownShares);
  const values = Array.from(a, (value, index) => value - b[index]);
  const facts = [first, second].map(({ map, state }) => [map.method, map.model, map.title, state]);
  const names = facts.map((own, side) =>
    own.filter((fact, index) => fact !== facts[1 - side][index]).join(" · "),
  );
  const both = (index) =>
    facts[0][index] === facts[1][index]
      ? facts[0][index]
      : `${facts[0][index]} less ${facts[1][index]}`;
  return {
    ...first.map,
    width: DIFFERENCE_SIDE,
    height: DIFFERENCE_SIDE,
    values,
    evidence: null,
    probability: Math.max(...values.map(Math.abs)), // so that colours are those of the two maps
    method: both(0),
    model: both(1),
    title: both(2),
    unit: "fractions of the full colour",
    doubt: [first.map.doubt, second.map.doubt].find(Boolean) ?? "",
    mark: [first.map.mark, second.map.mark].find(Boolean) ?? "",
    less: true,
    alone: names[0],
    against: names[1],
  };
}

function shownShares({ map, verdict: { peak, message } }) {
  if (message) return new Float32Array(DIFFERENCE_SIDE ** 2);
  const { values } = enlargeMap(map, DIFFERENCE_SIDE, DIFFERENCE_SIDE, peak);
  return values.map((value) => (peak ? (value / peak) * map.probability : 0));
}

/** Bicubic (Catmull-Rom) taps that enlarge `from` cells to `to` pixels, cells centred. */
function cubicTaps(from, to) {
  const index = new Int32Array(4 * to);
  const weight = new Float32Array(4 * to);
  for (let i = 0; i < to; i += 1) {
    const place = ((i + 0.5) * from) / to - 0.5;
    const first = Math.floor(place);
    const t = place - first;
    const cubic = [
      (((2 - t) * t - 1) * t) / 2,
      ((3 * t - 5) * t * t + 2) / 2,
      (((4 - 3 * t) * t + 1) * t) / 2,
      ((t - 1) * t * t) / 2,
    ];
    for (let k = 0; k < 4; k += 1) {
      index[4 * i + k] = Math.min(from - 1, Math.max(0, first - 1 + k));
      weight[4 * i + k] = cubic[k];
    }
  }
  return { index, weight };
}

/** A map enlarged to (height, width), kept within its own extremes. */
export function enlargeMap(map, width, height, peak) {
  const lowest = isSigned(map) ? -peak : 0;
  const cells = Float32Array.from(map.values);
  const across = cubicTaps(map.width, width);
  const down = cubicTaps(map.height, height);
  const rows = new Float32Array(map.height * width);
  for (let y = 0; y < map.height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let k = 4 * x; k < 4 * x + 4; k += 1)
        sum += across.weight[k] * cells[y * map.width + across.index[k]];
      rows[y * width + x] = sum;
    }
  }
  const values = new Float32Array(height * width);
  for (let y = 0; y < height; y += 1) {
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => down.index[4 * y + k] * width);
    const [p, q, r, s] = down.weight.subarray(4 * y, 4 * y + 4);
    for (let x = 0; x < width; x += 1) {
      const sum = p * rows[a + x] + q * rows[b + x] + r * rows[c + x] + s * rows[d + x];
      values[y * width + x] = sum < lowest ? lowest : sum > peak ? peak : sum;
    }
  }
  return { width, height, values };
}

const HEAT_SIDE_PX = 256; // of an enlarged map: smooth enough to be stretched over any film
const fields = new WeakMap(); // by map: enlarging takes longer than all else

/** The map of a side enlarged over a film of that size. */
export function fieldOf({ map, verdict }, film) {
  if (!fields.has(map)) {
    const grow = HEAT_SIDE_PX / Math.max(film.width, film.height);
    const size = (length) => Math.max(1, Math.round(length * grow));
    fields.set(map, enlargeMap(map, size(film.width), size(film.height), verdict.peak));
  }
  return fields.get(map);
}
