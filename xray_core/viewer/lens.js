/* Lens: the part of the stage under the pointer, enlarged, in a circle. */

export const ENLARGES = 2.5;
const RADIUS_PX = 96;
const LIFT_PX = 120; // above a finger, which hides what is under it

/** Draw the lens over a painted stage; `at` is {x, y, touch}, `ratio` as for `Painter.paint`. */
export function paintLens(context, painter, state, ratio, at) {
  const middle = at.touch ? { x: at.x, y: Math.max(RADIUS_PX, at.y - LIFT_PX) } : at;
  const corner = { x: at.x - middle.x / ENLARGES, y: at.y - middle.y / ENLARGES };
  const circle = new Path2D();
  circle.arc(middle.x * ratio, middle.y * ratio, RADIUS_PX * ratio, 0, 2 * Math.PI);
  context.save();
  context.clip(circle);
  context.fillStyle = "#000";
  context.fill(circle);
  painter.paintPanes(context, state, ratio * ENLARGES, corner);
  context.restore();
  context.setLineDash([]);
  context.strokeStyle = "#3FD0C2";
  context.lineWidth = 2 * ratio;
  context.stroke(circle);
}
