/** Bars of several measures, in panels: on the page, and in a file without a style sheet. */
import { css } from "../core/colours.js";
import { known } from "../core/format.js";
import { svg } from "../kit/dom.js";
import { widthOf, wrap, write } from "../kit/sheet_text.js";

const [ROW, BAR, HEAD, GAP] = [38, 9, 30, 36];
/** A line of a narrow row, for the name of its program. */
const LINE = 17;
/** Panels are side by side from this width on. */
const WIDE_PX = 620;
/** From this width of a panel on, the name of a program has room beside the label. */
const PROGRAM_PX = 420;
const UNMEASURED_PX = 40;
const [TEXT, TITLE] = [12.5, 13.5];
/** A bar that is not 0 can be seen. */
const LEAST_PX = 1.5;

/**
 * @typedef {import("../kit/theme.js").Theme} Theme
 *
 * @typedef {Object} BarRow
 * @property {string} label
 * @property {?number} value null if it is not measured
 * @property {?number} zeros how much of the value are zeros; null where they are not counted
 * @property {string} text the value
 * @property {string} compared with the first row, in words; "" for that row
 * @property {string} [program] what was measured
 *
 * @typedef {Object} Measure
 * @property {string} name @property {string} unit @property {string} subtitle
 * @property {BarRow[]} rows
 */

/**
 * The lengths of a bar's two parts, as shares of the longest bar.
 * @param {BarRow} row @param {BarRow[]} rows of the panel
 * @returns {{kept: number, zeros: number}}
 */
export function lengthsOf({ value, zeros }, rows) {
  const most = Math.max(...rows.map((row) => row.value ?? 0));
  if (!value || !most) return { kept: 0, zeros: 0 };
  return { kept: (value - (zeros ?? 0)) / most, zeros: (zeros ?? 0) / most };
}

/** @param {Measure} measure */
const isMeasured = ({ rows }) => rows.some(({ value }) => known(value));

/** The numbers of all bars as text. @param {Measure[]} measures */
export const spokenText = (measures) =>
  measures
    .filter(isMeasured)
    .map(({ name, rows }) => {
      const parts = rows
        .filter(({ value }) => known(value))
        .map(({ label, text, compared }) => [`${label} ${text}`, compared].filter(Boolean));
      return `${name}: ${parts.map((words) => words.join(", ")).join("; ")}.`;
    })
    .join(" ");

/**
 * @param {Measure[]} measures @param {number} width in pixels @param {Theme} theme
 * @param {string} unmeasured a sentence in place of a panel without values
 * @returns {SVGSVGElement} with width, height and viewBox
 */
export function barsDrawing(measures, width, theme, unmeasured) {
  const columns = width < WIDE_PX ? 1 : 2;
  const wide = (width - (columns - 1) * GAP) / columns;
  /** @type {SVGElement[]} */
  const nodes = [];
  let height = 0;
  for (let first = 0; first < measures.length; first += columns) {
    const row = measures.slice(first, first + columns);
    for (const [column, measure] of row.entries()) {
      const place = `translate(${column * (wide + GAP)} ${height})`;
      nodes.push(svg("g", { transform: place }, ...panelOf(measure, wide, theme, unmeasured)));
    }
    height += Math.max(...row.map((measure) => heightOf(measure, wide)));
  }
  return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, ...nodes);
}

/**
 * The places of the rows below a panel's title, and of their end.
 * @param {BarRow[]} rows @param {number} width of the panel @returns {number[]}
 */
export function rowTops(rows, width) {
  const tops = [0];
  for (const [at, row] of rows.entries()) tops.push(tops[at] + rowHeight(row, width));
  return tops;
}

/** @param {BarRow} row @param {number} width of the panel */
const rowHeight = (row, width) => ROW + (row.program && width < PROGRAM_PX ? LINE : 0);

/** @param {Measure} measure @param {number} width of the panel */
const heightOf = (measure, width) =>
  HEAD + (isMeasured(measure) ? (rowTops(measure.rows, width).at(-1) ?? 0) : UNMEASURED_PX) + 8;

/**
 * @param {Measure} measure @param {number} width @param {Theme} theme @param {string} unmeasured
 * @returns {SVGElement[]}
 */
function panelOf(measure, width, theme, unmeasured) {
  const { name, subtitle, rows } = measure;
  const x = widthOf(name, TITLE) + 16;
  const tops = rowTops(rows, width);
  return [
    write(name, 0, 16, TITLE, theme.ink, { "font-weight": 650 }),
    write(subtitle, x, 16, TEXT, theme.muted),
    ...(isMeasured(measure)
      ? rows.flatMap((row, at) => rowOf(row, rows, HEAD + tops[at], width, theme))
      : wrap(unmeasured, TEXT, width).map((line, at) =>
          write(line, 0, HEAD + 12 + 18 * at, TEXT, theme.muted),
        )),
  ];
}

/**
 * @param {BarRow} row @param {BarRow[]} rows @param {number} y @param {number} width
 * @param {Theme} theme
 */
function rowOf(row, rows, y, width, theme) {
  const words = known(row.value) ? row.compared : "not measured";
  const amount = svg(
    "text",
    { x: width, y: y + 12, "font-size": TEXT, "text-anchor": "end" },
    svg("tspan", { fill: css(theme.ink), "font-weight": 650 }, row.text),
    svg("tspan", { fill: css(theme.muted), dx: row.text && words ? 8 : 0 }, words),
  );
  const label = write(row.label, 0, y + 12, TEXT, theme.ink);
  if (row.program) {
    /** @type {import("../kit/dom.js").Attributes} */
    const place = width < PROGRAM_PX ? { x: 0, dy: LINE } : { dx: 8 };
    label.append(svg("tspan", { fill: css(theme.muted), ...place }, row.program));
  }
  const top = y + rowHeight(row, width) - ROW;
  const { kept, zeros } = lengthsOf(row, rows);
  const [first, second] = [kept, zeros].map((share) => share && Math.max(LEAST_PX, share * width));
  /** @param {import("../kit/dom.js").Attributes} more */
  const bar = (more) => svg("rect", { y: top + 18, height: BAR, ...more });
  return [
    label,
    amount,
    bar({ x: 0, width, fill: theme.grid, opacity: 0.5 }),
    bar({ x: 0, width: first, fill: css(theme.active) }),
    bar({ x: first, width: second, fill: css(theme.closed) }),
  ];
}
