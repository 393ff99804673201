/**
 * What a hidden unit sees: its active weights laid out as the image is. The channels of a colour
 * image are added up, for the unit adds them up too; what a single channel weighs is a view of its
 * own.
 */
import { mix, pack } from "../core/colours.js";
import { colourOf } from "./diverging.js";

const STEPS = 127;
const BEYOND = 0.02;

/**
 * @param {import("./network.js").Net} net @param {number} unit
 * @param {import("../core/pixels.js").Shape} shape
 * @param {?number} [channel] only this one @returns {Float32Array} [height * width]
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
 * The end of a field's own scale: beyond it lies one active weight in fifty at most, so that a single
 * large one does not pale all the others. @param {Float32Array} field @returns {number} above 0
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
 * Packed colours from -most to most: of a living unit, or in grey.
 * @param {import("../kit/theme.js").Theme} theme @param {boolean} alive @returns {Uint32Array}
 */
function paletteOf(theme, alive) {
  const key = `${theme.id} ${alive}`;
  let palette = palettes.get(key);
  if (!palette) {
    const grey = mix(theme.ground, theme.ink, 0.4);
    const colours = alive ? theme : { ...theme, active: grey, tau: grey };
    palette = Uint32Array.from({ length: 2 * STEPS + 1 }, (_, i) =>
      pack(colourOf(i - STEPS, STEPS, colours)),
    );
    palettes.set(key, palette);
  }
  return palette;
}

/**
 * Paints a field into a picture of packed colours.
 * @param {Uint32Array} words of the whole picture @param {number} wide its width
 * @param {number} start where the field's first cell goes
 * @param {Float32Array} field @param {number} width of the field @param {number} end of the scale
 * @param {import("../kit/theme.js").Theme} theme @param {boolean} alive
 */
export function paintField(words, wide, start, field, width, end, theme, alive) {
  const palette = paletteOf(theme, alive);
  const scale = STEPS / end;
  for (let at = 0, col = 0, to = start; at < field.length; at++) {
    const step = Math.round(field[at] * scale);
    words[to] = palette[STEPS + Math.max(-STEPS, Math.min(STEPS, step))];
    col += 1;
    to += 1;
    if (col === width) {
      col = 0;
      to += wide - width;
    }
  }
}
