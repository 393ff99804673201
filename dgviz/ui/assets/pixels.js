/** Where an input number lies in the image: channel, row, column. */

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
