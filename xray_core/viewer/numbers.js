/* How numbers are written. */

export function clamp(value, least, most) {
  return Math.min(most, Math.max(least, value));
}

/** Probability with two digits; never 0.00 or 1.00 for what is not quite that. */
export function shortNumber(probability) {
  if (probability > 0 && probability < 0.005) return "<0.01";
  if (probability < 1 && probability >= 0.995) return ">0.99";
  return probability.toFixed(2);
}

/** A value of a map with three digits, without an exponent where that can be. */
export function shortValue(value) {
  const size = Math.abs(value);
  if (size >= 1e5 || (size > 0 && size < 1e-4)) return value.toExponential(1);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 4);
}

/** A share of the whole in percent. */
export function percent(share) {
  return `${Math.round(100 * share)} %`;
}
