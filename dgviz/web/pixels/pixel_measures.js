/** What is active of each pixel of the image: pure functions, no page. */

import { ALWAYS_BLANK, pixelsOf } from "../core/pixels.js";
import { inputMeasures, netOf } from "./network.js";

const computed = new WeakMap();

/**
 * Sums over the channels of a colour image.
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
 * @property {?Float32Array} weight the sum of |W| of a pixel's active connections; null until there
 *   are weights
 * @property {?Float32Array} paths of |W| times what the unit passes on; see network.js
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
  return { ...pixels, ...(net ? computed.get(net) : { weight: null, paths: null }) };
}

/**
 * The most of any pixel with ink.
 * @param {?Float32Array|Uint32Array} values @param {string[]} kinds
 */
export function mostOf(values, kinds) {
  let most = 0;
  values?.forEach((value, pixel) => {
    if (kinds[pixel] !== ALWAYS_BLANK && value > most) most = value;
  });
  return most;
}
