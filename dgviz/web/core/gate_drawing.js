/**
 * Gate bytes to pixels. A frame is drawn with one look-up per connection, so that two hundred
 * thousand of them take about a millisecond; the palettes have one entry per possible byte.
 */
import { cividis, mix, pack } from "./colours.js";
import { LEVELS } from "./gates.js";
import { halfTable } from "./safetensors.js";

/** How far the colour of a closed connection is faded towards the card. */
export const FADE = 0.74;

/** @typedef {import("../kit/theme.js").Theme} Theme */

/**
 * Colours of the 201 bytes, closed ones faded.
 * @param {Theme} theme @param {number} cut @returns {import("./colours.js").Rgb[]}
 */
export const probabilityColours = (theme, cut) =>
  Array.from({ length: LEVELS }, (_, q) => {
    const full = cividis(q / (LEVELS - 1));
    return q > cut ? full : mix(full, theme.card, FADE);
  });

/** @param {Theme} theme @param {number} cut @returns {Uint32Array} of 201 */
export const probabilityPalette = (theme, cut) =>
  Uint32Array.from(probabilityColours(theme, cut), (colour) => pack(colour));

/**
 * Kept is the accent; closed is clear, so that the card shows through.
 * @param {Theme} theme @param {number} cut @returns {Uint32Array}
 */
export const maskPalette = (theme, cut) =>
  Uint32Array.from({ length: LEVELS }, (_, q) => (q > cut ? pack(theme.kept) : 0));

/**
 * Orange below nought, blue above, pale in the middle.
 * @param {Theme} theme @returns {import("./colours.js").Rgb[]}
 */
export const weightColours = (theme) =>
  Array.from({ length: 255 }, (_, i) => {
    const t = (i - 127) / 127;
    return mix(theme.card, t < 0 ? theme.tau : theme.kept, Math.sqrt(Math.abs(t)));
  });

/**
 * @param {Uint32Array} out rows x cols pixels @param {Uint8Array} bytes rows x cols
 * @param {Uint32Array} palette of 201 @param {ArrayLike<number>} order the unit of each drawn row
 * @param {number} cols
 */
export function paintBytes(out, bytes, palette, order, cols) {
  for (let row = 0, to = 0; row < order.length; row++) {
    const start = order[row] * cols;
    for (let i = start; i < start + cols; i++) out[to++] = palette[bytes[i]];
  }
}

/**
 * As paintBytes, with the colour of each kept connection's weight.
 * @param {Uint32Array} out @param {Uint8Array} bytes @param {Uint16Array} halves 16-bit float bits
 * @param {Uint32Array} palette by those bits @param {number} cut
 * @param {ArrayLike<number>} order @param {number} cols
 */
export function paintWeights(out, bytes, halves, palette, cut, order, cols) {
  for (let row = 0, to = 0; row < order.length; row++) {
    const start = order[row] * cols;
    for (let i = start; i < start + cols; i++) {
      out[to++] = bytes[i] > cut ? palette[halves[i]] : 0;
    }
  }
}

/**
 * The colour of every 16-bit float at this scale.
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
 * The end of a weight scale: a round number, beyond which lies one weight in two hundred at most.
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
