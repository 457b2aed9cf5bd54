/* Lines of equal value over a film. */

/** Lines of equal value by marching squares: x1, y1, x2, y2 ... as shares of the field's sides. */
export function contourLines({ width, height, values }, level) {
  const lines = [];
  for (let y = 0; y < height - 1; y += 1) {
    for (let x = 0; x < width - 1; x += 1) {
      const at = y * width + x;
      const up = values[at] > level;
      const flat =
        up === values[at + 1] > level &&
        up === values[at + width] > level &&
        up === values[at + width + 1] > level;
      if (flat) continue; // most squares: nothing is made for them
      for (const [px, py] of crossings(values, width, at, level)) {
        lines.push((x + px + 0.5) / width, (y + py + 0.5) / height);
      }
    }
  }
  return lines;
}

/** Where a level crosses the top, right, bottom and left side of a square, from its corner. */
function crossings(values, width, at, level) {
  const corners = [values[at], values[at + 1], values[at + width + 1], values[at + width]];
  const [a, b, c, d] = corners;
  const [up, right, down, left] = corners.map((value) => value > level);
  const cross = (from, to) => (level - from) / (to - from);
  const crossed = [];
  if (up !== right) crossed.push([cross(a, b), 0]);
  if (right !== down) crossed.push([1, cross(b, c)]);
  if (left !== down) crossed.push([cross(d, c), 1]);
  if (up !== left) crossed.push([0, cross(a, d)]);
  return crossed;
}

/** Pieces of `contourLines` joined at their ends, so that dashes run along them: [x, y, x, y ...] each. */
export function joinLines(lines) {
  const ends = new Map(); // where a piece ends -> the ends that lie there, as places in `lines`
  const key = (end) => `${lines[end]} ${lines[end + 1]}`;
  for (let end = 0; end < lines.length; end += 2)
    ends.set(key(end), [...(ends.get(key(end)) ?? []), end]);
  const used = new Set();
  const paths = [];
  for (let start = 0; start < lines.length; start += 4) {
    if (used.has(start)) continue;
    const path = [lines[start], lines[start + 1]];
    for (let end = start + 2; end !== undefined;) {
      path.push(lines[end], lines[end + 1]);
      used.add(end - (end % 4));
      const next = ends.get(key(end)).find((other) => !used.has(other - (other % 4)));
      end = next === undefined ? undefined : next ^ 2; // the other end of the piece
    }
    paths.push(path);
  }
  return paths;
}

/** Draw lines of `contourLines` over a film that lies at (x, y, w, h), on a dark rim. */
export function strokeLines(context, lines, { x, y, w, h }, colour, width, dash = []) {
  context.beginPath();
  const paths = dash.length
    ? joinLines(lines)
    : Array.from({ length: lines.length / 4 }, (_, i) => lines.slice(4 * i, 4 * i + 4));
  for (const path of paths) {
    for (let i = 0; i < path.length; i += 2)
      context[i ? "lineTo" : "moveTo"](x + path[i] * w, y + path[i + 1] * h);
  }
  context.lineCap = dash.length ? "butt" : "round";
  context.setLineDash(dash);
  for (const [style, extra] of [
    ["rgb(0 0 0 / 55%)", 2],
    [colour, 0],
  ]) {
    context.strokeStyle = style;
    context.lineWidth = width + extra;
    context.stroke();
  }
  context.setLineDash([]);
}
