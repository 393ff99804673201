/** How fast each program is against dense PyTorch: a mark and the range of half the rounds, on a log axis. */
import { css } from "../core/colours.js";
import { plain } from "../core/format.js";
import { svg } from "../kit/dom.js";
import { write } from "../kit/sheet_text.js";

/** @typedef {import("../kit/theme.js").Theme} Theme */

const [ROW, NARROW_ROW, AXIS, TEXT] = [27, 46, 26, 12.5];
/** From this width on, names and times stand beside the marks. */
const WIDE_PX = 680;
/** From this width on, "as fast" stands behind the times without touching a name. */
const WORDS_PX = 300;
const [NAMES, TIMES] = [220, 190];
const EDGE = 12;
/** Where the marks of a narrow row begin, below its texts. */
const MARKS = 20;
const TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];

/**
 * @typedef {"nothing"|"units"|"connections"} Saving
 *
 * @typedef {Object} SpeedRow a program
 * @property {string} title @property {string} form what it does @property {Saving} saves
 * @property {number} speedup against dense PyTorch
 * @property {number} low @property {number} high the quartiles of its rounds
 * @property {number} microseconds @property {string} time @property {string} times
 * @property {boolean} taken whether it is the one to take
 */

/** @type {{[saving in Saving]: string}} drawings around the origin */
export const SHAPES = {
  nothing: "M5 0A5 5 0 1 1 -5 0A5 5 0 1 1 5 0Z",
  units: "M-4.6 -4.6H4.6V4.6H-4.6Z",
  connections: "M0 -6.2L6.2 0L0 6.2L-6.2 0Z",
};

/** @param {Saving} saves @param {Theme} theme */
export const colourOf = (saves, theme) =>
  css({ nothing: theme.muted, units: theme.tau, connections: theme.active }[saves]);

/**
 * The mark of a kind of program, for a legend.
 * @param {Saving} saves @param {Theme} theme
 */
export const markSample = (saves, theme) =>
  svg(
    "svg",
    { width: 16, height: 14, viewBox: "-8 -7 16 14", "aria-hidden": "true" },
    svg("path", { d: SHAPES[saves], fill: colourOf(saves, theme) }),
  );

/**
 * The ends of the axis, with room around all ranges and around 1.
 * @param {Array<{low: number, high: number}>} rows @returns {[number, number]}
 */
export function rangeOf(rows) {
  const low = Math.min(1, ...rows.map((row) => row.low));
  const high = Math.max(1, ...rows.map((row) => row.high));
  return [low / 1.25, high * 1.25];
}

/**
 * @param {SpeedRow[]} rows @param {number} width in pixels @param {Theme} theme
 * @returns {SVGSVGElement}
 */
export function speedDrawing(rows, width, theme) {
  const isWide = width >= WIDE_PX;
  const [left, right] = isWide ? [NAMES, width - TIMES] : [EDGE, width - EDGE];
  const [from, to] = rangeOf(rows).map(Math.log);
  /** @param {number} speedup */
  const x = (speedup) => left + ((Math.log(speedup) - from) / (to - from)) * (right - left);
  const tall = isWide ? ROW : NARROW_ROW;
  const bottom = rows.length * tall + 4;
  const ticks = TICKS.filter((tick) => Math.log(tick) >= from && Math.log(tick) <= to);
  // On a narrow card the lines leave out the texts, which stand above the marks.
  const spans = isWide
    ? `M0 0V${bottom}`
    : rows.map((_, at) => `M0 ${at * tall + MARKS}v${tall - MARKS}`).join("");
  const lines = ticks.flatMap((tick) => [
    svg("path", {
      d: spans,
      transform: `translate(${x(tick)} 0)`,
      stroke: tick === 1 ? css(theme.muted) : theme.grid,
      fill: "none",
    }),
    write(`${plain(tick)}×`, x(tick), bottom + 16, 12, theme.muted, { "text-anchor": "middle" }),
  ]);
  const marks = rows.flatMap((row, at) => rowOf(row, at * tall, isWide, width, x, theme));
  const height = bottom + AXIS;
  return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, ...lines, ...marks);
}

/**
 * @param {SpeedRow} row @param {number} top @param {boolean} isWide @param {number} width
 * @param {(speedup: number) => number} x @param {Theme} theme
 */
function rowOf(row, top, isWide, width, x, theme) {
  const colour = colourOf(row.saves, theme);
  const middle = top + (isWide ? ROW / 2 : 32);
  const y = isWide ? middle + 4.5 : top + 14;
  const times = width < WORDS_PX ? row.times : `${row.times} as fast`;
  const weight = { "font-weight": row.taken ? 650 : 400 };
  const name = write(row.taken ? `${row.title} ✓` : row.title, 0, y, TEXT, theme.ink, weight);
  name.append(svg("title", {}, row.form));
  return [
    name,
    svg(
      "text",
      { x: width, y, "font-size": TEXT, "text-anchor": "end" },
      svg("tspan", { fill: css(theme.ink), ...weight }, row.time),
      svg("tspan", { fill: css(theme.muted), dx: 8 }, times),
    ),
    svg("path", {
      d: `M${x(row.low)} ${middle}H${x(row.high)}`,
      stroke: colour,
      "stroke-width": 2,
      fill: "none",
    }),
    svg("path", {
      d: SHAPES[row.saves],
      transform: `translate(${x(row.speedup)} ${middle})`,
      fill: colour,
      stroke: css(theme.ground),
    }),
  ];
}
