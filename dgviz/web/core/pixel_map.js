/** The active connections of each pixel, as Python counts them of a recorded network. */
import { count } from "./format.js";
import { ALWAYS_BLANK, IN_USE, UNUSED } from "./pixels.js";

/**
 * @typedef {Object} PixelMap
 * @property {number} height @property {number} width
 * @property {number} of all connections of a pixel @property {number[]} active by pixel
 * @property {number[]} blank pixels that are 0 in every training image
 *
 * @typedef {import("./pixels.js").Pixels} Pixels
 */

/** @param {Pixels} pixels */
export const summary = ({ used, unused }) =>
  `${count(used)} pixels in use, ${count(unused)} unused`;

/** @param {PixelMap} map @returns {Pixels} */
export function pixelsOf({ height, width, of, active, blank }) {
  const blanks = new Set(blank);
  const kinds = active.map((n, pixel) => (blanks.has(pixel) ? ALWAYS_BLANK : n ? IN_USE : UNUSED));
  /** @param {string} kind */
  const number = (kind) => kinds.filter((other) => other === kind).length;
  return {
    shape: { channels: 1, height, width },
    active: Uint32Array.from(active),
    kinds,
    of,
    blanks: number(ALWAYS_BLANK),
    unused: number(UNUSED),
    used: number(IN_USE),
  };
}
