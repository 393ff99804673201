/**
 * Paints gates as pixels. One look-up per connection draws two hundred thousand of them in about a
 * millisecond.
 */
import { cividis, mix, pack } from "./colours.js";
import { cutoff, LEVELS } from "./gates.js";
import { halfTable } from "./safetensors.js";

/** How far the colour of a closed connection is faded towards the card. */
export const FADE = 0.74;

/** @typedef {import("../kit/theme.js").Theme} Theme */
/** @typedef {import("./colours.js").Rgb} Rgb */

/** @param {Rgb} colour @param {Theme} theme */
const fade = (colour, theme) => mix(colour, theme.card, FADE);

/**
 * Colours of the 201 probability bytes. Those not above the threshold are faded.
 * @param {Theme} theme @param {?number} tau null if no threshold decides which gates are active
 * @returns {Rgb[]}
 */
const probabilityColours = (theme, tau) =>
  Array.from({ length: LEVELS }, (_, q) => {
    const full = cividis(q / (LEVELS - 1));
    return tau === null || q > cutoff(tau) ? full : fade(full, theme);
  });

/**
 * Colour scale of a snapshot's gate probabilities, with a tick at the threshold.
 * @param {import("./gates.js").Snapshot} snapshot @param {number} tau @param {Theme} theme
 */
export function probabilityScale({ meta }, tau, theme) {
  const tick = meta.preview ? tau : null;
  return {
    name: meta.scores,
    low: "0",
    high: "1",
    tick,
    colours: probabilityColours(theme, tick).filter((_, q) => q % 4 === 0),
  };
}

/**
 * Colours of all cells, by probability byte: first the faded ones of closed connections, then those
 * of active ones. The last two are for connections without a probability: closed, then active.
 * @param {Theme} theme @returns {Rgb[]}
 */
export function cellColours(theme) {
  const full = probabilityColours(theme, null);
  const unscored = [fade(theme.closed, theme), theme.active];
  return [...full.map((colour) => fade(colour, theme)), ...full, ...unscored];
}

/**
 * Index of a cell in `cellColours`.
 * @param {?number} score null if it is unknown @param {number} active 0 or 1
 */
export const cellOf = (score, active) =>
  score === null ? 2 * LEVELS + active : score + LEVELS * active;

/** `cellColours` as RGBA words. @param {Theme} theme @returns {Uint32Array} */
export const cellPalette = (theme) =>
  Uint32Array.from(cellColours(theme), (colour) => pack(colour));

/**
 * Paints a mask: active connections in the accent colour, closed ones transparent.
 * @param {Uint32Array} out rows x cols pixels @param {Uint8Array} mask rows x cols
 * @param {Theme} theme @param {ArrayLike<number>} order the unit of each drawn row
 * @param {number} cols
 */
export function paintMask(out, mask, theme, order, cols) {
  const palette = [0, pack(theme.active)];
  paint(out, order, cols, (i) => palette[mask[i]]);
}

/**
 * As paintMask, with the colour of each gate's probability, closed ones faded.
 * @param {Uint32Array} out @param {Uint8Array} scores rows x cols @param {Uint8Array} mask
 * @param {Theme} theme @param {ArrayLike<number>} order @param {number} cols
 */
export function paintScores(out, scores, mask, theme, order, cols) {
  const palette = cellPalette(theme);
  paint(out, order, cols, (i) => palette[cellOf(scores[i], mask[i])]);
}

/**
 * As paintMask, with the colour of each active connection's weight.
 * @param {Uint32Array} out @param {Uint16Array} halves 16-bit float bits @param {Uint8Array} mask
 * @param {Uint32Array} palette by those bits @param {ArrayLike<number>} order @param {number} cols
 */
export function paintWeights(out, halves, mask, palette, order, cols) {
  paint(out, order, cols, (i) => (mask[i] ? palette[halves[i]] : 0));
}

/**
 * @param {Uint32Array} out @param {ArrayLike<number>} order @param {number} cols
 * @param {(i: number) => number} colourOf RGBA word of the connection at an index
 */
function paint(out, order, cols, colourOf) {
  for (let row = 0, to = 0; row < order.length; row++) {
    const start = order[row] * cols;
    for (let i = start; i < start + cols; i++) out[to++] = colourOf(i);
  }
}

/**
 * Colours of weights: orange below zero, blue above, pale near zero.
 * @param {Theme} theme @returns {import("./colours.js").Rgb[]}
 */
export const weightColours = (theme) =>
  Array.from({ length: 255 }, (_, i) => {
    const t = (i - 127) / 127;
    return mix(theme.card, t < 0 ? theme.tau : theme.active, Math.sqrt(Math.abs(t)));
  });

/**
 * RGBA word of every 16-bit float, as a weight on this scale.
 * @param {Theme} theme @param {number} scale @returns {Uint32Array} of 65536
 */
export function weightPalette(theme, scale) {
  const colours = weightColours(theme).map((colour) => pack(colour));
  return Uint32Array.from(halfTable(), (w) => {
    const t = Math.max(-1, Math.min(1, w / scale));
    return colours[Number.isNaN(t) ? 127 : Math.round(127 + 127 * t)];
  });
}

/**
 * End of a weight scale: a round number that at most one weight in two hundred exceeds.
 * @param {Uint16Array} halves 16-bit float bits @returns {number}
 */
export function weightScale(halves) {
  const counts = new Uint32Array(32768);
  for (let i = 0; i < halves.length; i++) counts[halves[i] & 0x7fff]++;
  // The bits of positive halves grow with their value, so the largest are found from the end.
  let bits = 32767;
  let left = halves.length / 200 - counts[bits];
  while (bits > 0 && left > 0) {
    bits--;
    left -= counts[bits];
  }
  const size = Math.min(halfTable()[bits] || 1e-3, 65504);
  const power = 10 ** Math.floor(Math.log10(size));
  const round = [1, 1.5, 2, 3, 4, 5, 6, 8].find((step) => step * power >= size * 0.999) ?? 10;
  return round * power;
}
