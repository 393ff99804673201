/** Colour arithmetic: parsing, mixing, the cividis scale, and packing for ImageData. */

/** @typedef {[number, number, number]} Rgb each 0..255 */

/** @type {Rgb[]} */
const CIVIDIS = [
  [0, 32, 76],
  [0, 42, 102],
  [0, 52, 110],
  [39, 63, 108],
  [60, 74, 107],
  [76, 85, 107],
  [91, 95, 109],
  [104, 106, 112],
  [117, 117, 117],
  [131, 129, 120],
  [146, 140, 120],
  [161, 152, 118],
  [176, 165, 114],
  [192, 177, 109],
  [209, 191, 102],
  [225, 204, 92],
  [243, 219, 79],
  [255, 233, 69],
];

/**
 * Cividis at t in [0, 1]: dark blue to yellow, even to colour-blind eyes.
 * @param {number} t @returns {Rgb}
 */
export function cividis(t) {
  const place = Math.min(1, Math.max(0, t)) * (CIVIDIS.length - 1);
  const i = Math.min(CIVIDIS.length - 2, Math.floor(place));
  return mix(CIVIDIS[i], CIVIDIS[i + 1], place - i);
}

/**
 * Mixture of two colours: a at share 0, b at share 1.
 * @param {Rgb} a @param {Rgb} b @param {number} share @returns {Rgb}
 */
export const mix = (a, b, share) =>
  /** @type {Rgb} */ (a.map((v, i) => Math.round(v + (b[i] - v) * share)));

/** @param {Rgb} c */
export const css = (c, alpha = 1) => `rgba(${c[0]}, ${c[1]}, ${c[2]}, ${alpha})`;

/** A colour as a little-endian RGBA word, for a Uint32 view of ImageData. @param {Rgb} c */
export const pack = (c, alpha = 255) => ((alpha << 24) | (c[2] << 16) | (c[1] << 8) | c[0]) >>> 0;

/** Colour of an RGBA word, or null if it is transparent. @param {number} word @returns {?Rgb} */
export const unpack = (word) =>
  word === 0 ? null : [word & 255, (word >> 8) & 255, (word >> 16) & 255];

/** Perceived lightness 0..1. @param {Rgb} c */
export const luminance = (c) => (0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]) / 255;

const parsed = new Map();
let probe;

/** Relative luminance 0..1, by WCAG 2. @param {Rgb} c */
function relativeLuminance(c) {
  const [r, g, b] = c.map((v) => {
    const s = v / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of two colours, from 1 to 21, by WCAG 2. @param {Rgb} a @param {Rgb} b */
export function contrast(a, b) {
  const [one, other] = [relativeLuminance(a) + 0.05, relativeLuminance(b) + 0.05];
  return Math.max(one, other) / Math.min(one, other);
}

/**
 * Black or white, whichever has the higher contrast on a colour: at least 4.5 to 1, by WCAG 2.
 * @param {Rgb} ground @returns {Rgb}
 */
export const inkOn = (ground) => (relativeLuminance(ground) > 0.179 ? [0, 0, 0] : [255, 255, 255]);

/** Any CSS colour, read by the browser's own parser. @param {string} text @returns {?Rgb} */
export function parse(text) {
  const key = text.trim();
  if (!key || key === "unset") return null;
  if (!parsed.has(key)) {
    probe ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    probe.clearRect(0, 0, 1, 1);
    probe.fillStyle = "#000";
    probe.fillStyle = key;
    probe.fillRect(0, 0, 1, 1);
    parsed.set(key, /** @type {Rgb} */ ([...probe.getImageData(0, 0, 1, 1).data].slice(0, 3)));
  }
  return parsed.get(key);
}
