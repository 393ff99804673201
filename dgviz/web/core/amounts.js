/**
 * Colours for the number of active connections of a pixel. All pictures share one fixed scale, from
 * none to all, so that snapshots can be compared. It is logarithmic: on a linear scale a sparse
 * network would be dark all over.
 */
import { cividis } from "./colours.js";
import { count } from "./format.js";
import { cellsOf } from "./pixels.js";

const STEPS = 24;

/** Position on the scale, in [0, 1]. @param {number} n an amount @param {number} of the largest one */
const placeOf = (n, of) => Math.log1p(n) / Math.log1p(of);

/**
 * @param {number} n active connections @param {number} of all connections of a pixel
 * @returns {import("./colours.js").Rgb}
 */
export const amountColour = (n, of) => cividis(placeOf(n, of));

/**
 * Pixels as cells, coloured by their number of active connections.
 * @param {import("./pixels.js").Pixels} pixels @param {import("../kit/theme.js").Theme} theme
 */
export const amountCells = (pixels, theme) =>
  cellsOf(pixels, theme, (pixel) => amountColour(pixels.active[pixel], pixels.of));

/** Cividis from its low to its high end, for the strip of colours. */
export const SCALE_COLOURS = Array.from({ length: STEPS }, (_, i) => cividis(i / (STEPS - 1)));

/**
 * Ticks of the strip: none, all, and the powers of four that leave room for the label of all.
 * @param {number} of all connections of a pixel
 * @returns {Array<[number, string]>} position in [0, 1] and label
 */
export function amountTicks(of) {
  const amounts = [0];
  for (let n = 1; n <= of / 4; n *= 4) amounts.push(n);
  return [...amounts, of].map((n) => [placeOf(n, of), count(n)]);
}
