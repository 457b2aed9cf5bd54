/* Turning: a film seen turned by quarters, clockwise. Shares of the film stay those of the film. */

const CLOCKWISE = ["ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft"];

/** Where a point of the film is seen; both are shares [x, y], of the film and of what is seen. */
export function seenPoint([x, y], turn) {
  return [
    [x, y],
    [1 - y, x],
    [1 - x, 1 - y],
    [y, 1 - x],
  ][turn];
}

/** The point of the film that is seen there. */
export function filmPoint(seen, turn) {
  return seenPoint(seen, (4 - turn) % 4);
}

/** Width and height of a film as it is seen. */
export function seenSize({ width, height }, turn) {
  return turn % 2 ? [height, width] : [width, height];
}

/** The arrow key along the film for one along the screen. */
export function keyOnFilm(key, turn) {
  return CLOCKWISE[(CLOCKWISE.indexOf(key) + 4 - turn) % 4];
}

/** Turn a canvas about a film that is seen at (x, y, w, h); gives where the film lies then. */
export function turnCanvas(context, { x, y, w, h }, turn) {
  if (!turn) return { x, y, w, h };
  context.translate(x + w / 2, y + h / 2);
  context.rotate((turn * Math.PI) / 2);
  const [width, height] = turn % 2 ? [h, w] : [w, h];
  return { x: -width / 2, y: -height / 2, w: width, h: height };
}

/** Draw about a point of a turned canvas as on one that is upright. */
export function drawUpright(context, [x, y], turn, draw) {
  context.save();
  context.translate(x, y);
  context.rotate((-turn * Math.PI) / 2);
  draw();
  context.restore();
}
