/** The time of every program over the ratio of active connections, both on logarithmic axes. */
import { css } from "../core/colours.js";
import { plain } from "../core/format.js";
import { svg } from "../kit/dom.js";
import { write } from "../kit/sheet_text.js";
import { colourOf, SHAPES } from "./speed_drawing.js";

/** @typedef {import("../kit/theme.js").Theme} Theme */

const [LEFT, RIGHT, TOP, PLOT, BOTTOM, TEXT] = [58, 16, 26, 330, 44, 12];
/** The least distance of two labels of the horizontal axis. */
const APART = 36;
const DASHES = ["none", "8 4", "2 3", "9 3 2 3", "4 3"];
const [FULL, FAINT] = [1, 0.2];

/**
 * @typedef {Object} RatioLine a program
 * @property {string} title
 * @property {import("./speed_drawing.js").Saving} saves
 * @property {Array<[ratio: number, microseconds: number]>} points from the largest ratio to the smallest
 * @property {string} begins where it begins to win, in words
 */

/**
 * The numbers 1, 2 and 5 times a power of ten from `from` to `to`, of which there is one at least if
 * they are a factor of 2.5 apart.
 * @param {number} from above 0 @param {number} to @returns {number[]}
 */
export function logTicks(from, to) {
  const ticks = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power++)
    for (const digit of [1, 2, 5]) ticks.push(Number(`${digit}e${power}`));
  return ticks.filter((tick) => tick >= from && tick <= to);
}

/** 20 -> "20 µs", 5000 -> "5 ms" @param {number} microseconds */
export const tickText = (microseconds) =>
  microseconds < 1000 ? `${plain(microseconds)} µs` : `${plain(microseconds / 1000)} ms`;

/**
 * How each line is dashed: those that save the same have one colour.
 * @param {RatioLine[]} lines @returns {string[]}
 */
export function dashesOf(lines) {
  /** @type {{[saves: string]: number}} */
  const seen = {};
  return lines.map(({ saves }) => {
    seen[saves] = (seen[saves] ?? -1) + 1;
    return DASHES[seen[saves] % DASHES.length];
  });
}

/**
 * A piece of a line with its mark, for a legend.
 * @param {RatioLine} line @param {string} dash @param {Theme} theme
 */
export const lineSample = (line, dash, theme) =>
  svg(
    "svg",
    { width: 38, height: 14, viewBox: "-19 -7 38 14", "aria-hidden": "true" },
    svg("path", { d: "M-19 0H19", ...strokeOf(line, dash, theme) }),
    svg("path", { d: SHAPES[line.saves], fill: colourOf(line.saves, theme) }),
  );

/** @param {RatioLine} line @param {string} dash @param {Theme} theme */
const strokeOf = ({ saves }, dash, theme) => ({
  stroke: colourOf(saves, theme),
  "stroke-width": 2,
  "stroke-dasharray": dash,
  fill: "none",
});

/**
 * @param {RatioLine[]} lines @param {?number} chosen the line that stands out; null for none
 * @param {number} width in pixels @param {Theme} theme @returns {SVGSVGElement}
 */
export function ratiosDrawing(lines, chosen, width, theme) {
  const points = lines.flatMap((line) => line.points);
  const x = scale(
    points.map(([ratio]) => ratio),
    LEFT + 10,
    width - RIGHT - 10,
  );
  const y = scale(
    points.map(([, microseconds]) => microseconds),
    TOP + PLOT - 10,
    TOP + 10,
  );
  const dashes = dashesOf(lines);
  const height = TOP + PLOT + BOTTOM;
  const parts = lines.map((line, at) => {
    const places = line.points.map(([ratio, time]) => `${x.at(ratio)} ${y.at(time)}`);
    const marks = places.map((place) =>
      svg("path", {
        d: SHAPES[line.saves],
        transform: `translate(${place}) scale(0.8)`,
        fill: colourOf(line.saves, theme),
        stroke: css(theme.ground),
      }),
    );
    const opacity = chosen === null || chosen === at ? FULL : FAINT;
    return svg(
      "g",
      { opacity },
      svg("title", {}, line.title),
      svg("path", { d: `M${places.join("L")}`, ...strokeOf(line, dashes[at], theme) }),
      ...marks,
    );
  });
  // The chosen one lies over the others.
  if (chosen !== null) parts.push(...parts.splice(chosen, 1));
  return svg(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}` },
    ...axes(x, y, [...new Set(points.map(([ratio]) => ratio))], width, theme),
    ...parts,
  );
}

/**
 * A logarithmic scale with its ends at the smallest and the largest value.
 * @param {number[]} values @param {number} start of the smallest, in pixels @param {number} end
 */
function scale(values, start, end) {
  const [from, to] = [Math.min(...values), Math.max(...values)];
  const range = Math.log(to / from) || 1;
  /** @param {number} value */
  const at = (value) =>
    Number((start + (Math.log(value / from) / range) * (end - start)).toFixed(1));
  return { from, to, at };
}

/**
 * @param {ReturnType<typeof scale>} x @param {ReturnType<typeof scale>} y @param {number[]} ratios
 * that were measured, descending @param {number} width @param {Theme} theme
 */
function axes(x, y, ratios, width, theme) {
  const bottom = TOP + PLOT;
  const grid = { stroke: theme.grid, fill: "none" };
  const rows = logTicks(y.from, y.to).flatMap((tick) => [
    svg("path", { d: `M${LEFT} ${y.at(tick)}H${width - RIGHT}`, ...grid }),
    write(tickText(tick), LEFT - 8, y.at(tick) + 4, TEXT, theme.muted, { "text-anchor": "end" }),
  ]);
  let last = Number.POSITIVE_INFINITY;
  const columns = [...ratios]
    .sort((a, b) => b - a)
    .flatMap((ratio) => {
      const place = x.at(ratio);
      const nodes = [svg("path", { d: `M${place} ${TOP}V${bottom}`, ...grid })];
      if (last - place < APART) return nodes;
      last = place;
      const text = plain(Number(ratio.toPrecision(2)));
      const middle = { "text-anchor": "middle" };
      return [...nodes, write(text, place, bottom + 17, TEXT, theme.muted, middle)];
    });
  return [
    ...rows,
    ...columns,
    write("time of a call", 0, 13, TEXT, theme.muted),
    write("r, active connections of all", width - RIGHT, bottom + 37, TEXT, theme.muted, {
      "text-anchor": "end",
    }),
  ];
}
