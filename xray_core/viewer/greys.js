/* Greys of a film, by window and level: shares of the film's greys. The level is shown as mid-grey,
 * the window is the range from black to white.
 */

import { makeCanvas } from "./elements.js";

export const LEAST_WINDOW = 0.05;

/** What each of 256 greys becomes. */
export function greyTable({ window, level, inverted }) {
  return Uint8ClampedArray.from({ length: 256 }, (_, grey) => {
    const shown = Math.min(1, Math.max(0, (grey / 255 - level) / window + 0.5));
    return 255 * (inverted ? 1 - shown : shown);
  });
}

/** One film; gives it in the requested greys. */
class FilmGreys {
  constructor(image) {
    this.image = image;
    this.canvas = null;
    this.drawn = "";
  }

  picture(look) {
    const wanted = `${look.window} ${look.level} ${look.inverted}`;
    if (wanted === "1 0.5 false") return this.image;
    if (wanted !== this.drawn) this.#draw(look);
    this.drawn = wanted;
    return this.canvas;
  }

  #draw(look) {
    this.canvas ??= makeCanvas(this.image.naturalWidth, this.image.naturalHeight);
    const { width, height } = this.canvas;
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.source ??= this.#greys(context, width, height);
    const packed = Uint32Array.from(
      greyTable(look),
      (grey) => ((255 << 24) | (grey << 16) | (grey << 8) | grey) >>> 0,
    );
    const image = context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < pixels.length; i += 1) pixels[i] = packed[this.source[i]];
    context.putImageData(image, 0, 0);
  }

  #greys(context, width, height) {
    context.drawImage(this.image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const greys = new Uint8Array(width * height);
    for (let i = 0; i < greys.length; i += 1) greys[i] = data[4 * i];
    return greys;
  }
}

/** The films that are shown, by address. */
export class Films {
  constructor() {
    this.greys = new Map();
  }

  get(url) {
    return this.greys.get(url);
  }

  /** Load what is not there yet; fails where one cannot be drawn. */
  async load(urls) {
    await Promise.all(urls.map((url) => this.#load(url)));
  }

  async #load(url) {
    if (this.greys.has(url)) return;
    const image = new Image();
    image.src = url;
    await image.decode();
    this.greys.set(url, new FilmGreys(image));
  }

  /** Forget all others. */
  keep(urls) {
    for (const url of this.greys.keys()) if (!urls.includes(url)) this.greys.delete(url);
  }
}
