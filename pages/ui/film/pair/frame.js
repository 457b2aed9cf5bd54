/* Frame: what of a film is seen, for films of any size. `x` and `y` are the point of the film, as
 * shares of it, that lies in the middle of its pane; `zoom` 1 shows all of the film.
 */

import { clamp } from "../../../../xray_core/viewer/numbers.js";

const MAX_ZOOM = 12;

export const WHOLE = Object.freeze({ zoom: 1, x: 0.5, y: 0.5 });

/** The rectangle of the whole film at zoom 1 in a pane: {w, h}. */
export function fitted(film, pane) {
  const scale = Math.min(pane.w / film.w, pane.h / film.h);
  return { w: film.w * scale, h: film.h * scale };
}

/** A frame that shows no more beside the film than zoom 1 does. */
export function kept({ zoom, x, y }) {
  const bounded = clamp(zoom, 1, MAX_ZOOM);
  const least = 0.5 / bounded;
  return { zoom: bounded, x: clamp(x, least, 1 - least), y: clamp(y, least, 1 - least) };
}

/** Zoom so that a point stays where it is: `[dx, dy]` from the middle of the pane, as shares of the
 * film at zoom 1. */
export function zoomed(frame, factor, [dx, dy] = [0, 0]) {
  const zoom = clamp(frame.zoom * factor, 1, MAX_ZOOM);
  const shift = 1 / frame.zoom - 1 / zoom;
  return kept({ zoom, x: frame.x + dx * shift, y: frame.y + dy * shift });
}

/** Drag by shares of the film at zoom 1. */
export function moved(frame, [dx, dy]) {
  return kept({ ...frame, x: frame.x - dx / frame.zoom, y: frame.y - dy / frame.zoom });
}

/** Slope and intercept of grey levels in [0, 1] that show `window` around `level`. */
export function greysOf({ window, level, inverted }) {
  const slope = 1 / window;
  const intercept = 0.5 - level / window;
  return inverted ? [-slope, 1 - intercept] : [slope, intercept];
}
