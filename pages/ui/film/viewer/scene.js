/* Scene: what is drawn on the stage and into downloads. Fifth of the parts of the viewer.
 *
 * A side is a map with its film; a pane is a rectangle of the stage that shows a side, or the part
 * of it that is not wiped away. All panes share one frame (zoom and pan).
 */

const HEAT_SIDE_PX = 256; // of an enlarged map: smooth enough to be stretched over any film
const MAX_ZOOM = 12;
const GAP_PX = 6; // between two films
const STACKED_PX = 520; // narrower stages have films under one another
const CONTOUR_SHARES = [0.25, 0.5, 0.75];
const OUTLINE_SHARE = 0.5; // of the maximum, where the dashed outline of a doubtful map runs
const DOUBT_COLOUR = "#E0B35A";
const CHANGED = "changed by what-if"; // the state of such a film, in words
const FILM_CHANGED = "Film changed by what-if: a marked region was filled";
const RESEARCH_ONLY = "Research only – not a diagnosis";

/** Dashes of the lines of a doubtful map; none for another. */
function dashOf(side, scale) {
  return side.map.doubt ? [6 * scale, 5 * scale] : [];
}

class Scene {
  constructor(root) {
    this.part = buildPage(root);
    this.data = null;
    this.look = { overlay: true, opacity: null, inverted: false, threshold: 0, contours: false, window: 1, level: 0.5, lungs: false, zones: false, lesion: false, against: "", compare: "one", split: 0.5, flipped: false, after: true };
    this.frame = { zoom: 1, x: 0, y: 0 };
    this.sides = [];
    this.places = null;
    this.pen = new Pen();
  }

  /** A map with all that is computed from it once. */
  makeSide(map, film, state = "") {
    return { map, film, state, verdict: judgeMap(map, this.data.min_shown_probability), field: null, heat: null, heatKey: "", lines: null };
  }

  /** Whether the map of a side is drawn. */
  shows(side) {
    return Boolean(side?.map) && this.look.overlay && !side.map.missing && !side.verdict.message;
  }

  fieldOf(side) {
    const grow = HEAT_SIDE_PX / Math.max(this.data.width, this.data.height);
    const size = (length) => Math.max(1, Math.round(length * grow));
    side.field ??= enlargeMap(side.map, size(this.data.width), size(this.data.height), side.verdict.peak);
    return side.field;
  }

  /** The rectangles of the stage, in CSS pixels, each with the side that it shows. */
  panes() {
    const { clientWidth: w, clientHeight: h } = this.part.stage;
    const [first, second] = this.sides;
    const pane = (x, y, width, height, side) => ({ x, y, w: width, h: height, side, clip: { x, y, w: width, h: height } });
    const { compare, split, flipped } = this.look;
    if (!second) return [pane(0, 0, w, h, first)];
    if (compare === "blink") return [pane(0, 0, w, h, flipped ? second : first)];
    if (compare === "swipe") {
      return [
        { ...pane(0, 0, w, h, first), clip: { x: 0, y: 0, w: split * w, h } },
        { ...pane(0, 0, w, h, second), clip: { x: split * w, y: 0, w: (1 - split) * w, h } },
      ];
    }
    if (this.stacked) {
      const half = (h - GAP_PX) / 2;
      return [pane(0, 0, w, half, first), pane(0, half + GAP_PX, w, half, second)];
    }
    const half = (w - GAP_PX) / 2;
    return [pane(0, 0, half, h, first), pane(half + GAP_PX, 0, half, h, second)];
  }

  /** Whether two films stand under one another. */
  get stacked() {
    return this.look.compare === "side" && this.part.stage.clientWidth < STACKED_PX;
  }

  paneAt(point) {
    const panes = this.panes();
    return panes.find(({ clip: { x, y, w, h } }) => point.x >= x && point.y >= y && point.x < x + w && point.y < y + h) ?? panes[0];
  }

