/* Data as Python sends it, and a reducer that is fed several events. */

import { FIRST_STATE, reduce } from "../../xray_core/viewer/state.js";

export function map(label, probability, rest = {}) {
  return {
    run: "CNN",
    model: rest.run ?? "CNN",
    method: "Grad-CAM",
    label,
    title: label.toUpperCase(),
    colour: "#CC79A7",
    unit: "logit units",
    probability,
    height: 2,
    width: 2,
    evidence: [-1, 1, 2, 4],
    directed: true,
    signed: false,
    doubt: "",
    mark: "",
    ...rest,
  };
}

export function film(rest = {}) {
  return {
    view: {},
    answered: 0,
    film: "data:first",
    film_id: "first",
    height: 100,
    width: 100,
    alt: "A film",
    caption: "a.png",
    synthetic: false,
    position: [3, 9],
    zones: null,
    lesion: null,
    maps: [map("covid", 0.6), map("viral", 0.3, { evidence: [0, 3, 0, 0] }), map("normal", 0.1)],
    what_if: true,
    edit: null,
    ahead: {},
    stage_px: 500,
    opacity: 0.6,
    min_shown_probability: 0.1,
    zone_titles: ["right upper zone"],
    ...rest,
  };
}

/** All that the surroundings of the state do for it: films are loaded at once. */
export function after(state, ...events) {
  let next = state;
  const out = [];
  for (const event of events) {
    next = reduce(next, { now: 0, ...event });
    out.push(...next.out);
    for (const { data } of next.out.filter(({ type }) => type === "load")) {
      next = reduce(next, { type: "loaded", data, now: 0 });
    }
  }
  return { ...next, out };
}

export function shown(data = film(), ...events) {
  const size = { type: "resized", width: 200, height: 100 };
  return after(FIRST_STATE, size, { type: "received", data }, ...events);
}

export function sent(state, name) {
  return state.out.filter((message) => message.name === name).map(({ value }) => value);
}
