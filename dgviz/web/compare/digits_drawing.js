/** The digits that only one of two methods gets right as a drawing, for a file. */
import { mix } from "../core/colours.js";
import { svg } from "../kit/dom.js";
import { cellsOf } from "../kit/sheet_picture.js";
import { write } from "../kit/sheet_text.js";

const [SIDE, GAP, COLUMNS] = [58, 8, 12];
const [LETTERS, NUMBERS] = [14, 11];
/** Height of a heading, of a row of digits with their numbers, and between the two groups. */
const [HEAD, ROW, BETWEEN] = [26, SIDE + 22, 14];

/**
 * @typedef {Object} Digit a test image
 * @property {number} number @property {number} width in pixels @property {number} height
 * @property {ArrayLike<number>} image brightness of each pixel, from 0 to 255
 *
 * @param {Array<{title: string, digits: Digit[]}>} groups
 * @param {import("../kit/theme.js").Theme} theme @returns {SVGSVGElement}
 */
export function digitsDrawing(groups, theme) {
  /** @type {SVGElement[]} */
  const parts = [];
  let y = 0;
  for (const { title, digits } of groups) {
    parts.push(write(title, 0, y + LETTERS, LETTERS, theme.ink));
    y += HEAD;
    digits.forEach((digit, at) => {
      const x = (at % COLUMNS) * (SIDE + GAP);
      parts.push(drawn(digit, x, y + Math.floor(at / COLUMNS) * ROW, theme));
    });
    y += Math.ceil(digits.length / COLUMNS) * ROW + BETWEEN;
  }
  const [width, height] = [COLUMNS * (SIDE + GAP) - GAP, y - BETWEEN];
  return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, ...parts);
}

/** @param {Digit} digit @param {number} x @param {number} y @param {import("../kit/theme.js").Theme} theme */
function drawn({ number, width, height, image }, x, y, theme) {
  /** @param {number} pixel */
  const colourOf = (pixel) => mix(theme.ground, theme.ink, image[pixel] / 255);
  const cells = cellsOf(
    { title: "", width, height, colourOf },
    SIDE / Math.max(width, height),
    theme,
  );
  const text = write(String(number), 0, SIDE + NUMBERS + 2, NUMBERS, theme.muted);
  return svg("g", { transform: `translate(${x} ${y})` }, ...cells, text);
}
