/** What each pixel of the image retains: pure functions, no page. */
import { netOf, retention } from "./network.js";
import { keptOnImage } from "../pixels.js";

const computed = new WeakMap();

/** Sums over the channels of a colour image. @returns {Float32Array} by pixel of the image */
export function onImage(values, { height, width }) {
  const size = height * width;
  if (values.length === size) return values;
  const sums = new Float32Array(size);
  for (let i = 0; i < values.length; i++) sums[i % size] += values[i];
  return sums;
}

/**
 * @typedef {Object} Retained
 * @property {{channels: number, height: number, width: number}} shape
 * @property {Uint32Array} count kept connections by pixel
 * @property {?Float32Array} weight the sum of their |W|; null until there are weights
 * @property {?Float32Array} paths of |W| times what the unit passes on; see network.js
 * @property {Uint8Array} blank 1 where no image has ink
 * @property {number} of connections of a pixel
 * @property {number} blanks @property {number} pruned @property {number} retained pixels of a kind
 */

/**
 * @param {import("../store.js").Store} store @param {number} tau
 * @returns {?Retained} null until there are gates
 */
export function retainedBy(store, tau) {
  if (!store.gates) return null;
  const { shape, kept, blank, of, blanks, pruned } = keptOnImage(store.gates, store.facts, tau);
  const net = netOf(store, tau);
  if (net && !computed.has(net)) {
    const { weight, paths } = retention(net);
    computed.set(net, { weight: onImage(weight, shape), paths: onImage(paths, shape) });
  }
  const weighted = net ? computed.get(net) : { weight: null, paths: null };
  const retained = kept.length - blanks - pruned;
  return { shape, count: kept, ...weighted, blank, of, blanks, pruned, retained };
}

/** @returns {"no evidence"|"pruned"|"retained"} */
export const kindOf = ({ blank, count }, pixel) =>
  blank[pixel] ? "no evidence" : count[pixel] ? "retained" : "pruned";

/** The most that any pixel with evidence has. @param {?ArrayLike<number>} values */
export function mostOf(values, blank) {
  let most = 0;
  values?.forEach((value, pixel) => {
    if (!blank[pixel] && value > most) most = value;
  });
  return most;
}
