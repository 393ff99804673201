/**
 * The look of each row of a comparison, the same in all charts: colour and dash say the method, and the
 * width of the line the target ratio.
 */
import { css } from "../core/colours.js";
import { known, plain } from "../core/format.js";
import { svg } from "../kit/dom.js";

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

const WIDTH = 2;
const [THINNEST, THICKEST] = [1.2, 4];

/**
 * Number of the dash. Methods with the same colour have different dashes.
 * @param {number} series
 */
const dashOf = (series) => (series + Math.floor(series / DASHES.length)) % DASHES.length;

/**
 * @param {number} series number of the method in the catalogue
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
 * Drawings of Plotly's shapes around the origin, as large as a marker of 10 pixels.
 * @type {Object<string, string>}
 */
const SHAPES = {
  circle: "M5 0A5 5 0 1 1 -5 0A5 5 0 1 1 5 0Z",
  square: "M-5 -5H5V5H-5Z",
  "triangle-up": "M-5.8 2.5H5.8L0 -5Z",
  "triangle-down": "M-5.8 -2.5H5.8L0 5Z",
  cross: "M5 2H2V5H-2V2H-5V-2H-2V-5H2V-2H5Z",
  star: "M0 -7L1.6 -2.2L6.7 -2.2L2.5 0.8L4.1 5.7L0 2.7L-4.1 5.7L-2.5 0.8L-6.7 -2.2L-1.6 -2.2Z",
};

/** Size of a sample in pixels. */
const [SAMPLE_WIDTH, SAMPLE_HEIGHT] = [30, 14];

/** @param {...SVGElement} parts */
const sample = (...parts) =>
  svg(
    "svg",
    {
      class: "sample",
      width: SAMPLE_WIDTH,
      height: SAMPLE_HEIGHT,
      viewBox: `0 0 ${SAMPLE_WIDTH} ${SAMPLE_HEIGHT}`,
      "aria-hidden": "true",
    },
    ...parts,
  );

/**
 * A sample of a line.
 * @param {{colour: string, stroke: string}} look @param {number} [width]
 */
export const lineSample = ({ colour, stroke }, width = WIDTH) =>
  sample(
    svg("path", {
      d: "M1 7H29",
      stroke: colour,
      "stroke-width": width,
      "stroke-dasharray": stroke,
    }),
  );

/** A sample of a dot. @param {{colour: string, symbol: string}} look */
export const dotSample = ({ colour, symbol }) =>
  sample(svg("path", { d: SHAPES[symbol], fill: colour, transform: "translate(15 7)" }));

/** A sample of the mark of published results. @param {string} colour */
export const crossSample = (colour) =>
  sample(svg("path", { d: "M11 3L19 11M11 11L19 3", stroke: colour, "stroke-width": 2 }));

/**
 * The legend of a picture: each method once, by its first row.
 * @param {Array<{method: string, title: string, series: number}>} rows
 * @param {import("../kit/theme.js").Theme} theme @param {(look: ReturnType<typeof lookOf>) => SVGElement} draw
 * @returns {import("../kit/sheet_legend.js").LegendEntry[]}
 */
export const methodEntries = (rows, theme, draw) =>
  methodsOf(rows).map(({ title, series }) => ({
    label: title,
    sample: draw(lookOf(series, theme)),
  }));

/**
 * The same of the widths of lines.
 * @param {Array<{ratio: ?number}>} rows @param {import("../kit/theme.js").Theme} theme
 */
export const ratioEntries = (rows, theme) =>
  ratioKeys(rows).map(({ name, width }) => ({
    label: name,
    sample: lineSample({ colour: css(theme.ink), stroke: "none" }, width),
  }));

/**
 * The first row of each method.
 * @template {{method: string}} Row
 * @param {Row[]} rows
 */
export const methodsOf = (rows) =>
  [...Map.groupBy(rows, ({ method }) => method).values()].map(([one]) => one);
