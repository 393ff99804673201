/**
 * The colours of how many connections of a pixel are active. All pictures of pixels share one fixed
 * scale, from none to all, so that they can be compared from one snapshot to another. It is
 * logarithmic: on an even one a sparse net would be dark all over.
 */
import { cividis } from "./colours.js";
import { count } from "./format.js";
import { cellsOf } from "./pixels.js";

const STEPS = 24;

/** In [0, 1]. @param {number} n an amount @param {number} of the largest there can be */
const placeOf = (n, of) => Math.log1p(n) / Math.log1p(of);

/**
 * @param {number} n active connections @param {number} of all connections of a pixel
 * @returns {import("./colours.js").Rgb}
 */
export const amountColour = (n, of) => cividis(placeOf(n, of));

/**
 * Every pixel by how many of its connections are active, as a picture of cells shows it.
 * @param {import("./pixels.js").Pixels} pixels @param {import("../kit/theme.js").Theme} theme
 */
export const amountCells = (pixels, theme) =>
  cellsOf(pixels, theme, (pixel) => amountColour(pixels.active[pixel], pixels.of));

/** Cividis from its low end to its high one, for a strip of colours. */
export const SCALE_COLOURS = Array.from({ length: STEPS }, (_, i) => cividis(i / (STEPS - 1)));

/**
 * What is written under such a strip: none, all, and powers of four that leave all its room.
 * @param {number} of all connections of a pixel @returns {Array<[number, string]>} place and words
 */
export function amountTicks(of) {
  const amounts = [0];
  for (let n = 1; n <= of / 4; n *= 4) amounts.push(n);
  return [...amounts, of].map((n) => [placeOf(n, of), count(n)]);
}
