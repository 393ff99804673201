/**
 * The look of each row of a comparison, the same in all charts: colour and dash say the method, and the
 * width of the line the target ratio.
 */
import { css } from "../core/colours.js";
import { known, plain } from "../core/format.js";

/** Plotly's names; charts/palette.py has the same. Dotted lines are reserved for validation. */
export const DASHES = [
  "solid",
  "dash",
  "dashdot",
  "longdash",
  "longdashdot",
  "8px,3px,2px,3px,2px,3px",
];
/** The same for an SVG line. */
const STROKES = ["none", "6 4", "6 3 2 3", "10 4", "10 3 2 3", "8 3 2 3 2 3"];
/** Plotly's names of the dots' shapes. */
const SYMBOLS = ["circle", "square", "triangle-up", "triangle-down", "cross", "star"];

/** Of a line, in pixels. */
export const WIDTH = 2;
const [THINNEST, THICKEST] = [1.2, 4];

/**
 * Number of the dash. Methods with the same colour have different dashes.
 * @param {number} series
 */
const dashOf = (series) => (series + Math.floor(series / DASHES.length)) % DASHES.length;

/**
 * @param {number} series place of the method in the plan
 * @param {import("../kit/theme.js").Theme} theme @param {number} [alpha] of the colour
 */
export function lookOf(series, theme, alpha) {
  const dash = dashOf(series);
  const colour = css(theme.series[series % theme.series.length], alpha);
  return { colour, dash: DASHES[dash], stroke: STROKES[dash], symbol: SYMBOLS[dash] };
}

/**
 * The width of the lines of each target ratio, from the largest to the smallest one.
 * @param {Array<{ratio: ?number}>} rows @returns {Map<?number, number>}
 */
function widthsOf(rows) {
  const found = new Set(rows.map(({ ratio }) => ratio).filter(known));
  const ratios = [...found].sort((a, b) => b - a);
  const step = (THICKEST - THINNEST) / (ratios.length - 1);
  return new Map(ratios.length < 2 ? [] : ratios.map((ratio, at) => [ratio, THICKEST - at * step]));
}

/**
 * The width of a row's lines: the larger its target ratio, the thicker. Without several ratios all are
 * alike.
 * @param {{ratio: ?number}} row @param {Array<{ratio: ?number}>} rows all of the comparison
 */
export const widthOf = ({ ratio }, rows) => widthsOf(rows).get(ratio) ?? WIDTH;

/**
 * What a legend says of the widths; nothing without several target ratios.
 * @param {Array<{ratio: ?number}>} rows @returns {Array<{name: string, width: number}>}
 */
export const ratioKeys = (rows) =>
  [...widthsOf(rows)].map(([ratio, width]) => ({ name: `target ${plain(Number(ratio))}`, width }));

/**
 * The first row of each method.
 * @template {{method: string}} Row
 * @param {Row[]} rows
 */
export const methodsOf = (rows) =>
  [...Map.groupBy(rows, ({ method }) => method).values()].map(([one]) => one);
