/** The inputs of a network as pixels of an image: their places and their active connections. */
import { count } from "./format.js";
import { activePerPixel, firstLayers } from "./gates.js";

/** Names of the three channels of a colour image. */
export const CHANNELS = ["red", "green", "blue"];

/**
 * @typedef {{channels: number, height: number, width: number}} Shape of the images
 * @typedef {import("./store.js").Facts} Facts
 *
 * @param {?{image_shape: number[]}} facts @param {number} pixels inputs of the network
 * @returns {Shape} without matching facts a square, or a single row
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
 * "row 12, column 17", with the channel of a colour image.
 * @param {number} pixel @param {Shape} shape
 */
export function placeText(pixel, { channels, height, width }) {
  const inChannel = pixel % (height * width);
  const place = `row ${Math.floor(inChannel / width)}, column ${inChannel % width}`;
  if (channels === 1) return place;
  const channel = Math.floor(pixel / (height * width));
  return `${place}, ${CHANNELS[channel] ?? `channel ${channel}`}`;
}

/** Whether the input is 0 in every training image. @param {?Facts} facts @param {number} pixel */
export const isAlwaysBlank = (facts, pixel) => facts?.alwaysZero?.[pixel] === 1;

/** Kinds of pixels, as the page names them. */
export const [ALWAYS_BLANK, UNUSED, IN_USE] = ["always blank", "unused", "in use"];

/**
 * @typedef {Object} Pixels of the image; the channels of a colour image are added up
 * @property {Shape} shape
 * @property {Uint32Array} active connections, by pixel
 * @property {string[]} kinds by pixel: ALWAYS_BLANK, UNUSED or IN_USE
 * @property {number} of connections of a pixel
 * @property {number} [layers] that read the image, if there may be several
 * @property {number} blanks @property {number} unused @property {number} used numbers of pixels
 *
 * @param {import("./gates.js").Snapshot} snapshot @param {?Facts} facts @param {number} tau
 * @returns {Pixels}
 */
export function pixelsOf(snapshot, facts, tau) {
  const shape = imageShape(facts, snapshot.layers[0].cols);
  const firsts = firstLayers(snapshot);
  const units = firsts.reduce((sum, at) => sum + snapshot.layers[at].rows, 0);
  const active = new Uint32Array(shape.width * shape.height);
  activePerPixel(snapshot, tau).forEach((n, input) => (active[input % active.length] += n));
  const kinds = Array.from(blanksOf(facts, shape), (blank, pixel) =>
    blank ? ALWAYS_BLANK : active[pixel] ? IN_USE : UNUSED,
  );
  const [blanks, unused, used] = [ALWAYS_BLANK, UNUSED, IN_USE].map(
    (kind) => kinds.filter((other) => other === kind).length,
  );
  const of = units * shape.channels;
  return { shape, active, kinds, of, layers: firsts.length, blanks, unused, used };
}

/**
 * The connections of a pixel: "of 256"; "of 68 in 5 first layers" where experts and a router read it.
 * @param {Pixels} pixels
 */
export const ofText = ({ of, layers = 1 }) =>
  `of ${count(of)}${layers > 1 ? ` in ${count(layers)} first layers` : ""}`;

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
 * Pixels as cells of a picture: those in use by colour, the other two kinds by a pattern, which
 * colour-blind readers and grey print can tell from every colour.
 * @param {Pixels} pixels @param {import("../kit/theme.js").Theme} theme
 * @param {(pixel: number) => import("./colours.js").Rgb} colourInUse
 */
export const cellsOf = ({ kinds }, theme, colourInUse) => ({
  hatched: (/** @type {number} */ pixel) => kinds[pixel] === ALWAYS_BLANK,
  striped: (/** @type {number} */ pixel) => kinds[pixel] === UNUSED,
  colourOf: (/** @type {number} */ pixel) =>
    kinds[pixel] === IN_USE ? colourInUse(pixel) : kinds[pixel] === UNUSED ? theme.unused : null,
});

/**
 * Pixel of the image that an input belongs to. The channels of a colour image share their pixels.
 * @param {?number} input @param {Shape} shape
 * @returns {?number} null for an input that is beyond this shape: it may be a pin of another run
 */
export function placeOnImage(input, { channels, height, width }) {
  const size = height * width;
  return input === null || input >= channels * size ? null : input % size;
}
