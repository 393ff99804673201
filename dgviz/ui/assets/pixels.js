/** The inputs of the net as pixels of an image: where each lies, and what it keeps. */
import { keptPerPixel } from "./gates.js";

const CHANNELS = ["red", "green", "blue"];

/**
 * @param {?Object} facts @param {number} pixels inputs of the net
 * @returns {{channels: number, height: number, width: number}} a square if nothing is known
 */
export function imageShape(facts, pixels) {
  const [channels, height, width] = facts?.image_shape ?? [];
  if (channels * height * width === pixels) return { channels, height, width };
  const side = Math.round(Math.sqrt(pixels));
  return side * side === pixels
    ? { channels: 1, height: side, width: side }
    : { channels: 1, height: 1, width: pixels };
}

/** "row 12, column 17", and the colour where there is more than one. */
export function placeWords(pixel, { channels, height, width }) {
  const inChannel = pixel % (height * width);
  const words = `row ${Math.floor(inChannel / width)}, column ${inChannel % width}`;
  if (channels === 1) return words;
  const channel = Math.floor(pixel / (height * width));
  return `${words}, ${CHANNELS[channel] ?? `channel ${channel}`}`;
}

/** Whether the input is 0 in every training image. @param {?Object} facts */
export const hasNoData = (facts, pixel) => facts?.alwaysZero?.[pixel] === 1;

/**
 * Kept connections of every pixel, the channels of a colour image added up.
 * @param {import("./gates.js").Frame} frame @param {?Object} facts @param {number} tau
 * @returns {{shape: Object, kept: Uint32Array, blank: Uint8Array, of: number, most: number,
 *   blanks: number, pruned: number}} blank: 1 where no image has ink; of: connections of a pixel;
 *   most: the most that any pixel keeps; blanks, pruned: how many pixels
 */
export function keptOnImage(frame, facts, tau) {
  const { rows, cols } = frame.layers[0];
  const shape = imageShape(facts, cols);
  const size = shape.width * shape.height;
  const kept = new Uint32Array(size);
  keptPerPixel(frame, tau).forEach((n, input) => (kept[input % size] += n));
  const blank = Uint8Array.from(kept, (_, pixel) => {
    for (let c = 0; c < shape.channels; c++) if (!hasNoData(facts, pixel + c * size)) return 0;
    return 1;
  });
  const seen = kept.filter((_, pixel) => !blank[pixel]);
  return {
    shape, kept, blank, of: rows * shape.channels, most: Math.max(1, ...seen),
    blanks: size - seen.length, pruned: seen.filter((n) => n === 0).length,
  };
}
