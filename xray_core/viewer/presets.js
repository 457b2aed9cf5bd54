/* Presets: named windows of an 8-bit film, as shares of its greys. */

/** Name -> title, window and level, and what it is for. */
export const PRESETS = {
  full: { title: "Full", window: 1, level: 0.5, hint: "all greys of the film" },
  lungs: { title: "Lungs", window: 0.6, level: 0.35, hint: "the darker greys" },
  bones: {
    title: "Bones, mediastinum",
    window: 0.5,
    level: 0.7,
    hint: "the brighter greys",
  },
};

/** The name of the preset that is on; "" for a custom window. */
export function presetOf({ window, level }) {
  const same = ([, preset]) => preset.window === window && preset.level === level;
  return Object.entries(PRESETS).find(same)?.[0] ?? "";
}

/** The name of the preset after the one that is on; the first follows the last. */
export function nextPreset(look) {
  const names = Object.keys(PRESETS);
  return names[(names.indexOf(presetOf(look)) + 1) % names.length];
}
