/* Film: its greys by window and level, and lines over it. Second of the parts of the viewer.
 *
 * Window and level are shares of the film's greys: the level is shown as mid-grey, the window is
 * the range from black to white.
 */

const LEAST_WINDOW = 0.05;

/** What each of 256 greys becomes. */
function greyTable({ window, level, inverted }) {
  return Uint8ClampedArray.from({ length: 256 }, (_, grey) => {
    const shown = Math.min(1, Math.max(0, (grey / 255 - level) / window + 0.5));
    return 255 * (inverted ? 1 - shown : shown);
  });
}

/** One film; gives it in the greys that are asked for. */
class FilmGreys {
  constructor(image) {
    this.image = image;
    this.canvas = null;
    this.drawn = "";
  }

  picture(look) {
    const wanted = `${look.window} ${look.level} ${look.inverted}`;
    if (wanted === "1 0.5 false") return this.image;
    if (wanted === this.drawn) return this.canvas;
    this.canvas ??= makeCanvas(this.image.naturalWidth, this.image.naturalHeight);
    const { width, height } = this.canvas;
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    if (!this.source) {
      context.drawImage(this.image, 0, 0);
      this.source = Uint8Array.from({ length: width * height }, ((data) => (_, i) => data[4 * i])(context.getImageData(0, 0, width, height).data));
    }
    const packed = Uint32Array.from(greyTable(look), (grey) => ((255 << 24) | (grey << 16) | (grey << 8) | grey) >>> 0);
    const image = context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < pixels.length; i += 1) pixels[i] = packed[this.source[i]];
    context.putImageData(image, 0, 0);
    this.drawn = wanted;
    return this.canvas;
  }
}

/** Lines of equal value by marching squares: x1, y1, x2, y2 ... as shares of the field's sides. */
function contourLines({ width, height, values }, level) {
  const lines = [];
  const cross = (a, b) => (level - a) / (b - a);
  for (let y = 0; y < height - 1; y += 1) {
    for (let x = 0; x < width - 1; x += 1) {
      const at = y * width + x;
      const [a, b, c, d] = [values[at], values[at + 1], values[at + width + 1], values[at + width]];
      const [up, right, down, left] = [a > level, b > level, c > level, d > level];
      if (up === right && right === down && down === left) continue;
      const crossed = []; // along the top, right, bottom and left side of the square
      if (up !== right) crossed.push([x + cross(a, b), y]);
      if (right !== down) crossed.push([x + 1, y + cross(b, c)]);
      if (left !== down) crossed.push([x + cross(d, c), y + 1]);
      if (up !== left) crossed.push([x, y + cross(a, d)]);
      for (const [px, py] of crossed) lines.push((px + 0.5) / width, (py + 0.5) / height);
    }
  }
  return lines;
}

/** Pieces of `contourLines` joined at their ends, so that dashes run along them: [x, y, x, y ...] each. */
function joinLines(lines) {
  const ends = new Map(); // where a piece ends -> the ends that lie there, as places in `lines`
  const key = (end) => `${lines[end]} ${lines[end + 1]}`;
  for (let end = 0; end < lines.length; end += 2) ends.set(key(end), [...(ends.get(key(end)) ?? []), end]);
  const used = new Set();
  const paths = [];
  for (let start = 0; start < lines.length; start += 4) {
    if (used.has(start)) continue;
    const path = [lines[start], lines[start + 1]];
    for (let end = start + 2; end !== undefined; ) {
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
function strokeLines(context, lines, { x, y, w, h }, colour, width, dash = []) {
  context.beginPath();
  const paths = dash.length ? joinLines(lines) : Array.from({ length: lines.length / 4 }, (_, i) => lines.slice(4 * i, 4 * i + 4));
  for (const path of paths) {
    for (let i = 0; i < path.length; i += 2) context[i ? "lineTo" : "moveTo"](x + path[i] * w, y + path[i + 1] * h);
  }
  context.lineCap = dash.length ? "butt" : "round";
  context.setLineDash(dash);
  for (const [style, extra] of [["rgb(0 0 0 / 55%)", 2], [colour, 0]]) {
    context.strokeStyle = style;
    context.lineWidth = width + extra;
    context.stroke();
  }
  context.setLineDash([]);
}

/** Cells from their run lengths: [value, count, value, count ...]. */
function decodeRuns({ runs, width, height }) {
  const cells = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < runs.length; i += 2) {
    cells.fill(runs[i], at, at + runs[i + 1]);
    at += runs[i + 1];
  }
  return { width, height, cells };
}

/** The outline of the cells that pass a test, smoothed twice over 3 x 3 cells. */
function outline({ width, height, cells }, test) {
  let values = Float32Array.from(cells, (cell) => (test(cell) ? 1 : 0));
  for (let round = 0; round < 2; round += 1) {
    values = values.map((_, at) => {
      let sum = 0;
      for (let dy = -1; dy <= 1; dy += 1) {
        for (let dx = -1; dx <= 1; dx += 1) {
          const x = Math.min(width - 1, Math.max(0, (at % width) + dx));
          const y = Math.min(height - 1, Math.max(0, Math.floor(at / width) + dy));
          sum += values[y * width + x];
        }
      }
      return sum / 9;
    });
  }
  return contourLines({ width, height, values }, 0.5);
}

/** What is known of the places on a film: lungs, six zones, the true finding, where it is known. */
class Places {
  constructor({ zones, lesion, zone_titles: titles }) {
    this.titles = titles;
    this.zones = zones && decodeRuns(zones);
    this.lesion = lesion && decodeRuns(lesion);
    this.lines = {};
  }

  has(layer) {
    return Boolean(layer === "lesion" ? this.lesion : this.zones);
  }

  outlines(layer) {
    this.lines[layer] ??= {
      lungs: () => [outline(this.zones, (cell) => cell > 0)],
      zones: () => this.titles.map((_, index) => outline(this.zones, (cell) => cell === index + 1)),
      lesion: () => [outline(this.lesion, (cell) => cell > 0)],
    }[layer]();
    return this.lines[layer];
  }

  /** Middle of each zone, as shares of the film. */
  centres() {
    const { width, cells, height } = this.zones;
    const sums = this.titles.map(() => [0, 0, 0]);
    cells.forEach((cell, at) => {
      if (!cell) return;
      const sum = sums[cell - 1];
      sum[0] += at % width;
      sum[1] += Math.floor(at / width);
      sum[2] += 1;
    });
    return sums.map(([x, y, n]) => [(x / n + 0.5) / width, (y / n + 0.5) / height]);
  }

  /** A point in words: sides are the patient's, whose right is the viewer's left. */
  name(x, y) {
    if (this.zones) {
      const { width, height, cells } = this.zones;
      const cell = cells[Math.min(height - 1, Math.floor(y * height)) * width + Math.min(width - 1, Math.floor(x * width))];
      return cell ? this.titles[cell - 1] : "outside the lungs";
    }
    const third = (share) => Math.min(2, Math.floor(3 * share));
    const row = ["upper ", "", "lower "][third(y)];
    const column = ["left", "", "right"][third(x)];
    return column ? `viewer's ${row}${column}` : `${row}centre`;
  }
}
