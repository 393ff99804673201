/** What the server has of single trials, read when their cell is opened. */
import { sweepUrl } from "../core/addresses.js";

const AFTER_ERROR_MS = 5000;

/**
 * @typedef {import("./cells.js").Trial} Trial
 *
 * @typedef {Object} Detail
 * @property {{tau?: number[], test_accuracy?: number[], validation_accuracy?: Array<?number>, active_weights?: number[]}} afterwards
 * @property {?import("../core/pixel_map.js").PixelMap} map @property {?string} run its id, if other pages find it
 */

export class Details {
  /**
   * @param {() => void} onChange after a trial was read, and when it is time to read one again
   * @param {(url: URL) => Promise<Response>} [get]
   */
  constructor(onChange, get = (url) => fetch(url)) {
    this.onChange = onChange;
    this.get = get;
    /** Trials that need not be read now. A trial with a new result is another object. @type {WeakSet<Trial>} */
    this.asked = new WeakSet();
    /** @type {WeakMap<Trial, ?Detail>} */
    this.found = new WeakMap();
  }

  /**
   * Reads a trial at the first call.
   * @param {string} key of the sweep @param {Trial} trial
   * @returns {?Detail|undefined} undefined while it is read, null if it cannot be read
   */
  of(key, trial) {
    if (!this.asked.has(trial)) void this.read(key, trial);
    return this.found.get(trial);
  }

  /** @param {string} key @param {Trial} trial */
  async read(key, trial) {
    this.asked.add(trial);
    /** @type {?Detail} */
    let detail = null;
    try {
      const response = await this.get(sweepUrl(key, `trials/${trial.id}`));
      if (response.ok) detail = await response.json();
    } catch {
      // The server does not answer, or not with a trial.
    }
    this.found.set(trial, detail);
    if (!detail) {
      setTimeout(() => {
        this.asked.delete(trial);
        this.onChange();
      }, AFTER_ERROR_MS);
    }
    this.onChange();
  }
}
