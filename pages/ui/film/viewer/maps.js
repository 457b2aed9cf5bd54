/* Maps: what may be shown of them, enlarging, colours. First of the parts of the viewer.
 *
 * Rule of display: intensity = value / maximum of the map * probability of the class. Maps of
 * classes below the least shown probability, flat maps and maps with values that are not
 * numbers give a line of words instead of colour. A signed map has values below 0, which speak
 * against the class; its maximum is that of the sizes, and its colours are blue and orange.
 */

const INFERNO = decodeColours(`
00000401000501010601010802010a02020c02020e03021004031204031405041706041907051b08051d09061f0a0722
0b07240c08260d08290e092b10092d110a30120a32140b34150b37160b39180c3c190c3e1b0c411c0c431e0c451f0c48
210c4a230c4c240c4f260c51280b53290b552b0b572d0b592f0a5b310a5c320a5e340a5f3609613809623909633b0964
3d09653e0966400a67420a68440a68450a69470b6a490b6a4a0c6b4c0c6b4d0d6c4f0d6c510e6c520e6d540f6d550f6d
57106e59106e5a116e5c126e5d126e5f136e61136e62146e64156e65156e67166e69166e6a176e6c186e6d186e6f196e
71196e721a6e741a6e751b6e771c6d781c6d7a1d6d7c1d6d7d1e6d7f1e6c801f6c82206c84206b85216b87216b88226a
8a226a8c23698d23698f24699025689225689326679526679727669827669a28659b29649d29649f2a63a02a63a22b62
a32c61a52c60a62d60a82e5fa92e5eab2f5ead305dae305cb0315bb1325ab3325ab43359b63458b73557b93556ba3655
bc3754bd3853bf3952c03a51c13a50c33b4fc43c4ec63d4dc73e4cc83f4bca404acb4149cc4248ce4347cf4446d04545
d24644d34743d44842d54a41d74b3fd84c3ed94d3dda4e3cdb503bdd513ade5238df5337e05536e15635e25734e35933
e45a31e55c30e65d2fe75e2ee8602de9612bea632aeb6429eb6628ec6726ed6925ee6a24ef6c23ef6e21f06f20f1711f
f1731df2741cf3761bf37819f47918f57b17f57d15f67e14f68013f78212f78410f8850ff8870ef8890cf98b0bf98c0a
f98e09fa9008fa9207fa9407fb9606fb9706fb9906fb9b06fb9d07fc9f07fca108fca309fca50afca60cfca80dfcaa0f
fcac11fcae12fcb014fcb216fcb418fbb61afbb81dfbba1ffbbc21fbbe23fac026fac228fac42afac62df9c72ff9c932
f9cb35f8cd37f8cf3af7d13df7d340f6d543f6d746f5d949f5db4cf4dd4ff4df53f4e156f3e35af3e55df2e661f2e865
f2ea69f1ec6df1ed71f1ef75f1f179f2f27df2f482f3f586f3f68af4f88ef5f992f6fa96f8fb9af9fc9dfafda1fcffa4`);

function decodeColours(hex) {
  const digits = hex.replace(/\s/g, "");
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.substr(2 * i, 2), 16));
}

/** What may be shown of a map: {peak, message}; a message stands in place of the colours. */
function judgeMap(map, minShown) {
  if (!map) return { peak: 0, message: "" };
  if (!map.values) return { peak: 0, message: `The map of ${map.title} has values that are not numbers: not shown` };
  const [low, high] = [Math.min(...map.values), Math.max(...map.values)];
  const peak = Math.max(high, -low);
  if (map.less) return { peak, message: peak < minShown ? "The two maps hardly differ" : "" };
  if (map.probability < minShown) return { peak, message: `${shortNumber(map.probability)} for ${map.title}: too low to show where` };
  if (high - low <= 1e-12) return { peak, message: `Flat map: no place speaks for ${map.title} more than another` };
  return { peak, message: "" };
}

