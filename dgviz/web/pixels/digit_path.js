/** What counts for and against a class for a digit: pure functions, without the DOM. */
import { flowTo } from "./forward.js";

const STRONGEST = 8;
export const SHORTCUT = -1;

/**
 * @typedef {Object} Part
 * @property {number} unit its index in the chain; `SHORTCUT` for the layer from the pixels straight to
 *   the classes @property {?import("./network.js").Place} place null for the shortcut
 * @property {number} share what it adds to the logit, signed
 * @property {Float32Array} pixels what each pixel adds to the logit through it, over all channels
 *
 * @typedef {Object} Path
 * @property {number} k the class @property {Part[]} strongest the units with the largest |share|
 * @property {boolean} isDirect whether the shortcut is among them
 * @property {{units: number, plus: number, minus: number}} others sums of the other units
 * @property {number} contributing number of units that add something to the logit
 * @property {number} strongestShare the strongest units' part of plus + minus, 0..1
 * @property {number} plus sum of the positive shares
 * @property {number} minus sum of the negative shares, without the sign
 * @property {number} bias @property {number} logit
 * @property {Float32Array} pixels what each pixel adds to the logit through all units
 */

/**
 * @param {import("./network.js").Net} net @param {Float32Array} x
 * @param {{hidden: Float32Array, logits: Float32Array}} answer from `forward`
 * @param {number} k the class @param {number} size pixels of one channel
 * @returns {Path}
 */
export function pathTo(net, x, { hidden, logits }, k, size) {
  const second = net.layers[1];
  const pixels = new Float32Array(size);
  const units = flowTo(net, x, hidden, k).map(({ unit, share, pixels: adds }) => {
    const out = second.weights[k * net.units + unit];
    const through = new Float32Array(size);
    for (let at = 0; at < adds.length; at++) if (adds[at]) through[at % size] += out * adds[at];
    return { unit, place: net.placeOf(unit), share, pixels: through };
  });
  const direct = shortcutTo(net, x, k, size);
  const shown = STRONGEST - direct.length;
  const strongest = [...direct, ...units.slice(0, shown)].sort(
    (a, b) => Math.abs(b.share) - Math.abs(a.share),
  );
  const rest = units.slice(shown);
  const parts = [...direct, ...units];
  for (const part of parts) for (let at = 0; at < size; at++) pixels[at] += part.pixels[at];
  const all = sums(parts);
  const total = all.plus + all.minus;
  const listed = sums(strongest);
  return {
    k,
    strongest,
    pixels,
    others: { units: rest.length, ...sums(rest) },
    isDirect: direct.length > 0,
    contributing: units.length,
    strongestShare: total ? (listed.plus + listed.minus) / total : 0,
    ...all,
    bias: second.biases[k] + (net.direct?.biases[k] ?? 0),
    logit: logits[k],
  };
}

/**
 * What the shortcut adds to the logit of a class.
 * @param {import("./network.js").Net} net @param {Float32Array} x @param {number} k
 * @param {number} size @returns {Part[]} none without a shortcut
 */
function shortcutTo({ direct, pixels: inputs }, x, k, size) {
  if (!direct) return [];
  const pixels = new Float32Array(size);
  let share = 0;
  for (let at = 0; at < inputs; at++) {
    const adds = direct.weights[k * inputs + at] * x[at];
    share += adds;
    pixels[at % size] += adds;
  }
  return [{ unit: SHORTCUT, place: null, share, pixels }];
}

/** Sum positive and negative shares, both without a sign. @param {Array<{share: number}>} parts */
function sums(parts) {
  let [plus, minus] = [0, 0];
  for (const { share } of parts) {
    if (share > 0) plus += share;
    else minus -= share;
  }
  return { plus, minus };
}
