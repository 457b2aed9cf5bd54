/* Votes: what a room and the models say of films, and who was right. No page here. */

/** What each model answers, in order, from the maps of a film: [{ run, model, label, title, p }]. */
export function answersOf(maps) {
  const best = new Map();
  for (const { run, model, label, title, probability } of maps) {
    const known = best.get(run);
    if (!known || probability > known.probability)
      best.set(run, { run, model, label, title, probability });
  }
  return [...best.values()];
}

/** The classes of all films, in the order in which they come up: [[label, title]]. */
export function classesOf(films) {
  const found = new Map();
  for (const { maps, truth } of films) {
    maps.forEach(({ label, title }) => found.set(label, title));
    if (truth.label) found.set(truth.label, truth.title);
  }
  return [...found];
}

/** A number of hands as it was typed: whole, from 0 to 999. */
export function handsOf(typed) {
  return Math.min(999, Math.max(0, Math.floor(Number(typed) || 0)));
}

/** The class with most hands, how many of how many; null label for a tie, null without any hand. */
export function roomOf(votes) {
  const given = Object.entries(votes).filter(([, n]) => n > 0);
  const all = given.reduce((sum, [, n]) => sum + n, 0);
  if (!all) return null;
  const most = Math.max(...given.map(([, n]) => n));
  const first = given.filter(([, n]) => n === most);
  return { label: first.length === 1 ? first[0][0] : null, n: most, all };
}

/** Rows of the summary and its last one: who was right on how many of the films that have a label,
 * that the room voted on, and that the model answered.
 *
 * `films` are { name, maps, truth: { label, title }, votes }; the first columns are Film and Room,
 * then a column for each model, then the label. */
export function summaryOf(films) {
  const titles = new Map(classesOf(films));
  const models = new Map();
  films.forEach(({ maps }) => answersOf(maps).forEach(({ run, model }) => models.set(run, model)));
  const rows = films.map((film) => rowOf(film, [...models.keys()], titles));
  const columns = [...Array(models.size + 1).keys()].map((index) => index + 1);
  const counted = rows.filter(({ counts }) => counts);
  const score = (place) => {
    const said = counted
      .map(({ cells }) => cells[place])
      .filter(({ right }) => right !== undefined);
    return `${said.filter(({ right }) => right).length} of ${said.length}`;
  };
  return {
    header: ["Film", "Room", ...models.values(), "Label"],
    rows: rows.map(({ cells }) => cells),
    scores: counted.length ? ["Right", ...columns.map(score), ""] : null,
  };
}

function rowOf({ name, maps, truth, votes }, runs, titles) {
  const room = roomOf(votes);
  const answers = new Map(answersOf(maps).map((answer) => [answer.run, answer]));
  const right = (label) => Boolean(truth.label) && label === truth.label;
  const said = runs.map((run) => {
    const answer = answers.get(run);
    return answer ? { words: answer.title, right: right(answer.label) } : { words: "–" };
  });
  const cells = [
    { words: name },
    { words: wordsOf(room, titles), right: right(room?.label) },
    ...said,
    { words: truth.label ? truth.title : "none" },
  ];
  return { cells, counts: Boolean(room && truth.label) };
}

function wordsOf(room, titles) {
  if (!room) return "no vote";
  return room.label ? `${titles.get(room.label)}, ${room.n} of ${room.all}` : "a tie";
}