  /** Where the film lies in a pane, in CSS pixels of the stage; keeps it from leaving the pane. */
  place(pane) {
    const scale = Math.min(pane.w / this.data.width, pane.h / this.data.height) * this.frame.zoom;
    const [w, h] = [this.data.width * scale, this.data.height * scale];
    const clamp = (pan, room) => Math.min(Math.max(0, room), Math.max(-Math.max(0, room), pan));
    this.frame.x = clamp(this.frame.x, (w - pane.w) / 2);
    this.frame.y = clamp(this.frame.y, (h - pane.h) / 2);
    return { x: pane.x + (pane.w - w) / 2 + this.frame.x, y: pane.y + (pane.h - h) / 2 + this.frame.y, w, h, scale };
  }

  /** A point of the stage as shares [x, y] of the film; they lie outside [0, 1] beside it. */
  onFilm(point, pane = this.paneAt(point)) {
    const { x, y, w, h } = this.place(pane);
    return [(point.x - x) / w, (point.y - y) / h];
  }

  /* Painting */

  draw() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null;
      if (this.sides[0]?.film) this.paint();
    });
  }

  paint() {
    const start = performance.now();
    const { canvas, root, stage, zoomText } = this.part;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(stage.clientWidth * ratio), Math.round(stage.clientHeight * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    context.fillStyle = "#000";
    context.fillRect(0, 0, width, height);
    this.paintPanes(context, ratio, { x: 0, y: 0 });
    this.placeTags();
    zoomText.textContent = `${Math.round(100 * this.frame.zoom)} %`;
    stage.classList.toggle("zoomed", this.frame.zoom > 1);
    stage.classList.toggle("drawing", Boolean(this.pen.mode));
    root.dataset.ready = "true";
    canvas.dataset.redrawMs = (performance.now() - start).toFixed(1);
  }

  /** All panes, enlarged by `scale` about a corner of the stage; the screen and downloads use it. */
  paintPanes(context, scale, corner) {
    for (const pane of this.panes()) {
      const left = (x) => (x - corner.x) * scale;
      const top = (y) => (y - corner.y) * scale;
      const { x, y, w, h } = this.place(pane);
      context.save();
      context.beginPath();
      context.rect(left(pane.clip.x), top(pane.clip.y), pane.clip.w * scale, pane.clip.h * scale);
      context.clip();
      this.paintSide(context, pane.side, { x: left(x), y: top(y), w: w * scale, h: h * scale }, scale);
      context.restore();
    }
  }

  /** The film, its map over it where that may be shown, and the layers. */
  paintSide(context, side, box, scale) {
    const { look } = this;
    context.imageSmoothingQuality = "high";
    context.drawImage(side.film.picture(look), box.x, box.y, box.w, box.h);
    if (this.shows(side)) {
      context.globalAlpha = look.opacity;
      if (look.contours) this.paintContours(context, side, box, scale);
      else this.paintHeat(context, side, box, scale);
      context.globalAlpha = 1;
    }
    this.paintLayers(context, box, scale);
    this.pen.paint(context, box, scale);
  }

  /** The colours of a map; one that is doubtful has a dashed outline, which hides no lung. */
  paintHeat(context, side, box, scale) {
    context.drawImage(this.heatOf(side), box.x, box.y, box.w, box.h);
    if (!side.map.doubt) return;
    const signs = isSigned(side.map) ? [1, -1] : [1];
    side.outlines ??= signs.map((sign) => contourLines(this.fieldOf(side), sign * OUTLINE_SHARE * side.verdict.peak));
    for (const path of side.outlines) strokeLines(context, path, box, DOUBT_COLOUR, 1.4 * scale, dashOf(side, scale));
  }

  /** The names of the two maps in the corners of what shows them, and the divider. */
  placeTags() {
    const { tags, divider, flip, stage } = this.part;
    const panes = this.sides.length > 1 ? this.panes() : [];
    tags.forEach((tag, index) => {
      const pane = panes.find(({ side }) => side === this.sides[index]);
      tag.hidden = !pane;
      if (!pane) return;
      const { x, y, w } = pane.clip;
      const right = this.look.compare === "swipe" && index === 1;
      Object.assign(tag.style, { left: right ? "" : `${x + 8}px`, right: right ? "8px" : "", top: `${y + 8}px`, maxWidth: `${Math.max(0, w - 16)}px` });
    });
    divider.hidden = !panes.length || this.look.compare !== "swipe";
    divider.style.left = `${this.look.split * stage.clientWidth}px`;
    divider.setAttribute("aria-valuenow", String(Math.round(100 * this.look.split)));
    flip.hidden = !panes.length || this.look.compare !== "blink";
  }

  heatOf(side) {
    const looks = { peak: side.verdict.peak, probability: side.map.probability, threshold: this.look.threshold, signed: isSigned(side.map) };
    const key = JSON.stringify(looks);
    if (side.heatKey !== key) Object.assign(side, { heat: heatCanvas(this.fieldOf(side), looks), heatKey: key });
    return side.heat;
  }

  /** Lines at fixed shares of the maximum; like colour, a class that is unlikely has faint ones. */
  paintContours(context, side, box, scale) {
    const { peak } = side.verdict;
    const signs = isSigned(side.map) ? [1, -1] : [1];
    side.lines ??= signs.flatMap((sign) => CONTOUR_SHARES.map((share) => ({ share, sign, path: contourLines(this.fieldOf(side), sign * share * peak) })));
    const colours = isSigned(side.map) ? { 1: "#FFA24D", "-1": "#6CBEFF" } : null;
    context.globalAlpha = Math.min(1, this.look.opacity * 1.5) * Math.min(1, 2 * side.map.probability);
    for (const { share, sign, path } of side.lines) {
      if (share < this.look.threshold) continue;
      const row = 3 * Math.round(255 * (0.45 + 0.7 * (share - 0.25)));
      const colour = colours?.[sign] ?? `rgb(${INFERNO.subarray(row, row + 3).join()})`;
      strokeLines(context, path, box, colour, scale * (0.9 + 1.6 * share), dashOf(side, scale));
    }
  }

  paintLayers(context, box, scale) {
    const { look, places } = this;
    const styles = { zones: ["#C9D1DB", 1], lungs: ["#3FD0C2", 1.6], lesion: ["#F0E442", 2.4] };
    for (const [layer, [colour, width]] of Object.entries(styles)) {
      if (!look[layer] || !places?.has(layer)) continue;
      for (const path of places.outlines(layer)) strokeLines(context, path, box, colour, width * scale);
    }
    if (look.zones && places?.has("zones")) {
      context.font = `600 ${12 * scale}px ${getComputedStyle(this.part.root).fontFamily}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.lineWidth = 3 * scale;
      context.strokeStyle = "rgb(0 0 0 / 70%)";
      context.fillStyle = "#E6EAF0";
      places.centres().forEach(([x, y], index) => {
        const words = places.titles[index].replace(" zone", "");
        context.strokeText(words, box.x + x * box.w, box.y + y * box.h);
        context.fillText(words, box.x + x * box.w, box.y + y * box.h);
      });
      context.textBaseline = "alphabetic";
    }
  }

  /* Size and zoom */

  resize() {
    const { root, stage } = this.part;
    if (!this.data) return;
    const two = this.sides.length > 1 && this.look.compare === "side";
    const natural = (stage.clientWidth / (two && !this.stacked ? 2 : 1)) * (this.data.height / this.data.width);
    const height = Math.min(this.data.stage_px, Math.max(240, natural)) * (two && this.stacked ? 1.7 : 1);
    if (!root.matches(":fullscreen")) stage.style.height = `${Math.round(height)}px`;
    this.draw();
  }

  zoomBy(factor, point) {
    const pane = point ? this.paneAt(point) : null;
    const zoom = Math.min(MAX_ZOOM, Math.max(1, this.frame.zoom * factor));
    const grow = zoom / this.frame.zoom;
    const [px, py] = point ? [point.x - pane.x - pane.w / 2, point.y - pane.y - pane.h / 2] : [0, 0];
    this.frame = { zoom, x: px + (this.frame.x - px) * grow, y: py + (this.frame.y - py) * grow };
    this.draw();
  }

  /* Download */

  /** The visible part of the films with their legends, 1000 px wide, as a PNG file. */
  download() {
    const boxes = this.panes().map((pane) => {
      const { x, y, w, h } = this.place(pane);
      const { clip } = pane;
      return [Math.max(clip.x, x), Math.max(clip.y, y), Math.min(clip.x + clip.w, x + w), Math.min(clip.y + clip.h, y + h)];
    });
    const [left, top] = [0, 1].map((k) => Math.min(...boxes.map((box) => box[k])));
    const [right, bottom] = [2, 3].map((k) => Math.max(...boxes.map((box) => box[k])));
    const scale = Math.min(1000 / (right - left), 2000 / (bottom - top));
    const filmHeight = Math.round((bottom - top) * scale);
    const filmWidth = Math.round((right - left) * scale);
    const canvas = makeCanvas(1000, filmHeight + 96 + 100 * this.sides.length);
    const context = canvas.getContext("2d");
    context.fillStyle = "#000";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.save();
    context.translate(Math.round((1000 - filmWidth) / 2), 0);
    context.beginPath();
    context.rect(0, 0, filmWidth, filmHeight);
    context.clip();
    this.paintPanes(context, scale, { x: left, y: top });
    context.restore();
    this.paintLegends(context, filmHeight);
    const link = make("a", { href: canvas.toDataURL("image/png"), download: this.fileName() });
    link.click();
  }

  paintLegends(context, top) {
    const { data, part } = this;
    const font = getComputedStyle(part.root).fontFamily;
    const write = (text, x, y, { size = 19, weight = 400, colour = "#8B95A3", align = "left" } = {}) => {
      context.font = `${weight} ${size}px ${font}`;
      context.fillStyle = colour;
      context.textAlign = align;
      context.fillText(text, x, y, align === "right" ? 400 : 560);
    };
    write(data.caption, 968, top + 50, { colour: "#E6EAF0", align: "right" });
    write(data.synthetic ? "Synthetic film" : "", 968, top + 82, { colour: "#E0A63A", align: "right" });
    this.sides.forEach((side, index) => {
      const { map, verdict } = side;
      const y = top + 100 * index;
      if (!map) return;
      context.fillStyle = map.colour;
      context.beginPath();
      context.arc(38, y + 42, 7, 0, 2 * Math.PI);
      context.fill();
      write(`${this.letterOf(side)}${map.title}  ${shortNumber(map.probability)}`, 58, y + 50, { size: 24, weight: 600, colour: "#E6EAF0" });
      write([map.method, map.run, side.state, this.shows(side) && map.mark].filter(Boolean).join(" · "), 32, y + 80);
      if (!this.shows(side)) {
        write(this.messageOf(side), 32, y + 106, { size: 17 });
        return;
      }
      const looks = { probability: map.probability, threshold: this.look.threshold, signed: isSigned(map) };
      context.drawImage(drawColourBar(makeCanvas(256, 1), looks), 36, y + 94, 252, 10);
      for (const [text, share, align] of this.ticksOf(side)) write(text, 36 + 252 * share, y + 122, { size: 15, align });
      write(this.messageOf(side), 330, y + 106, { size: 15 });
    });
    if (this.showsChange) write(FILM_CHANGED, 32, top + 72 + 100 * this.sides.length, { colour: DOUBT_COLOUR });
    write(RESEARCH_ONLY, 968, top + 72 + 100 * this.sides.length, { align: "right" });
  }

  /** Whether any film that is shown was changed by a what-if. */
  get showsChange() {
    const { edit } = this.data;
    const holds = ({ film, map }) => film === this.films.get(edit.film) || [map?.alone, map?.against].join().includes(CHANGED);
    return Boolean(edit) && this.sides.some(holds);
  }

  /** "A: " or "B: " where two maps are compared. */
  letterOf(side) {
    return this.sides.length > 1 ? `${"AB"[this.sides.indexOf(side)]}: ` : "";
  }

  /** What stands under the colour bar: [text, place as a share of its length, align]. */
  ticksOf({ map: { probability, ...map }, verdict }) {
    const peak = shortValue(verdict.peak);
    if (!isSigned(map)) return [["0", 0, "center"], [peak, probability, probability < 0.2 ? "left" : "center"]];
    const [before, after] = probability < 0.5 ? ["right", "left"] : ["center", "center"];
    return [[`−${peak}`, 0.5 - probability / 2, before], ["0", 0.5, "center"], [`+${peak}`, 0.5 + probability / 2, after]];
  }

  fileName() {
    const [{ map }] = this.sides;
    const shown = this.shows(this.sides[0]) ? [map.label, map.method, map.run] : [];
    const words = ["thoraxlens", this.showsChange ? "what-if" : "", this.data.caption, ...shown].join(" ");
    return `${words.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 120)}.png`;
  }
}
