/**
 * The receptive field of a hidden unit: its active weights, arranged as an image. The channels of a
 * colour image are added up unless one channel is chosen.
 */
import { mix, pack } from "../core/colours.js";
import { colourOf } from "./diverging.js";

const STEPS = 127;
const BEYOND = 0.02;

/**
 * @param {import("./network.js").Net} net @param {number} unit
 * @param {import("../core/pixels.js").Shape} shape
 * @param {?number} [channel] null for the sum of all @returns {Float32Array} [height * width]
 */
export function fieldOf({ layers: [first] }, unit, { channels, height, width }, channel = null) {
  const size = height * width;
  const row = first.weights.subarray(unit * first.cols, (unit + 1) * first.cols);
  if (channels === 1) return row;
  if (channel !== null) return row.subarray(channel * size, (channel + 1) * size);
  const field = new Float32Array(size);
  for (let at = 0; at < row.length; at++) field[at % size] += row[at];
  return field;
}

/**
 * The end of a field's own scale. At most one active weight in fifty lies beyond it, so that a few
 * large weights do not make all others pale.
 * @param {Float32Array} field @returns {number} above 0
 */
export function endOf(field) {
  const sizes = field
    .filter((weight) => weight !== 0)
    .map(Math.abs)
    .sort();
  return sizes[Math.max(0, Math.ceil(sizes.length * (1 - BEYOND)) - 1)] || 1;
}

/** @type {Map<string, Uint32Array>} */
const palettes = new Map();

/**
 * Packed colours from -most to most, in grey for a dead unit.
 * @param {import("../kit/theme.js").Theme} theme @param {boolean} inUse @returns {Uint32Array}
 */
function paletteOf(theme, inUse) {
  const key = `${theme.id} ${inUse}`;
  let palette = palettes.get(key);
  if (!palette) {
    const grey = mix(theme.ground, theme.ink, 0.4);
    const colours = inUse ? theme : { ...theme, active: grey, tau: grey };
    palette = Uint32Array.from({ length: 2 * STEPS + 1 }, (_, i) =>
      pack(colourOf(i - STEPS, STEPS, colours)),
    );
    palettes.set(key, palette);
  }
  return palette;
}

/**
 * Paint a field into a picture of packed colours.
 * @param {Uint32Array} packed the picture's packed pixels @param {number} wide its width
 * @param {number} start the index of the field's first cell in the picture
 * @param {Float32Array} field @param {number} width of the field @param {number} end of the scale
 * @param {import("../kit/theme.js").Theme} theme @param {boolean} inUse
 */
export function paintField(packed, wide, start, field, width, end, theme, inUse) {
  const palette = paletteOf(theme, inUse);
  const scale = STEPS / end;
  for (let at = 0, col = 0, to = start; at < field.length; at++) {
    const step = Math.round(field[at] * scale);
    packed[to] = palette[STEPS + Math.max(-STEPS, Math.min(STEPS, step))];
    col += 1;
    to += 1;
    if (col === width) {
      col = 0;
      to += wide - width;
    }
  }
}
