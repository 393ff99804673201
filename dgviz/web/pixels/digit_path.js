/** What counts for and against a class for a digit: pure functions, without the DOM. */
import { flowTo } from "./network.js";

const STRONGEST = 8;

/**
 * @typedef {Object} Part
 * @property {number} unit @property {number} share what it adds to the logit, signed
 * @property {Float32Array} pixels what each pixel adds to the logit through it, over all channels
 *
 * @typedef {Object} Path
 * @property {number} k the class @property {Part[]} strongest the units with the largest |share|
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
  const parts = flowTo(net, x, hidden, k).map(({ unit, share, pixels: adds }) => {
    const out = second.weights[k * net.units + unit];
    const through = new Float32Array(size);
    for (let at = 0; at < adds.length; at++) if (adds[at]) through[at % size] += out * adds[at];
    for (let at = 0; at < size; at++) pixels[at] += through[at];
    return { unit, share, pixels: through };
  });
  const [strongest, rest] = [parts.slice(0, STRONGEST), parts.slice(STRONGEST)];
  const all = sums(parts);
  const total = all.plus + all.minus;
  const listed = sums(strongest);
  return {
    k,
    strongest,
    pixels,
    others: { units: rest.length, ...sums(rest) },
    contributing: parts.length,
    strongestShare: total ? (listed.plus + listed.minus) / total : 0,
    ...all,
    bias: second.biases[k],
    logit: logits[k],
  };
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
