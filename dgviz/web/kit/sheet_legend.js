/** The legend of a downloaded picture. */
import { css } from "../core/colours.js";
import { svg } from "./dom.js";
import { widthOf, write } from "./sheet_text.js";

const [STRIP_WIDTH, MOST_STRIP_WIDTH, STRIP_HEIGHT] = [110, 320, 10];
/** Between two labels under a strip. */
const TICKS_APART = 8;
const TICK_SIZE = 10.5;
const [ROW, ROW_WITH_TICKS] = [20, 38];

/**
 * @typedef {Object} LegendEntry a swatch, a strip of colours, a pattern, lines, or a drawing
 * @property {string} label
 * @property {import("../core/colours.js").Rgb} [colour]
 * @property {import("../core/colours.js").Rgb[]} [colours] with `low` and `high` at its sides, or with
 *   `ticks` under it
 * @property {string} [low]
 * @property {string} [high]
 * @property {Array<[number, string]>} [ticks] position in [0, 1], ascending, and label
 * @property {boolean} [hatched]
 * @property {boolean} [striped]
 * @property {boolean} [lines]
 * @property {SVGElement} [sample] with width and height
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
  let [x, y, row] = [0, 0, ROW];
  for (const entry of entries) {
    const pieces = piecesOf(entry, theme);
    const total = pieces.reduce((sum, { wide }) => sum + wide + 6, 12);
    if (x && x + total > width) [x, y, row] = [0, y + row, ROW];
    if (entry.ticks) row = ROW_WITH_TICKS;
    for (const { wide, at } of pieces) {
      nodes.push(...at(x, y));
      x += wide + 6;
    }
    x += 12;
  }
  return { nodes, height: entries.length ? y + row + 10 : 0 };
}

/**
 * @typedef {{wide: number, at: (x: number, y: number) => SVGElement[]}} Piece
 *
 * Divide an entry into pieces, from left to right.
 * @param {LegendEntry} entry @param {import("./theme.js").Theme} theme
 * @returns {Piece[]}
 */
function piecesOf(entry, theme) {
  const { label, colours, sample, low = "", high = "", ticks = [] } = entry;
  /** @param {...string} texts @returns {Piece[]} */
  const written = (...texts) =>
    texts.filter(Boolean).map((text) => ({
      wide: widthOf(text, 12),
      at: (x, y) => [write(text, x, y + 11, 12, theme.muted)],
    }));
  if (sample) {
    const wide = Number(sample.getAttribute("width"));
    const at = (/** @type {number} */ x, /** @type {number} */ y) => [moved(sample, x, y)];
    return [{ wide, at }, ...written(label)];
  }
  if (!colours) {
    return [{ wide: 12, at: (x, y) => [swatchOf(entry, x, y, theme)] }, ...written(label)];
  }
  const wide = Math.max(STRIP_WIDTH, widthFor(ticks));
  return [
    ...written(label, low),
    { wide, at: (x, y) => stripOf({ colours, ticks, wide }, x, y, theme) },
    ...written(high),
  ];
}

/** How much of a label lies left of its place: the outermost labels end with the strip. @param {number} at */
const partBefore = (at) => (at === 0 || at === 1 ? at : 0.5);

/**
 * The width of a strip under which no label touches the next one, if there is room for it.
 * @param {Array<[number, string]>} ticks
 */
export function widthFor(ticks) {
  const needed = ticks.slice(1).map(([at, label], i) => {
    const [before, text] = ticks[i];
    const after = (1 - partBefore(before)) * widthOf(text, TICK_SIZE);
    return (after + TICKS_APART + partBefore(at) * widthOf(label, TICK_SIZE)) / (at - before);
  });
  return Math.min(MOST_STRIP_WIDTH, Math.ceil(Math.max(0, ...needed)));
}

/** @param {SVGElement} node @param {number} x @param {number} y */
const moved = (node, x, y) => svg("g", { transform: `translate(${x} ${y})` }, node);

/**
 * @param {{colours: import("../core/colours.js").Rgb[], ticks: Array<[number, string]>, wide: number}} strip
 * @param {number} x @param {number} y @param {import("./theme.js").Theme} theme
 */
function stripOf({ colours, ticks, wide }, x, y, theme) {
  const step = wide / colours.length;
  const [top, bottom] = [y + 2, y + 2 + STRIP_HEIGHT];
  const cells = colours.map((colour, i) =>
    svg("rect", {
      x: x + i * step,
      y: top,
      width: step + (i < colours.length - 1 ? 0.3 : 0),
      height: STRIP_HEIGHT,
      fill: css(colour),
    }),
  );
  const labels = ticks.flatMap(([at, label]) => {
    const place = x + at * wide;
    const anchor = { "text-anchor": at === 0 ? "start" : at === 1 ? "end" : "middle" };
    return [
      svg("path", { d: `M${place} ${bottom}v3`, stroke: css(theme.muted) }),
      write(label, place, bottom + 13, TICK_SIZE, theme.muted, anchor),
    ];
  });
  return [...cells, ...labels];
}

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
