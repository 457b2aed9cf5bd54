/* The panel of help: keys, the mouse, what the colours mean. */

import { iconButton, make } from "./elements.js";

export const HELP = [
  ["← →", "previous, next film"],
  ["↑ ↓", "class"],
  ["O", "overlay on or off"],
  ["C", "contour lines instead of colour"],
  ["L Z T", "lungs, six zones, true finding"],
  ["S W X", "two maps side by side; with a divider; their difference"],
  ["Space", "two maps in turn; before and after a what-if"],
  ["D", "fill a box and ask again: arrows move it, with Shift they resize it, Enter fills it"],
  ["U", "take the last box back"],
  ["I", "negative"],
  ["+ − 0", "zoom in, out, whole film"],
  ["M", "more controls"],
  ["F", "full screen"],
  ["?", "this panel"],
];

export function buildHelp() {
  return make(
    "div",
    { className: "help", role: "dialog", "aria-label": "Help", hidden: true },
    iconButton("help", "Close help", "close"),
    make("dl", {}, ...HELP.flatMap(([keys, text]) => [make("dt", {}, keys), make("dd", {}, text)])),
    make(
      "p",
      {},
      "Wheel or pinch to zoom, drag to move. Drag with the right button for window (sideways) and level (up and down). Double click: the whole film in its own greys.",
    ),
    make(
      "p",
      {},
      "Colour is the map's value divided by its own maximum, times the probability of the class. Bright means: the network leans on this place. It is not an outline of disease.",
    ),
    make(
      "p",
      {},
      "A class against another: orange speaks for the first, blue for the second. So does the difference of two maps.",
    ),
    make(
      "p",
      {},
      "A badge and a dashed outline mark a map that is doubtful, or of a model that is not sure: why stands under the film and beside it.",
    ),
  );
}
