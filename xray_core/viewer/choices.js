/* Choices: which of the maps that Python sent are shown, and beside or against which.
 *
 * A side is a map with its film: {map, film, state, verdict}; `film` is an address, `state` says in
 * words whether the film was changed, `verdict` is that of `judgeMap`. A layout has sides with a
 * `note`, why there is no map, and of other films, `of`.
 */

import { isLayout, layoutSides } from "./layouts.js";
import { differenceOf, judgeMap, subtractMaps } from "./maps.js";

export const CHANGED = "changed by what-if"; // the state of such a film, in words

const sameMap = (a, b) => ["run", "method", "label"].every((key) => a?.[key] === b?.[key]);
const groupOf = ({ run, method }) => `${run} · ${method}`;

function likeliestOf(maps) {
  return maps.reduce(
    (best, map) => (best && best.probability >= map.probability ? best : map),
    null,
  );
}

/** Whether the changed film and its maps are shown. */
export function showsAfter({ data, look }) {
  return Boolean(data.edit) && look.after;
}

function shownMaps(state) {
  return showsAfter(state) ? state.data.edit.maps : state.data.maps;
}

/** The groups of maps of one run and method, in the order in which Python sent them. */
export function groupsOf(state) {
  const groups = new Map();
  for (const map of shownMaps(state))
    groups.set(groupOf(map), [...(groups.get(groupOf(map)) ?? []), map]);
  return groups;
}

/** The state with the chosen map, or the most probable class, and its sides. */
export function withMaps(state) {
  const groups = groupsOf(state);
  const wanted = groupOf(state.choice);
  const ofRun = [...groups].find(([, [{ run }]]) => run === state.choice.run)?.[0];
  const group = groups.has(wanted) ? wanted : (ofRun ?? groups.keys().next().value ?? "");
  const maps = groups.get(group) ?? [];
  const original = maps.map((map) => state.data.maps[shownMaps(state).indexOf(map)]);
  const map =
    maps.find((candidate) => candidate.label === state.choice.label) ??
    maps[original.indexOf(likeliestOf(original))] ??
    null;
  return withSides({ ...state, group, maps, map });
}

/** The state with the one or two maps that are shown. */
export function withSides(state) {
  const { look, data, map } = state;
  const after = showsAfter(state);
  const view = { data, map, compare: look.compare, shown: shownMaps(state), after };
  const laid = layoutSides(view, (item) => makeSide(state, item, after));
  if (laid.length > 1) return { ...state, sides: laid };
  const other = isLayout(look.compare) ? null : otherMap(state);
  const first = makeSide(state, map, after);
  if (!other) return { ...state, sides: [first] };
  const second = makeSide(state, other, (data.edit?.maps ?? []).includes(other));
  if (look.compare !== "difference") return { ...state, sides: [first, second] };
  const difference = differenceOf(first, second);
  return {
    ...state,
    sides: [{ ...first, state: "", map: difference, verdict: judge(state, difference) }],
  };
}

function makeSide(state, map, after) {
  const { data } = state;
  const shown = directed(state, map, after ? data.edit.maps : data.maps);
  return {
    map: shown,
    film: after ? data.edit.film : data.film,
    state: data.edit ? (after ? CHANGED : "before") : "",
    verdict: judge(state, shown),
  };
}

function judge({ data }, map) {
  return judgeMap(map, data.min_shown_probability);
}

/** The evidence of a map minus that of the class it is compared with. */
function directed({ look: { against } }, map, among) {
  if (!map?.directed || !against) return map;
  const other = among.find((candidate) => sameMap(candidate, { ...map, label: against }));
  return !other || other.label === map.label ? map : subtractMaps(map, other);
}

/** Maps that the chosen one can be compared with; with a changed film, first its own other state. */
export function otherMaps(state) {
  const { data, map } = state;
  const shown = shownMaps(state);
  const rest = shown.filter((candidate) => candidate !== map);
  if (!data.edit || !map) return rest;
  const hidden = showsAfter(state) ? data.maps : data.edit.maps;
  return [hidden[shown.indexOf(map)], ...rest];
}

/** The map to compare with: the chosen one, or the same class of another group, or the next class. */
export function otherMap(state) {
  const { map, otherChoice } = state;
  const rest = otherMaps(state);
  return (
    rest.find((candidate) => sameMap(candidate, otherChoice) && !sameMap(candidate, map)) ??
    rest.find((candidate) => candidate.label === map?.label) ??
    likeliestOf(rest)
  );
}

/** Whether the map of a side is drawn. */
export function isShown({ look }, side) {
  return Boolean(side?.map) && look.overlay && !side.verdict.message;
}

/** Whether any film that is shown was changed by a what-if. */
export function showsChange({ data, sides }) {
  const holds = ({ film, map }) =>
    film === data.edit.film || [map?.alone, map?.against].join().includes(CHANGED);
  return Boolean(data.edit) && sides.some(holds);
}
