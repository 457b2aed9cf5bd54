/* The panel of help: keys, the mouse, what the colours mean. */

import { iconButton, make } from "./elements.js";

export const HELP = [
  ["← →", "previous, next film"],
  ["↑ ↓", "class"],
  ["O", "overlay on or off"],
  ["C", "contour lines instead of colour"],
  ["L Z T", "lungs, six zones, true finding"],
  ["1 2 3", "one film; film and map; the class by every model"],
  ["4 5", "one model by several methods; several films: a click opens one"],
  ["S W X", "two maps side by side; with a divider; their difference"],
  ["Space", "alternate between two maps; before and after a what-if"],
  ["D", "fill a box and run again: arrows move it, with Shift they resize it, Enter fills it"],
  ["R A N", "draw a ruler, an arrow or a note: arrow keys and Shift as for a box"],
  ["U Delete", "undo what was drawn last; delete what was clicked on"],
  ["I V", "negative; next window: full, lungs, bones and mediastinum"],
  ["+ − 0", "zoom in, out, whole film"],
  ["P", "one pixel of the film's file on one of the screen, 100 %"],
  ["G", "magnifier under the pointer"],
  ["9", "turn by 90°; names of sides and zones stay those of the film"],
  ["M", "more controls"],
  ["F", "full screen"],
  ["K", "copy a link to this view, on Explain"],
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
      "Wheel or pinch to zoom, drag to move. Drag with the right button for window (sideways) and level (up and down). Double-click to show the whole film in its original greys.",
    ),
    make(
      "p",
      {},
      "Colour is the map's value divided by its own maximum, times the probability of the class. Bright areas are where the network finds its evidence; they do not outline disease.",
    ),
    make(
      "p",
      {},
      "One class against another: orange supports the first, blue the second. The difference of two maps uses the same colours.",
    ),
    make(
      "p",
      {},
      "A badge and a dashed outline mark a map that is doubtful, or of a model that is not sure; the reason is given below the film and beside it.",
    ),
  );
}
