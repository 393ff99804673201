/** What the server has of single trials, read when a cell is opened. */
import { sweepUrl } from "../core/addresses.js";

/**
 * @typedef {Object} Detail
 * @property {Object<string, number>} figures after the last epoch
 * @property {{tau?: number[], test_accuracy?: number[], validation_accuracy?: Array<?number>, active_weights?: number[]}} afterwards
 * @property {?import("../core/pixel_map.js").PixelMap} map @property {?string} run its id, if other pages find it
 */

/** @type {Map<string, Promise<?Detail>>} */
const details = new Map();

/**
 * Reads a trial once. Null if it cannot be read, which is tried again.
 * @param {string} key of the sweep @param {string} trial its id @returns {Promise<?Detail>}
 */
export function detailOf(key, trial) {
  const name = `${key} ${trial}`;
  const known = details.get(name) ?? read(key, trial);
  details.set(name, known);
  void known.then((detail) => detail ?? details.delete(name));
  return known;
}

/** @param {string} key @param {string} trial @returns {Promise<?Detail>} */
async function read(key, trial) {
  try {
    const response = await fetch(sweepUrl(key, `trials/${trial}`));
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
