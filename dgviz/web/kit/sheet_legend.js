/** The legend of a downloaded picture. */
import { css } from "../core/colours.js";
import { svg } from "./dom.js";
import { widthOf, write } from "./sheet_text.js";

const STRIP = [110, 10];

/**
 * @typedef {Object} LegendEntry a swatch, a strip of colours, a pattern, or lines
 * @property {string} label
 * @property {import("../core/colours.js").Rgb} [colour]
 * @property {import("../core/colours.js").Rgb[]} [colours] with `low` and `high`
 * @property {string} [low]
 * @property {string} [high]
 * @property {boolean} [hatched]
 * @property {boolean} [striped]
 * @property {boolean} [lines]
 */

/**
 * Arrange the entries in rows.
 * @param {LegendEntry[]} entries @param {number} width
 * @param {import("./theme.js").Theme} theme
 * @returns {{nodes: SVGElement[], height: number}}
 */
export function legendOf(entries, width, theme) {
  /** @type {SVGElement[]} */
  const nodes = [];
  let [x, y] = [0, 0];
  for (const entry of entries) {
    const pieces = piecesOf(entry, theme);
    const total = pieces.reduce((sum, { wide }) => sum + wide + 6, 12);
    if (x && x + total > width) [x, y] = [0, y + 20];
    for (const { wide, at } of pieces) {
      nodes.push(...at(x, y));
      x += wide + 6;
    }
    x += 12;
  }
  return { nodes, height: entries.length ? y + 30 : 0 };
}

/**
 * @typedef {{wide: number, at: (x: number, y: number) => SVGElement[]}} Piece
 *
 * Divide an entry into pieces, from left to right.
 * @param {LegendEntry} entry @param {import("./theme.js").Theme} theme
 * @returns {Piece[]}
 */
function piecesOf(entry, theme) {
  const { label, colours, low = "", high = "" } = entry;
  /** @param {...string} texts @returns {Piece[]} */
  const written = (...texts) =>
    texts.filter(Boolean).map((text) => ({
      wide: widthOf(text, 12),
      at: (x, y) => [write(text, x, y + 11, 12, theme.muted)],
    }));
  if (!colours) {
    return [{ wide: 12, at: (x, y) => [swatchOf(entry, x, y, theme)] }, ...written(label)];
  }
  return [
    ...written(label, low),
    { wide: STRIP[0], at: (x, y) => stripOf(colours, x, y) },
    ...written(high),
  ];
}

/** @param {import("../core/colours.js").Rgb[]} colours @param {number} x @param {number} y */
const stripOf = (colours, x, y) =>
  colours.map((colour, i) =>
    svg("rect", {
      x: x + (i * STRIP[0]) / colours.length,
      y: y + 2,
      width: STRIP[0] / colours.length + 0.3,
      height: STRIP[1],
      fill: css(colour),
    }),
  );

/**
 * @param {LegendEntry} entry @param {number} x @param {number} y
 * @param {import("./theme.js").Theme} theme
 */
function swatchOf({ colour, hatched, striped, lines }, x, y, theme) {
  if (lines) {
    return svg("path", {
      d: `M${x} ${y + 7}h12`,
      stroke: css(theme.ink),
      "stroke-width": 1.4,
    });
  }
  const fill = hatched
    ? "url(#hatching)"
    : striped
      ? "url(#stripes)"
      : colour
        ? css(colour)
        : "none";
  return svg("rect", { x, y: y + 1, width: 12, height: 12, fill, stroke: theme.grid });
}
