/** Samples of the looks of methods and of target ratios, for legends. */
import { css } from "../core/colours.js";
import { svg } from "../kit/dom.js";
import { lookOf, methodsOf, ratioKeys, WIDTH } from "./series.js";

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
