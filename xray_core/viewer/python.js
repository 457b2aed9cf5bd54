/* What goes to Python and what comes from it.
 *
 * The state notes in `out` what its surroundings have to do: load a film, set a timer, send a
 * message; see `Viewer.perform`. Python hears of `view`, of the regions that were drawn (`edit`), of
 * the annotations of the film (`inks`), of the film whose pixels are looked at (`detail`) and of the
 * film that is wanted (`nav`).
 */

import { settled, toldInks, withSentInks } from "./annotations.js";
import { withMaps, withSides } from "./choices.js";
import { lacksDetail } from "./detail.js";
import { isLayout } from "./layouts.js";
import { withView } from "./link.js";
import { withValues } from "./maps.js";
import { NO_PEN } from "./regions.js";
import { WHOLE_FILM } from "./stage.js";
import { answerWalk, requestOf, stepWalk } from "./walk.js";

const ANSWER_MS = 4000; // within which Python sends the film that it was asked for
const REPORT_MS = 200; // after the last of several choices
const TELL_MS = 500; // after the last letter of a note

export function say(state, message) {
  return { ...state, out: [...state.out, message] };
}

/** New data from Python, which may send the film that was left once more before the next one. */
function received(state, { data }) {
  const known = state.latest ? state : comeBack(state, data.view ?? {});
  const next = { ...known, latest: data, walk: answerWalk(known.walk, data.answered ?? 0) };
  if (next.walk.wanted === null)
    return load(say({ ...next, left: "" }, { type: "cancel", timer: "patience" }), data);
  if (next.left && next.left === data.film_id) return next;
  return load({ ...next, left: "" }, data);
}

/** What the visitor was viewing before leaving the page. */
function comeBack(state, view) {
  const { label = null, run = null, method = null } = view;
  const looks = ["opacity", "overlay", "inverted", "against"].filter((name) => name in view);
  const look = Object.fromEntries(looks.map((name) => [name, view[name]]));
  const compare = view.layout ?? "one";
  return { ...state, choice: { label, run, method }, look: { ...state.look, ...look, compare } };
}

/** Films are waited for, so that maps never lie over another film. */
function load(state, data) {
  return say({ ...state, coming: data }, { type: "load", data });
}

function loaded(state, { data: sent, now, view = null }) {
  if (state.coming !== sent) return state;
  const data = drawable(sent);
  const regions = data.edit?.regions ?? [];
  const another = state.data?.film_id !== data.film_id;
  let next = {
    ...(another ? settled(state) : state),
    data,
    look: { ...state.look, opacity: state.look.opacity ?? data.opacity },
    annotations: withSentInks(state.annotations, data),
  };
  if (another) {
    const mark = data.marked ?? null;
    next = { ...next, frame: WHOLE_FILM, pen: { ...NO_PEN, regions }, asked: null, mark };
  } else if (
    state.asked !== null &&
    JSON.stringify(regions) === JSON.stringify(state.pen.regions)
  ) {
    next = {
      ...next,
      answerMs: now - state.asked,
      asked: null,
      look: { ...next.look, after: true },
    };
  }
  return view === null ? withMaps(next) : linked(next, { view });
}

/** The view of a link, which Python hears of. */
function linked(state, { view }) {
  return reportSoon(withView(state, view));
}

/** Data with what is drawn of its maps. */
function drawable(data) {
  const drawn = (of) => of && { ...of, maps: of.maps.map(withValues) };
  const { edit, beside, sheet } = data;
  return {
    ...drawn(data),
    edit: drawn(edit),
    beside: drawn(beside),
    sheet: sheet && sheet.map(drawn),
  };
}

function failed(state, { data }) {
  return state.coming === data
    ? say(state, { type: "announce", words: "The film could not be drawn." })
    : state;
}

/** Python has not sent the next film yet: what it did send is shown again. */
function giveUp(state) {
  return state.left ? load({ ...state, left: "" }, state.latest) : state;
}

/** Request another film from Python; one that was sent ahead is shown at once. */
function stepFilm(state, { step }) {
  const { data } = state;
  const [place, count] = data.position ?? [1, 1];
  const walk = stepWalk(state.walk, step, place, 1, count);
  if (walk === state.walk) return state;
  const request = requestOf(walk);
  const waiting = say(
    { ...state, walk },
    { type: "later", timer: "patience", ms: ANSWER_MS, event: { type: "giveUp" } },
  );
  const asked = say(report(waiting), { type: "trigger", name: "nav", value: request });
  const next = data.ahead[request.place - place];
  if (!next) return asked;
  return load(
    { ...asked, left: asked.left || data.film_id },
    {
      ...data,
      ...next,
      ...{ edit: null, ahead: {}, linked: "", beside: data.beside && { maps: [], after: false } },
    },
  );
}

/** Show another film alone, one of those that were side by side. */
export function openFilm(state, { position: [place] }) {
  const alone = withSides({ ...state, look: { ...state.look, compare: "one" } });
  return report(stepFilm(alone, { step: place - state.data.position[0] }));
}

/** Send what is being viewed, where it has changed. */
export function report(state) {
  const { opacity, overlay, inverted, against, after, compare } = state.look;
  const layout = isLayout(compare) ? compare : "one";
  const view = { ...state.choice, opacity, overlay, inverted, against, after, layout };
  const reported = JSON.stringify(view);
  const still = say(state, { type: "cancel", timer: "report" });
  return reported === state.reported
    ? still
    : say({ ...still, reported }, { type: "state", name: "view", value: view });
}

/** Send it a little later: several choices in turn are one message. */
export function reportSoon(state) {
  return say(state, { type: "later", timer: "report", ms: REPORT_MS, event: { type: "report" } });
}

/** Have Python hear of annotations a little later, where an event changed what is drawn. */
export function tellSoon(before, state) {
  const same = before.annotations === state.annotations && before.data === state.data;
  if (same || !state.data) return state;
  const later = { type: "later", timer: "tell", ms: TELL_MS, event: { type: "tell" } };
  return { ...state, out: [later, ...state.out] };
}

/** Send the annotations of the film, where they are others than Python knows. */
function tell(state) {
  const { film_id: film } = state.data;
  const inks = JSON.stringify(toldInks(state));
  const known = state.told.film === film ? state.told.inks : "[]";
  if (inks === known) return state;
  const value = { film, inks: JSON.parse(inks) };
  return say({ ...state, told: { film, inks } }, { type: "state", name: "inks", value });
}

/** Ask once for the film in full size, where it is looked at more closely than what was sent. */
export function askDetail(state) {
  if (!state.data || state.detailed === state.data.film_id || !lacksDetail(state)) return state;
  const { film_id: detailed } = state.data;
  return say({ ...state, detailed }, { type: "state", name: "detail", value: detailed });
}

/** Ask what the models say of the film with the regions filled. */
export function sendRegions(state, now) {
  const shown = report({ ...state, asked: now, look: { ...state.look, after: true } });
  return say(shown, {
    type: "state",
    name: "edit",
    value: { film: state.data.film_id, regions: state.pen.regions },
  });
}

export const PYTHON_EVENTS = {
  ...{ received, loaded, linked, failed, giveUp, report, tell },
  film: stepFilm,
};