/** Whether values below 0 speak against the class: the method says so, not the values at hand. */
function isSigned(map) {
  return Boolean(map.against || map.signed);
}

/** Probability with two digits; never 0.00 or 1.00 for what is not quite that. */
function shortNumber(probability) {
  if (probability > 0 && probability < 0.005) return "<0.01";
  if (probability < 1 && probability >= 0.995) return ">0.99";
  return probability.toFixed(2);
}

/** A value of a map with three digits, without an exponent where that can be. */
function shortValue(value) {
  const size = Math.abs(value);
  if (size >= 1e5 || (size > 0 && size < 1e-4)) return value.toExponential(1);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 4);
}

/** A share of the whole in percent. */
function percent(share) {
  return `${Math.round(100 * share)} %`;
}

/** Where the largest value lies, as shares [x, y] of the film. */
function strongestPoint(map) {
  const index = map.values.indexOf(Math.max(...map.values));
  return [((index % map.width) + 0.5) / map.width, (Math.floor(index / map.width) + 0.5) / map.height];
}

/** The evidence for one class less that for another: a signed map; null where it was not sent. */
function subtractMaps(map, other) {
  if (!map?.evidence || !other?.evidence || map.evidence.length !== other.evidence.length) return null;
  return {
    ...map,
    values: map.evidence.map((value, index) => value - other.evidence[index]),
    probability: Math.min(1, map.probability + other.probability),
    title: `${map.title} against ${other.title}`,
    against: other.title,
    alone: map.title,
  };
}

const DIFFERENCE_SIDE = 64; // cells of a difference: maps of any two models fit on them

/** What one map shows less what another shows, each as it is drawn: a signed map in shares of the
 *  full colour, whatever the units of the two. `first` and `second` are sides of the scene. */
function differenceOf(first, second) {
  const shown = ({ map, verdict: { peak, message } }) => {
    const cells = message || map.missing
      ? new Float32Array(DIFFERENCE_SIDE ** 2)
      : enlargeMap(map, DIFFERENCE_SIDE, DIFFERENCE_SIDE, peak).values;
    return cells.map((value) => (peak ? (value / peak) * map.probability : 0));
  };
  const [a, b] = [shown(first), shown(second)];
  const values = Array.from(a, (value, index) => value - b[index]);
  const facts = [first, second].map(({ map, state }) => [map.method, map.run, map.title, state]);
  const names = facts.map((own, side) => own.filter((fact, index) => fact !== facts[1 - side][index]).join(" · "));
  const both = (index) => (facts[0][index] === facts[1][index] ? facts[0][index] : `${facts[0][index]} less ${facts[1][index]}`);
  return {
    ...first.map,
    width: DIFFERENCE_SIDE,
    height: DIFFERENCE_SIDE,
    values,
    evidence: null,
    probability: Math.max(...values.map(Math.abs)), // so that colours are those of the two maps
    method: both(0),
    run: both(1),
    title: both(2),
    unit: "shares of the full colour",
    doubt: [first.map.doubt, second.map.doubt].find(Boolean) ?? "",
    mark: [first.map.mark, second.map.mark].find(Boolean) ?? "",
    less: true,
    alone: names[0],
    against: names[1],
  };
}

/** Bicubic (Catmull-Rom) taps that enlarge `from` cells to `to` pixels, cells centred. */
function cubicTaps(from, to) {
  const index = new Int32Array(4 * to);
  const weight = new Float32Array(4 * to);
  for (let i = 0; i < to; i += 1) {
    const place = ((i + 0.5) * from) / to - 0.5;
    const first = Math.floor(place);
    const t = place - first;
    const cubic = [
      ((2 - t) * t - 1) * t / 2,
      ((3 * t - 5) * t * t + 2) / 2,
      ((4 - 3 * t) * t + 1) * t / 2,
      ((t - 1) * t * t) / 2,
    ];
    for (let k = 0; k < 4; k += 1) {
      index[4 * i + k] = Math.min(from - 1, Math.max(0, first - 1 + k));
      weight[4 * i + k] = cubic[k];
    }
  }
  return { index, weight };
}

