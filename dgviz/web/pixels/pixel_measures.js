/** Measures of the active connections of each pixel: pure functions, without the DOM. */

import { ALWAYS_BLANK, pixelsOf } from "../core/pixels.js";
import { inputMeasures, inputWeights, netOf } from "./network.js";

const computed = new WeakMap();

/**
 * Sum values over the channels of a colour image.
 * @param {Float32Array} values by input @param {import("../core/pixels.js").Shape} shape
 * @returns {Float32Array} by pixel of the image
 */
export function onImage(values, { height, width }) {
  const size = height * width;
  if (values.length === size) return values;
  const sums = new Float32Array(size);
  for (let i = 0; i < values.length; i++) sums[i % size] += values[i];
  return sums;
}

/**
 * @typedef {import("../core/pixels.js").Pixels & Weighted} PixelMeasures
 *
 * @typedef {Object} Weighted
 * @property {?Float32Array} weight by pixel, the sum of |W| of its active connections; null until
 *   there are weights
 * @property {?Float32Array} paths by pixel, its path weight; see `inputMeasures`; null also for a
 *   network with experts
 */

/**
 * @param {import("../core/store.js").Store} store @param {number} tau
 * @returns {?PixelMeasures} null until there are gates
 */
export function pixelMeasures(store, tau) {
  if (!store.gates) return null;
  const pixels = pixelsOf(store.gates, store.facts, tau);
  const net = netOf(store, tau);
  if (net && !computed.has(net)) {
    const { weight, paths } = inputMeasures(net);
    computed.set(net, {
      weight: onImage(weight, pixels.shape),
      paths: onImage(paths, pixels.shape),
    });
  }
  if (net) return { ...pixels, ...computed.get(net) };
  const weight = inputWeights(store, tau);
  return { ...pixels, weight: weight && onImage(weight, pixels.shape), paths: null };
}

/**
 * The largest value of any pixel that is not always blank.
 * @param {?Float32Array|Uint32Array} values @param {string[]} kinds
 */
export function mostOf(values, kinds) {
  let most = 0;
  values?.forEach((value, pixel) => {
    if (kinds[pixel] !== ALWAYS_BLANK && value > most) most = value;
  });
  return most;
}
