/** The colour and the dash of each method, the same in all charts of a comparison. */
import { css } from "../core/colours.js";
import { el, svg } from "../kit/dom.js";

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

/**
 * Number of the dash. Methods with the same colour have different dashes.
 * @param {number} series
 */
const dashOf = (series) => (series + Math.floor(series / DASHES.length)) % DASHES.length;

/**
 * @param {number} series number of the method in the comparison
 * @param {import("../kit/theme.js").Theme} theme
 */
export function lookOf(series, theme) {
  const dash = dashOf(series);
  const colour = css(theme.series[series % theme.series.length]);
  return { colour, dash: DASHES[dash], stroke: STROKES[dash], symbol: SYMBOLS[dash] };
}

/**
 * A sample of a method's line.
 * @param {number} series @param {import("../kit/theme.js").Theme} theme
 */
export function sampleOf(series, theme) {
  const { colour, stroke } = lookOf(series, theme);
  const line = svg("line", {
    x1: 1,
    y1: 4,
    x2: 29,
    y2: 4,
    stroke: colour,
    "stroke-width": 2.4,
    "stroke-dasharray": stroke,
  });
  const drawing = svg(
    "svg",
    { width: 30, height: 8, viewBox: "0 0 30 8", "aria-hidden": "true" },
    line,
  );
  return el("span", { class: "sample" }, drawing);
}
