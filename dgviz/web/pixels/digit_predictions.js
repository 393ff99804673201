/**
 * What a net answers to all test images, worked out a few milliseconds at a time so that the page
 * stays quick, and kept for as long as the net is.
 */
import { inputOf } from "./digits.js";
import { forward } from "./network.js";

const SLICE_MS = 8;
/** @type {WeakMap<import("./network.js").Net, Predictions>} */
const known = new WeakMap();

/**
 * @typedef {Object} Predictions
 * @property {Uint8Array} classes the likeliest class of every image
 * @property {Float32Array} margins how far its probability is above the second largest
 */

/** @param {import("./network.js").Net} net @returns {Predictions|undefined} if they are there */
export const predictionsOf = (net) => known.get(net);

/**
 * @param {import("./network.js").Net} net @param {Uint8Array[]} images
 * @param {(done: number) => void} onProgress how many images are done
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
      // A task of its own for each slice: between them the page draws and hears its reader.
      await new Promise((resolve) => setTimeout(resolve));
      if (stopped) return null;
      slice();
      onProgress(at);
    }
    const found = { classes, margins };
    known.set(net, found);
    return found;
  }
  function stop() {
    stopped = true;
  }
  return { stop, done: work() };
}

/** The places of the largest and the second largest. @param {Float32Array} probs */
export function topTwo(probs) {
  let [first, second] = probs[1] > probs[0] ? [1, 0] : [0, 1];
  for (let k = 2; k < probs.length; k++) {
    if (probs[k] > probs[first]) [first, second] = [k, first];
    else if (probs[k] > probs[second]) second = k;
  }
  return [first, second];
}
