/** Which pixels count for and against each class: pure functions, without the DOM. */

import { blanksOf, imageShape } from "../core/pixels.js";
import { byClass, netOf } from "./network.js";
import { onImage } from "./pixel_measures.js";

/** @type {WeakMap<import("./network.js").Net, Float32Array[]>} */
const computed = new WeakMap();

/**
 * @typedef {Object} Evidence
 * @property {import("../core/pixels.js").Shape} shape
 * @property {Float32Array[]} classes by class: how much each pixel counts for (+) or against (-) it
 * @property {string[]} names of the classes
 * @property {Uint8Array} blank by pixel, 1 if it is always blank
 */

/**
 * @param {import("../core/store.js").Store} store @param {number} tau
 * @returns {?Evidence} null until there are gates and weights
 */
export function evidenceOf(store, tau) {
  const net = netOf(store, tau);
  if (!net) return null;
  const shape = imageShape(store.facts, net.pixels);
  const classes = computed.get(net) ?? byClass(sumChannels(net, shape));
  computed.set(net, classes);
  const names = classes.map((_, k) => store.facts?.classes?.[k] ?? String(k));
  return { shape, classes, names, blank: blanksOf(store.facts, shape) };
}

/**
 * Sum the first layer's weights over the channels, which leaves a third of the work.
 * @param {import("./network.js").Net} net @param {Evidence["shape"]} shape
 */
function sumChannels(net, shape) {
  if (shape.channels === 1) return net;
  const [first, second] = net.layers;
  const pixels = shape.height * shape.width;
  const weights = new Float32Array(net.units * pixels);
  for (let unit = 0; unit < net.units; unit++) {
    const row = first.weights.subarray(unit * first.cols, (unit + 1) * first.cols);
    weights.set(onImage(row, shape), unit * pixels);
  }
  return { ...net, pixels, layers: [{ ...first, cols: pixels, weights }, second] };
}

/**
 * The difference of two classes, by pixel: positive values count for `a`.
 * @param {Float32Array[]} classes @param {number} a @param {number} b @returns {Float32Array}
 */
export const difference = (classes, a, b) =>
  classes[a].map((value, pixel) => value - classes[b][pixel]);

/**
 * The largest absolute value of any pixel that is not always blank.
 * @param {Float32Array[]} pictures @param {Uint8Array} blank
 */
export function mostOfAll(pictures, blank) {
  let most = 0;
  for (const values of pictures) {
    for (let pixel = 0; pixel < values.length; pixel++) {
      const size = Math.abs(values[pixel]);
      if (size > most && !blank[pixel]) most = size;
    }
  }
  return most;
}

/**
 * The indices of the largest and the smallest value.
 * @param {Float32Array|number[]} values @returns {[number, number]}
 */
export function extremes(values) {
  let [top, bottom] = [0, 0];
  values.forEach((value, i) => {
    if (value > values[top]) top = i;
    if (value < values[bottom]) bottom = i;
  });
  return [top, bottom];
}
