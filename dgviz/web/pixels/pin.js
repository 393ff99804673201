/**
 * What the cards of a page share: the pinned input pixel and hidden unit, from 0, and of a network
 * with routes the one that is shown, from 1; see shown_route.js.
 */
import { SharedValues } from "../core/shared_values.js";

/** @typedef {"pixel"|"unit"|"route"} Pin */

/** @type {Record<Pin, ?number>} */
const none = { pixel: null, unit: null, route: null };
export const pinned = new SharedValues(none);

/** @param {Pin} what @returns {?number} */
export const get = (what) => pinned.get(what);

/** @param {Pin} what @param {?number} value */
export const set = (what, value) => pinned.set(what, value);

/** @param {(what: Pin) => void} listener @returns {() => void} stops it */
export const subscribe = (listener) => pinned.subscribe(listener);
