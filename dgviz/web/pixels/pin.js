/** The pinned input pixel and hidden unit, shared by the cards of a page. */

/** @type {Set<(what: "pixel"|"unit") => void>} */
const listeners = new Set();
/** @type {{pixel: ?number, unit: ?number}} */
const pinned = { pixel: null, unit: null };

/** @param {"pixel"|"unit"} what @returns {?number} */
export const get = (what) => pinned[what];

/** @param {"pixel"|"unit"} what @param {?number} value */
export function set(what, value) {
  if (pinned[what] === value) return;
  pinned[what] = value;
  for (const listener of listeners) listener(what);
}

/** @param {(what: "pixel"|"unit") => void} listener @returns {() => void} stops it */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
