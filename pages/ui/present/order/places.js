/* Places: where a slide lands that is dragged down or up a list. No page here. */

/** The place from 0 at which a slide lands, when the middle of it is at `y`.
 *
 * `rows` are { top, height } in order, `from` is the place of the slide that is dragged. */
export function placeAt(rows, from, y) {
  const others = rows.filter((_, index) => index !== from);
  return others.filter(({ top, height }) => y > top + height / 2).length;
}

/** How far each row moves, in pixels, to leave room for the dragged one at `to`. */
export function shiftsFor(rows, from, to) {
  const room = spaceOf(rows, from);
  return rows.map((_, index) => {
    if (from < index && index <= to) return -room;
    if (to <= index && index < from) return room;
    return 0;
  });
}

/** How far the dragged row itself moves to stand at `to`. */
export function landingOf(rows, from, to) {
  const ends = ({ top, height }) => (to > from ? top + height : top);
  return ends(rows[to]) - ends(rows[from]);
}

/** What a row takes up with the gap that follows or precedes it. */
function spaceOf(rows, at) {
  const next = rows[at + 1];
  if (next) return next.top - rows[at].top;
  const before = rows[at - 1];
  return before ? rows[at].top + rows[at].height - (before.top + before.height) : 0;
}
