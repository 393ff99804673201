/** Colours for amounts that speak for or against: blue above 0, orange below, the ground at 0. */
import { mix } from "../core/colours.js";

const STRIP = 21;

/**
 * The ground at 0, full blue at `most` and beyond, full orange at -`most`: the two hues that
 * colour-blind eyes tell apart, with equal steps of strength on both sides.
 * @param {number} value @param {number} most above 0 @param {import("../kit/theme.js").Theme} theme
 * @returns {import("../core/colours.js").Rgb}
 */
export function colourOf(value, most, theme) {
  const share = Math.min(1, Math.abs(value) / most) || 0;
  return mix(theme.ground, value < 0 ? theme.tau : theme.active, share);
}

/**
 * The same from -most to most, for a legend.
 * @param {import("../kit/theme.js").Theme} theme @returns {import("../core/colours.js").Rgb[]}
 */
export const strip = (theme) =>
  Array.from({ length: STRIP }, (_, i) => colourOf((2 * i) / (STRIP - 1) - 1, 1, theme));
