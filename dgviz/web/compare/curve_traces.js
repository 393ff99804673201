/** The lines and bands of a chart of curves as Plotly's traces. */
import { areBandsQuiet, bandOf, isMean, nameOf } from "./curve_lines.js";
import { lookOf, widthOf } from "./series.js";

const BAND_OPACITY = 0.2;
/** The mark where a run failed, in pixels. */
const FAILURE_SIZE = 9;

/**
 * @typedef {import("./curve_lines.js").Line} Line
 * @typedef {import("./curve_chart.js").Quantity} Quantity
 * @typedef {import("../kit/theme.js").Theme} Theme
 * @typedef {Line & {trace: Object<string, any>, isQuiet?: boolean}} Drawn isQuiet: whether it is drawn
 *   only while its row is highlighted
 *
 * The bands of the means, and then all lines, over them.
 * @param {Line[]} lines @param {Quantity} quantity
 * @param {import("./race.js").RaceRow[]} rows all of the comparison @param {Theme} theme
 * @returns {Drawn[]}
 */
export function drawnLines(lines, quantity, rows, theme) {
  const isQuiet = areBandsQuiet(lines);
  const bands = lines.filter(isMean);
  return [
    ...bands.map((line) => ({ ...line, isQuiet, trace: bandTrace(line, quantity, theme) })),
    ...lines.map((line) => ({ ...line, trace: lineTrace(line, quantity, rows, theme) })),
  ];
}

/**
 * @param {Line} line @param {Quantity} quantity
 * @param {import("./race.js").RaceRow[]} rows @param {Theme} theme
 */
function lineTrace(line, { factor, hover, digits }, rows, theme) {
  const { row, points, uid, failure } = line;
  const { colour, dash } = lookOf(row.series, theme);
  const last = points.length - 1;
  const deviation = isMean(line) ? ` ± %{customdata:${digits}}` : "";
  return {
    type: "scatter",
    uid,
    name: nameOf(line),
    x: points.map(([epoch]) => epoch),
    y: points.map(([, value]) => factor * value),
    customdata: points.map(([, , spread = 0]) => factor * spread),
    mode: points.length < 3 || failure ? "lines+markers" : "lines",
    line: { color: colour, dash, width: widthOf(row, rows) },
    marker: failure
      ? {
          symbol: "x",
          size: points.map((_, at) => (at === last ? FAILURE_SIZE : 0)),
          color: colour,
        }
      : { size: 5, color: colour },
    hovertemplate: `%{fullData.name}<br>epoch %{x:.1f}: ${hover}${deviation}<extra></extra>`,
  };
}

/** @param {Line} line @param {Quantity} quantity @param {Theme} theme */
function bandTrace(line, { factor }, theme) {
  const edge = bandOf(line);
  return {
    type: "scatter",
    uid: `band_${line.uid}`,
    x: edge.map(([epoch]) => epoch),
    y: edge.map(([, value]) => factor * value),
    mode: "lines",
    line: { width: 0 },
    fill: "toself",
    fillcolor: lookOf(line.row.series, theme, BAND_OPACITY).colour,
    hoverinfo: "skip",
  };
}
