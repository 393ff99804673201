/**
 * The predictions of a network for all test images, computed in short slices so that the page stays
 * responsive, and cached for each network.
 */
import { inputOf } from "../kit/digits.js";
import { inSlices } from "./slices.js";

/** @type {WeakMap<Model, Predictions>} */
const cache = new WeakMap();

/**
 * @typedef {import("./routed.js").Model} Model
 *
 * @typedef {Object} Predictions
 * @property {Uint8Array} classes the predicted class of every image
 * @property {Float32Array} margins its probability minus the second largest
 */

/** @param {Model} model @returns {Predictions|undefined} if they are cached */
export const predictionsOf = (model) => cache.get(model);

/**
 * @param {Model} model @param {Uint8Array[]} images
 * @param {(done: number) => void} onProgress called with the number of classified images
 * @returns {{stop: () => void, done: Promise<Predictions|undefined>}} undefined if it was stopped
 */
export function predictAll(model, images, onProgress) {
  let stopped = false;
  return {
    stop: () => {
      stopped = true;
    },
    done: inSlices(predictions(model, images), () => !stopped, onProgress),
  };
}

/**
 * @param {Model} model @param {Uint8Array[]} images
 * @returns {Generator<number, Predictions>} yields the number of classified images
 */
function* predictions(model, images) {
  const classes = new Uint8Array(images.length);
  const margins = new Float32Array(images.length);
  for (let at = 0; at < images.length; at++) {
    const probs = model.probs(inputOf(images[at]));
    const [first, second] = topTwo(probs);
    classes[at] = first;
    margins[at] = probs[first] - probs[second];
    yield at + 1;
  }
  const found = { classes, margins };
  cache.set(model, found);
  return found;
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
