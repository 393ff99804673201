/** The inputs of the net as pixels of an image: where each lies, and what is left of it. */
import { activePerPixel } from "./gates.js";

/** What the three channels of a colour image are called. */
export const CHANNELS = ["red", "green", "blue"];

/**
 * @typedef {{channels: number, height: number, width: number}} Shape of the images
 * @typedef {import("./store.js").Facts} Facts
 *
 * @param {?{image_shape: number[]}} facts @param {number} pixels inputs of the net
 * @returns {Shape} a square if nothing is known
 */
export function imageShape(facts, pixels) {
  const [channels, height, width] = facts?.image_shape ?? [];
  if (channels * height * width === pixels) return { channels, height, width };
  const side = Math.round(Math.sqrt(pixels));
  return side * side === pixels
    ? { channels: 1, height: side, width: side }
    : { channels: 1, height: 1, width: pixels };
}

/**
 * "row 12, column 17", and the colour where there is more than one.
 * @param {number} pixel @param {Shape} shape
 */
export function placeText(pixel, { channels, height, width }) {
  const inChannel = pixel % (height * width);
  const words = `row ${Math.floor(inChannel / width)}, column ${inChannel % width}`;
  if (channels === 1) return words;
  const channel = Math.floor(pixel / (height * width));
  return `${words}, ${CHANNELS[channel] ?? `channel ${channel}`}`;
}

/** Whether the input is 0 in every training image. @param {?Facts} facts @param {number} pixel */
export const isAlwaysBlank = (facts, pixel) => facts?.alwaysZero?.[pixel] === 1;

/** What a pixel of the image can be, in the words of the page. */
export const [ALWAYS_BLANK, PRUNED, IN_USE] = ["always blank", "pruned", "in use"];

/**
 * @typedef {Object} Pixels those of the image, the channels of a colour image added up
 * @property {Shape} shape
 * @property {Uint32Array} active connections, by pixel
 * @property {string[]} kinds by pixel: ALWAYS_BLANK, PRUNED or IN_USE
 * @property {number} of connections of a pixel
 * @property {number} blanks @property {number} pruned @property {number} used pixels of each kind
 *
 * @param {import("./gates.js").Snapshot} snapshot @param {?Facts} facts @param {number} tau
 * @returns {Pixels}
 */
export function pixelsOf(snapshot, facts, tau) {
  const { rows, cols } = snapshot.layers[0];
  const shape = imageShape(facts, cols);
  const active = new Uint32Array(shape.width * shape.height);
  activePerPixel(snapshot, tau).forEach((n, input) => (active[input % active.length] += n));
  const kinds = Array.from(blanksOf(facts, shape), (blank, pixel) =>
    blank ? ALWAYS_BLANK : active[pixel] ? IN_USE : PRUNED,
  );
  const [blanks, pruned, used] = [ALWAYS_BLANK, PRUNED, IN_USE].map(
    (kind) => kinds.filter((other) => other === kind).length,
  );
  return { shape, active, kinds, of: rows * shape.channels, blanks, pruned, used };
}

/**
 * @param {?Facts} facts @param {Shape} shape
 * @returns {Uint8Array} by pixel of the image, 1 where it is 0 in every training image
 */
export function blanksOf(facts, { channels, height, width }) {
  const size = height * width;
  return Uint8Array.from({ length: size }, (_, pixel) => {
    for (let c = 0; c < channels; c++) if (!isAlwaysBlank(facts, pixel + c * size)) return 0;
    return 1;
  });
}

/**
 * How a picture of cells shows pixels: those in use by colour, the other two kinds by a pattern,
 * which is told from every colour by colour-blind eyes and in grey print.
 * @param {Pixels} pixels @param {import("../kit/theme.js").Theme} theme
 * @param {(pixel: number) => import("./colours.js").Rgb} colourInUse
 */
export const cellsOf = ({ kinds }, theme, colourInUse) => ({
  hatched: (/** @type {number} */ pixel) => kinds[pixel] === ALWAYS_BLANK,
  striped: (/** @type {number} */ pixel) => kinds[pixel] === PRUNED,
  colourOf: (/** @type {number} */ pixel) =>
    kinds[pixel] === IN_USE ? colourInUse(pixel) : kinds[pixel] === PRUNED ? theme.pruned : null,
});

/**
 * Where an input lies on the image: one of a colour image on the pixel of all its channels.
 * @param {?number} input @param {Shape} shape
 * @returns {?number} null for one that images of this shape lack, as a pin of another run may be
 */
export function placeOnImage(input, { channels, height, width }) {
  const size = height * width;
  return input === null || input >= channels * size ? null : input % size;
}
