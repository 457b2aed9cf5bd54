/* Colours of maps, from the two tables that Python sends: one for maps without a sign, and one for
 * signed maps, blue against and orange for, dark between.
 */

import { makeCanvas } from "./elements.js";

/** The tables of `xray_core.explain.overlay`, sent as hexadecimal digits, made ready to draw. */
export function decodeTables({ heat, signed }) {
  const size = (i) => (Math.abs(2 * i - 255) - 1) / 254;
  return { heat: decodeTable(heat, (i) => i / 255), signed: decodeTable(signed, size) };
}

/** One table: 256 colours, as `rgb` and as packed RGBA `pixels`. `sizes` are displayed intensities
 *  in [0, 1]: pixels are transparent at zero and opaque from half of the scale on. */
function decodeTable(hex, sizes) {
  const rgb = Uint8Array.from({ length: 768 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
  const pixels = Uint32Array.from({ length: 256 }, (_, i) => {
    const alpha = Math.min(255, Math.round(510 * sizes(i)));
    return ((alpha << 24) | (rgb[3 * i + 2] << 16) | (rgb[3 * i + 1] << 8) | rgb[3 * i]) >>> 0;
  });
  return { rgb, pixels };
}

/** A row of a table as CSS. */
export function cssColour({ rgb }, row) {
  return `rgb(${rgb.subarray(3 * row, 3 * row + 3).join()})`;
}

/** Pixels of a field in packed RGBA; nothing where the size is below a share of the maximum. */
export function heatPixels(field, { peak, probability, threshold, signed }, tables) {
  const [{ pixels }, scale, zero] = signed
    ? [tables.signed, (127.5 * probability) / peak, 128]
    : [tables.heat, (255 * probability) / peak, 0.5];
  const least = threshold * peak;
  const { values } = field;
  const drawn = new Uint32Array(values.length);
  for (let i = 0; i < drawn.length; i += 1) {
    if (Math.abs(values[i]) >= least) drawn[i] = pixels[(values[i] * scale + zero) | 0];
  }
  return drawn;
}

export function heatCanvas(field, looks, tables) {
  const canvas = makeCanvas(field.width, field.height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(field.width, field.height);
  new Uint32Array(image.data.buffer).set(heatPixels(field, looks, tables));
  context.putImageData(image, 0, 0);
  return canvas;
}

/** The colours in use over 256 px; darker where there is no value or none is drawn. */
export function drawColourBar(canvas, { probability, threshold, signed }, tables) {
  const context = canvas.getContext("2d");
  const table = signed ? tables.signed : tables.heat;
  context.clearRect(0, 0, 256, canvas.height);
  for (let i = 0; i < 256; i += 1) {
    const shown = signed ? Math.abs(2 * i - 255) / 255 : i / 255;
    context.globalAlpha = shown > probability || shown < threshold * probability ? 0.22 : 1;
    context.fillStyle = cssColour(table, i);
    context.fillRect(i, 0, 1, canvas.height);
  }
  context.globalAlpha = 1;
  return canvas;
}
