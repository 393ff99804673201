/** What the cards of a page share, and the address keeps; null for what is not chosen. */
import { SharedValues } from "../core/shared_values.js";

/**
 * @typedef {Object} Pins
 * @property {?number} pixel the pinned input, from 0 @property {?number} unit likewise hidden
 * @property {?number} route of a network with routes, the shown one, from 1; see shown_route.js
 * @property {?number} digit the browsed test image, from 0; null for the first one
 * @property {?("mistakes"|"uncertain")} digits the test images to browse; null for all
 * @property {?number} label the class to which they are limited
 *
 * @typedef {keyof Pins} Pin
 */

/** @type {Pins} */
const none = { pixel: null, unit: null, route: null, digit: null, digits: null, label: null };
export const pinned = new SharedValues(none);

/** @template {Pin} Name @param {Name} what @returns {Pins[Name]} */
export const get = (what) => pinned.get(what);

/** @template {Pin} Name @param {Name} what @param {Pins[Name]} value */
export const set = (what, value) => pinned.set(what, value);

/** @param {(what: Pin) => void} listener @returns {() => void} stops it */
export const subscribe = (listener) => pinned.subscribe(listener);
