/* Film: one viewer, which goes from slide to slide, and small panes of every model's answer. */

import { NO_INK, withSentInks } from "../../../viewer/annotations.js";
import { decodeTables, heatCanvas } from "../../../viewer/colours.js";
import { contourLines, strokeLines } from "../../../viewer/contours.js";
import { make, makeCanvas } from "../../../viewer/elements.js";
import { paintInks } from "../../../viewer/inks.js";
import { enlargeMap, isSigned, judgeMap, withValues } from "../../../viewer/maps.js";
import { WHOLE_FILM } from "../../../viewer/stage.js";
import { Viewer } from "../../../viewer/viewer.js";

const PANE_PX = 640;
const CONTOUR_SHARE = 0.5;
const OPACITY = 0.75;
const INK_SCALE = 2; // panes are seen smaller than they are drawn
const CONTROLS_PX = 215; // above and below the film, until the viewer has been measured
const LEAST_STAGE_PX = 220;
const HOST = { setStateValue: () => {}, setTriggerValue: () => {} };

export class FilmSlides {
  /** `common` is what all films share: colours, opacity and the like. */
  constructor(common) {
    this.common = common;
    this.tables = decodeTables(common.colours);
    this.root = make("div", { className: "viewer" });
    this.viewer = null;
    this.data = null; // of the film that is shown
    this.given = 0; // pixels of controls that the film was fitted to
    const sizes = new ResizeObserver(() => this.#controls() !== this.given && this.fit());
    sizes.observe(this.root); // other maps have other controls
  }

  /** Bring the viewer to a slide; class, opacity and window stay as they are.
   *
   * `seen` says whether maps, and the label in the caption, may be seen. */
  show(holder, seen) {
    this.drawPanes(holder);
    holder.querySelector(".closer").append(this.root);
    this.viewer ??= new Viewer(this.root);
    const data = filmOf(holder);
    if (!seen.maps) data.maps = [];
    if (!seen.label) Object.assign(data, { alt: "Chest film", caption: "" });
    this.data = { ...this.common, ...data };
    this.fit();
  }

  /** Give the film the height that the slide leaves. */
  fit() {
    if (!this.data || !this.root.parentElement) return;
    this.given = this.#controls();
    const stagePx = Math.max(LEAST_STAGE_PX, this.root.parentElement.clientHeight - this.given);
    this.viewer.update({ ...this.data, stage_px: stagePx }, HOST);
  }

  #controls() {
    const { stage } = this.viewer?.part ?? { stage: {} };
    const measured = stage.clientHeight ? this.root.offsetHeight - stage.clientHeight : 0;
    return measured > 0 ? measured : CONTROLS_PX;
  }

  /** The map of every model for its own answer over the film, once. */
  drawPanes(holder) {
    if (holder.dataset.drawn) return;
    const data = filmOf(holder);
    const image = holder.querySelector("img");
    const panes = [...holder.querySelectorAll(".pane[data-run]")];
    if (!image.complete) {
      image.addEventListener("load", () => this.drawPanes(holder), { once: true });
      return;
    }
    panes.forEach((pane) => {
      const map = data.maps.find(
        ({ run, label }) => run === pane.dataset.run && label === pane.dataset.label,
      );
      pane.prepend(this.#pane(image, data, withValues(map)));
      pane.addEventListener("click", () => this.#choose(map));
    });
    const alone = this.#pane(image, data);
    alone.setAttribute("aria-label", "The film alone");
    holder.querySelector(".alone").prepend(alone);
    holder.dataset.drawn = "true";
  }

  #choose(map) {
    this.viewer.dispatch({ type: "group", name: `${map.run} · ${map.method}` });
    this.viewer.dispatch({ type: "class", label: map.label });
  }

  /** The film with what was drawn on it, and a map where one is given. */
  #pane(image, film, map = null) {
    const scale = PANE_PX / Math.max(film.width, film.height);
    const box = { x: 0, y: 0, w: film.width * scale, h: film.height * scale };
    const canvas = makeCanvas(Math.round(box.w), Math.round(box.h), { role: "img" });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, box.w, box.h);
    if (map) this.#paintMap(context, map, box);
    const annotations = withSentInks({}, film);
    const drawn = { data: film, annotations, ink: NO_INK, frame: WHOLE_FILM };
    paintInks(context, drawn, box, INK_SCALE, getComputedStyle(document.body).fontFamily);
    return canvas;
  }

  #paintMap(context, map, box) {
    const verdict = judgeMap(map, this.common.min_shown_probability);
    if (verdict.message) return;
    const { width, height } = context.canvas;
    const field = enlargeMap(map, width >> 1, height >> 1, verdict.peak);
    const { probability } = map;
    const looks = { peak: verdict.peak, probability, threshold: 0, signed: isSigned(map) };
    context.globalAlpha = OPACITY;
    context.drawImage(heatCanvas(field, looks, this.tables), 0, 0, box.w, box.h);
    context.globalAlpha = 1;
    strokeLines(context, contourLines(field, CONTOUR_SHARE * verdict.peak), box, "#FFFFFF", 2.5);
  }
}

/** What was written beside a film, with the film's picture itself. What is drawn on it belongs to its
 * slide: the same film may be on another. */
function filmOf(holder) {
  const data = JSON.parse(holder.querySelector("script").textContent);
  const place = [...document.querySelectorAll(".film")].indexOf(holder);
  const film = holder.querySelector("img").src;
  return { ...data, film, film_id: `${data.film_id} ${place}` };
}
