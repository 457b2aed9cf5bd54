/* Detail: how many pixels of the film there are on the screen, in what was sent and in its file. */

import { showsAfter } from "./choices.js";
import { ENLARGES } from "./lens.js";
import { pixelScale } from "./stage.js";

/** The longer side of the picture that is seen, and of the film's file, in pixels. */
export function sizesOf(state) {
  const { width, height, block = 1 } = state.data;
  const whole = Math.max(width, height) * block;
  const { shown_px: shown = whole } = showsAfter(state) ? state.data.edit : state.data;
  return { shown, whole };
}

/** Whether the film is enlarged beyond the pixels that were sent, and Python has more of them. */
export function lacksDetail(state) {
  const { data, frame, look } = state;
  if (!data.full_px || showsAfter(state) || (frame.zoom === 1 && !look.lens)) return false;
  const { shown, whole } = sizesOf(state);
  const seen = pixelScale(state) * (look.lens ? ENLARGES : 1);
  return shown < Math.min(whole, data.full_px) && seen > shown / whole;
}
