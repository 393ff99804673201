/** The input pixel under the pointer: all cards that show pixels mark it. */

/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {?number} */
let pixel = null;

/** @returns {?number} */
export const get = () => pixel;

/** @param {?number} value */
export function set(value) {
  if (value === pixel) return;
  pixel = value;
  for (const listener of listeners) listener();
}

/** @param {() => void} listener @returns {() => void} unsubscribes it */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
