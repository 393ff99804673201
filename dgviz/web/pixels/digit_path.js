/** What carried a digit to a class, ready to be drawn and told: pure functions, no page. */
import { flowTo } from "./network.js";

export const STRONGEST = 8;

/**
 * @typedef {Object} Part
 * @property {number} unit @property {number} share what it adds to the logit, signed
 * @property {Float32Array} pixels what each pixel adds to the logit through it, channels added up
 *
 * @typedef {Object} Path
 * @property {number} k the class @property {Part[]} strongest
 * @property {{units: number, plus: number, minus: number}} others the sums of the rest
 * @property {number} answering how many units answer the digit and are read by the class
 * @property {number} carried which part of all that speaks for and against the strongest carry
 * @property {number} plus @property {number} minus @property {number} bias @property {number} logit
 * @property {Float32Array} pixels what each pixel adds through all units
 */

/**
 * @param {import("./network.js").Net} net @param {Float32Array} x
 * @param {{hidden: Float32Array, logits: Float32Array}} answer what `forward` gave
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
  const heard = all.plus + all.minus;
  const told = sums(strongest);
  return {
    k,
    strongest,
    pixels,
    others: { units: rest.length, ...sums(rest) },
    answering: parts.length,
    carried: heard ? (told.plus + told.minus) / heard : 0,
    ...all,
    bias: second.biases[k],
    logit: logits[k],
  };
}

/** What speaks for, and against, both without a sign. @param {Array<{share: number}>} parts */
function sums(parts) {
  let [plus, minus] = [0, 0];
  for (const { share } of parts) {
    if (share > 0) plus += share;
    else minus -= share;
  }
  return { plus, minus };
}
