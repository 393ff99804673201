/** Text in a downloaded SVG: measure, wrap and write it. */
import { css } from "../core/colours.js";
import { svg } from "./dom.js";

export const FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif";

/** @type {?OffscreenCanvasRenderingContext2D} */
let ruler = null;

/** @param {string} text @param {number} size of the font @param {string} [font] that of files, if none is given @returns {number} in pixels */
export function widthOf(text, size, font = FONT) {
  ruler ??= /** @type {OffscreenCanvasRenderingContext2D} */ (
    new OffscreenCanvas(1, 1).getContext("2d")
  );
  ruler.font = `${size}px ${font}`;
  return ruler.measureText(text).width;
}

/**
 * @param {string} text @param {number} size of the font @param {number} width
 * @returns {string[]} lines of at most `width`
 */
export function wrap(text, size, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (lines.at(-1) && widthOf(longer, size) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/**
 * @param {string} text @param {number} x @param {number} y @param {number} size of the font
 * @param {import("../core/colours.js").Rgb} colour
 * @param {import("./dom.js").Attributes} [more]
 */
export const write = (text, x, y, size, colour, more = {}) =>
  svg("text", { x, y, "font-size": size, fill: css(colour), ...more }, text);
