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
 * @property {boolean} isDirect whether weights from the pixels straight to the classes are added
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
  const isDirect = net.direct !== null;
  return { shape, classes, names, blank: blanksOf(store.facts, shape), isDirect };
}

/**
 * Sum the weights from the pixels over the channels, which leaves a third of the work.
 * @param {import("./network.js").Net} net @param {Evidence["shape"]} shape
 */
function sumChannels(net, shape) {
  if (shape.channels === 1) return net;
  const [first, second] = net.layers;
  const pixels = shape.height * shape.width;
  /** @param {import("./network.js").NetLayer} layer */
  const summed = (layer) => {
    const weights = new Float32Array(layer.rows * pixels);
    for (let row = 0; row < layer.rows; row++) {
      const from = layer.weights.subarray(row * layer.cols, (row + 1) * layer.cols);
      weights.set(onImage(from, shape), row * pixels);
    }
    return { ...layer, cols: pixels, weights };
  };
  const direct = net.direct && summed(net.direct);
  return { ...net, pixels, direct, layers: [summed(first), second] };
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
