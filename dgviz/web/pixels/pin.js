/** The pinned input pixel and hidden unit, shared by the cards of a page. */
import { SharedValues } from "../core/shared_values.js";

/** @type {{pixel: ?number, unit: ?number}} */
const none = { pixel: null, unit: null };
export const pinned = new SharedValues(none);

/** @param {"pixel"|"unit"} what @returns {?number} */
export const get = (what) => pinned.get(what);

/** @param {"pixel"|"unit"} what @param {?number} value */
export const set = (what, value) => pinned.set(what, value);

/** @param {(what: "pixel"|"unit") => void} listener @returns {() => void} stops it */
export const subscribe = (listener) => pinned.subscribe(listener);
