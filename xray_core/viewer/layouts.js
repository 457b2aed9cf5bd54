/* Layouts: what is shown side by side, with one zoom and one window; a key each.
 *
 * A side is as in `choices.js`; `note` says why it has no map. Of another film it holds that `of`
 * film, its size and its place in the list.
 */

export const LAYOUTS = {
  one: { title: "One film", hint: "the film with its map" },
  film: { title: "Film and map", hint: "the film alone beside it" },
  models: { title: "Models", hint: "the same class by every chosen model" },
  methods: { title: "Methods", hint: "one model by several methods" },
  sheet: { title: "Films", hint: "several films by every model, each with its likeliest class" },
};

/** Why a layout shows no more than one film. */
export const ALONE = {
  film: "There is no map to be shown beside the film",
  models: "Choose more models to see them side by side",
  methods: "Maps by other methods are being made",
  sheet: "More films are being fetched",
};

export function isLayout(name) {
  return Object.hasOwn(LAYOUTS, name);
}

/** Whether Python makes what the layout shows. */
export function isOffered({ beside, sheet }, name) {
  return { methods: Boolean(beside), sheet: Boolean(sheet) }[name] ?? true;
}

/** The sides of the layout `compare`, made of the maps that are `shown`; none for any other way to
 *  compare. `side` makes a side of a map, or of none. */
export function layoutSides(view, side) {
  const { data, map, compare, shown } = view;
  if (!map) return [];
  if (compare === "film") return [{ ...side(null), note: "Film" }, side(map)];
  if (compare === "models") return modelSides(map, shown, side);
  if (compare === "methods") return [map, ...otherMethods(view)].map(side);
  return compare === "sheet" ? (data.sheet ?? []).flatMap((of) => filmSides(of, side)) : [];
}

/** The class of a map by every model, in the order of the models. */
function modelSides(map, shown, side) {
  const runs = [...new Set(shown.map(({ run }) => run))];
  return runs.map((run) => {
    if (run === map.run) return side(map);
    const own = shown.filter((item) => item.run === run);
    const same = own.find(({ label }) => label === map.label);
    const note = `${own[0].model}: ${map.title} is not one of its classes`;
    return same ? side(same) : { ...side(null), note };
  });
}

/** Maps of the same model and class by other methods, once Python has sent them. */
function otherMethods({ data: { beside }, map, after }) {
  const same = ({ run, label, method }) =>
    run === map.run && label === map.label && method !== map.method;
  return beside && beside.after === after ? beside.maps.filter(same) : [];
}

/** What every model makes of another film. */
function filmSides(of, side) {
  return of.maps.map((map) => ({ ...side(map), film: of.film, state: "", of }));
}