/** A map enlarged to (height, width), kept within its own extremes. */
function enlargeMap(map, width, height, peak) {
  const lowest = isSigned(map) ? -peak : 0;
  const cells = Float32Array.from(map.values);
  const across = cubicTaps(map.width, width);
  const down = cubicTaps(map.height, height);
  const rows = new Float32Array(map.height * width);
  for (let y = 0; y < map.height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let k = 4 * x; k < 4 * x + 4; k += 1) sum += across.weight[k] * cells[y * map.width + across.index[k]];
      rows[y * width + x] = sum;
    }
  }
  const values = new Float32Array(height * width);
  for (let y = 0; y < height; y += 1) {
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => down.index[4 * y + k] * width);
    const [p, q, r, s] = down.weight.subarray(4 * y, 4 * y + 4);
    for (let x = 0; x < width; x += 1) {
      const sum = p * rows[a + x] + q * rows[b + x] + r * rows[c + x] + s * rows[d + x];
      values[y * width + x] = sum < lowest ? lowest : sum > peak ? peak : sum;
    }
  }
  return { width, height, values };
}

/** Packed RGBA pixels of a table of colours; `sizes` are displayed intensities in [0, 1]:
 *  transparent at zero, opaque from half of the scale on. */
function packPixels(colours, sizes) {
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const alpha = Math.min(255, Math.round(510 * sizes(i)));
    return ((alpha << 24) | (colours[3 * i + 2] << 16) | (colours[3 * i + 1] << 8) | colours[3 * i]) >>> 0;
  });
}

/** Blue against, orange for, dark between, as `xray_core.explain.overlay.blue_orange`. */
const BLUE_ORANGE = Uint8Array.from({ length: 768 }, (_, k) => {
  const [low, middle, high] = [[86, 180, 255], [22, 24, 29], [255, 140, 26]].map((stop) => stop[k % 3]);
  const place = (2 * Math.floor(k / 3)) / 255;
  return Math.round(place < 1 ? low + (middle - low) * place : middle + (high - middle) * (place - 1));
});

const HEAT_PIXELS = packPixels(INFERNO, (i) => i / 255);
const SIGNED_PIXELS = packPixels(BLUE_ORANGE, (i) => (Math.abs(2 * i - 255) - 1) / 254);

/** Pixels of a field in packed RGBA; nothing where the size is below a share of the maximum. */
function heatPixels(field, { peak, probability, threshold, signed }) {
  const [table, scale, zero] = signed
    ? [SIGNED_PIXELS, (127.5 * probability) / peak, 128]
    : [HEAT_PIXELS, (255 * probability) / peak, 0.5];
  const least = threshold * peak;
  return Uint32Array.from(field.values, (value) => (Math.abs(value) < least ? 0 : table[(value * scale + zero) | 0]));
}

function heatCanvas(field, looks) {
  const canvas = makeCanvas(field.width, field.height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(field.width, field.height);
  new Uint32Array(image.data.buffer).set(heatPixels(field, looks));
  context.putImageData(image, 0, 0);
  return canvas;
}

/** The colours in use over 256 px; darker where no value lies or none is drawn. */
function drawColourBar(canvas, { probability, threshold, signed }) {
  const context = canvas.getContext("2d");
  const colours = signed ? BLUE_ORANGE : INFERNO;
  context.clearRect(0, 0, 256, canvas.height);
  for (let i = 0; i < 256; i += 1) {
    const shown = signed ? Math.abs(2 * i - 255) / 255 : i / 255;
    context.globalAlpha = shown > probability || shown < threshold * probability ? 0.22 : 1;
    context.fillStyle = `rgb(${colours.subarray(3 * i, 3 * i + 3).join()})`;
    context.fillRect(i, 0, 1, canvas.height);
  }
  context.globalAlpha = 1;
  return canvas;
}
