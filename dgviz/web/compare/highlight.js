/**
 * What the reader points at in a comparison: a method, or a method at one target ratio. All cards light
 * it up. A click, a tap or the Enter key pins it until the next one, and the address keeps it.
 */
import { view } from "./view.js";

/** @typedef {{key: string, method: string}} Row of a comparison: a method at one target ratio */

/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {?string} the key of a row, or the name of a method */
let pointed = null;
view.changesOf("highlight")(notify);

/** @returns {?string} the key of a row, or the name of a method */
export const get = () => pointed ?? (view.get("highlight") || null);

/** @param {?string} key */
export function point(key) {
  if (key === pointed) return;
  pointed = key;
  notify();
}

/** Pins a key, or unpins it if it is pinned already. @param {string} key */
export function pin(key) {
  view.set("highlight", isPinned(key) ? "" : key);
}

/** @param {string} key */
export const isPinned = (key) => key === view.get("highlight");

/** Whether the reader points at this row, or at its method. @param {Row} row */
export const isChosen = ({ key, method }) => [key, method].includes(get() ?? "");

/** Whether to draw this row in full: it is chosen, or nothing is. @param {Row} row */
export const isLit = (row) => get() === null || isChosen(row);

/** @param {() => void} listener @returns {() => void} unsubscribes it */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Highlights a key while the pointer or the keyboard's focus is on an element.
 * @param {HTMLElement} node @param {string} key
 */
export function pointsAt(node, key) {
  for (const begin of ["pointerenter", "focusin"]) node.addEventListener(begin, () => point(key));
  for (const end of ["pointerleave", "focusout"]) node.addEventListener(end, () => point(null));
}

function notify() {
  for (const listener of listeners) listener();
}
