/* Marks: films of a strip that are selected to be seen side by side.
 *
 * Python is sent all marks of the strip with a number each time, so that none is lost while it is
 * busy; what it sends itself counts once it has answered the last.
 */

export const NO_MARKS = Object.freeze({ places: [], id: 0 });

/** The marks with that of a place set or taken away. */
export function toggled({ places, id }, place) {
  const rest = places.filter((other) => other !== place);
  const next = rest.length < places.length ? rest : [...places, place];
  return { places: next.sort((a, b) => a - b), id: id + 1 };
}

/** The marks after Python has sent its own. */
export function answeredMarks(marks, sent) {
  return sent.id >= marks.id ? sent : marks;
}

export function showMarks(buttons, { places }) {
  buttons.forEach((button, index) =>
    button.setAttribute("aria-checked", String(places.includes(index))),
  );
}
