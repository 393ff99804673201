/** Colours of signed amounts: blue above 0, orange below 0, the background at 0. */
import { mix } from "../core/colours.js";

const STRIP = 21;

/**
 * The colour of an amount: full blue from `most` on, full orange from -`most` on. Colour-blind
 * people can distinguish the two hues.
 * @param {number} value @param {number} most above 0 @param {import("../kit/theme.js").Theme} theme
 * @returns {import("../core/colours.js").Rgb}
 */
export function colourOf(value, most, theme) {
  const share = Math.min(1, Math.abs(value) / most) || 0;
  return mix(theme.ground, value < 0 ? theme.tau : theme.active, share);
}

/**
 * The colours from -most to most, for a legend.
 * @param {import("../kit/theme.js").Theme} theme @returns {import("../core/colours.js").Rgb[]}
 */
export const strip = (theme) =>
  Array.from({ length: STRIP }, (_, i) => colourOf((2 * i) / (STRIP - 1) - 1, 1, theme));
