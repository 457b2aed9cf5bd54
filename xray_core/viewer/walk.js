/* Walk: which film of a list is wanted, however fast it is asked for. For the viewer and for the
 * film strip; it needs no page.
 *
 * A request names the place that is wanted, not a step: requests that come while Python is busy are
 * joined to one, the last, and nothing is lost with the others. Python names the last request that
 * it answered with all that it sends.
 *
 * A walk is {wanted, id}: the place that was asked for, null once Python has answered, and the
 * number of the last request.
 */

export const NO_WALK = Object.freeze({ wanted: null, id: 0 });

export function askFor(walk, place) {
  return { wanted: place, id: walk.id + 1 };
}

/** A step from a place that is shown, within `first` and `last`; the same walk at the ends. */
export function stepWalk(walk, step, shown, first, last) {
  const from = walk.wanted ?? shown;
  const to = Math.min(last, Math.max(first, from + step));
  return to === from ? walk : askFor(walk, to);
}

/** What Python is sent. */
export function requestOf({ wanted, id }) {
  return { place: wanted, id };
}

/** After Python has answered the request of that number. */
export function answerWalk(walk, id) {
  if (walk.wanted === null) return { wanted: null, id: Math.max(walk.id, id) };
  return id >= walk.id ? { wanted: null, id: walk.id } : walk;
}
