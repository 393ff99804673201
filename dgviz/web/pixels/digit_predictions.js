/**
 * The predictions of a network for all test images, computed in short slices so that the page stays
 * responsive, and cached for each network.
 */
import { inputOf } from "./digits.js";
import { forward } from "./network.js";

const SLICE_MS = 8;
/** @type {WeakMap<import("./network.js").Net, Predictions>} */
const cache = new WeakMap();

/**
 * @typedef {Object} Predictions
 * @property {Uint8Array} classes the predicted class of every image
 * @property {Float32Array} margins its probability minus the second largest
 */

/** @param {import("./network.js").Net} net @returns {Predictions|undefined} if they are cached */
export const predictionsOf = (net) => cache.get(net);

/**
 * @param {import("./network.js").Net} net @param {Uint8Array[]} images
 * @param {(done: number) => void} onProgress called with the number of classified images
 * @returns {{stop: () => void, done: Promise<?Predictions>}} null if it was stopped
 */
export function predictAll(net, images, onProgress) {
  const classes = new Uint8Array(images.length);
  const margins = new Float32Array(images.length);
  let at = 0;
  let stopped = false;

  function slice() {
    const end = performance.now() + SLICE_MS;
    for (; at < images.length && performance.now() < end; at++) {
      const { probs } = forward(net, inputOf(images[at]));
      const [first, second] = topTwo(probs);
      classes[at] = first;
      margins[at] = probs[first] - probs[second];
    }
  }

  async function work() {
    while (at < images.length) {
      // Between two slices the browser can draw and handle input.
      await new Promise((resolve) => setTimeout(resolve));
      if (stopped) return null;
      slice();
      onProgress(at);
    }
    const found = { classes, margins };
    cache.set(net, found);
    return found;
  }
  function stop() {
    stopped = true;
  }
  return { stop, done: work() };
}

/** The classes with the largest and the second largest probability. @param {Float32Array} probs */
export function topTwo(probs) {
  let [first, second] = probs[1] > probs[0] ? [1, 0] : [0, 1];
  for (let k = 2; k < probs.length; k++) {
    if (probs[k] > probs[first]) [first, second] = [k, first];
    else if (probs[k] > probs[second]) second = k;
  }
  return [first, second];
}
