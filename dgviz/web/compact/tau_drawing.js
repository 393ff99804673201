/** Accuracy and kept connections against tau, with a line at one threshold. */
import { css } from "../core/colours.js";
import { count, known, percent, threshold } from "../core/format.js";
import { svg } from "../kit/dom.js";
import { write } from "../kit/sheet_text.js";
import { cliffOf, pointAt } from "./tau_text.js";

/** @typedef {import("../kit/theme.js").Theme} Theme */

/** Room beside the plot, which the slider leaves free too. */
export const [LEFT, RIGHT] = [58, 14];
const [ACCURACY, CONNECTIONS, GAP, TOP, BOTTOM] = [150, 100, 34, 26, 26];
const TEXT = 12;
/** The width that the title of a panel and half of the word beside it may take. */
const TITLE = 130;

/**
 * @typedef {Object} Panel
 * @property {string} title @property {number} height
 * @property {import("../core/colours.js").Rgb} colour
 * @property {Array<[number, number]>} values pairs of tau and value
 * @property {number} most the upper end of its axis
 * @property {number[]} ticks @property {(value: number) => string} text of a tick
 */

/**
 * The curve; before it is measured, its axes.
 * @param {import("./tau_text.js").Curve} curve @param {number} tau the threshold of the line, which
 *   is left out if the curve has no point there
 * @param {number} width in pixels @param {Theme} theme @returns {SVGSVGElement}
 */
export function tauDrawing(curve, tau, width, theme) {
  const { points } = curve;
  const isMeasured = points.length > 0;
  const [first, last] = isMeasured ? [points[0].tau, points[points.length - 1].tau] : [0, 1];
  /** @param {number} t */
  const x = (t) => LEFT + ((t - first) / (last - first)) * (width - LEFT - RIGHT);
  const shown = points[pointAt(points, tau)]?.tau ?? null;
  /** @type {SVGElement[]} */
  const nodes = [];
  let bottom = TOP - GAP;
  for (const panel of panelsOf(points, theme)) {
    nodes.push(...panelNodes(panel, bottom + GAP, shown, width, x, theme));
    bottom += GAP + panel.height;
  }
  // Beside the texts of the other axes, because one of this axis may stand at its very end.
  nodes.push(write("τ", 0, bottom + 18, TEXT, theme.muted));
  if (isMeasured) {
    const cliff = cliffOf(curve);
    if (cliff !== null) nodes.push(...cliffNodes(x(cliff), bottom, width, theme));
    if (shown !== null) {
      const d = `M${x(shown)} ${TOP}V${bottom}`;
      nodes.push(svg("path", { d, stroke: css(theme.tau), fill: "none" }));
    }
    nodes.push(...axis(x, first, last, bottom, theme));
  }
  const height = bottom + BOTTOM;
  return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, ...nodes);
}

/**
 * Accuracy, if there are validation images or no points yet, and connections.
 * @param {import("./tau_text.js").Point[]} points @param {Theme} theme @returns {Panel[]}
 */
function panelsOf(points, theme) {
  const measured = points.flatMap(({ tau, accuracy }) =>
    known(accuracy) ? [/** @type {[number, number]} */ ([tau, accuracy])] : [],
  );
  const most = Math.max(1, ...points.map(({ connections }) => connections));
  /** @type {Panel} */
  const accuracies = {
    title: "validation accuracy",
    height: ACCURACY,
    colour: theme.tau,
    values: measured,
    most: 1,
    ticks: [0, 0.5, 1],
    text: (share) => percent(share, 0),
  };
  /** @type {Panel} */
  const counts = {
    title: "active connections",
    height: CONNECTIONS,
    colour: theme.active,
    values: points.map((point) => [point.tau, point.connections]),
    most,
    ticks: points.length ? [0, most] : [0],
    text: count,
  };
  return measured.length || !points.length ? [accuracies, counts] : [counts];
}

/**
 * @param {Panel} panel @param {number} top @param {?number} shown tau of the dot
 * @param {number} width @param {(tau: number) => number} x @param {Theme} theme
 */
function panelNodes(
  { title, height, colour, values, most, ticks, text },
  top,
  shown,
  width,
  x,
  theme,
) {
  /** @param {number} value */
  const y = (value) => top + height * (1 - value / most);
  const end = { "text-anchor": "end" };
  const grid = ticks.flatMap((tick) => [
    svg("path", { d: `M${LEFT} ${y(tick)}H${width - RIGHT}`, stroke: theme.grid, fill: "none" }),
    write(text(tick), LEFT - 8, y(tick) + 4, TEXT, theme.muted, end),
  ]);
  const line = values.map(([tau, value]) => `${x(tau).toFixed(1)} ${y(value).toFixed(1)}`);
  const dots = values.filter(([tau]) => tau === shown);
  return [
    write(title, LEFT, top - 9, TEXT, theme.muted),
    ...grid,
    svg("path", {
      d: line.length ? `M${line.join("L")}` : "",
      stroke: css(colour),
      "stroke-width": 2,
      "stroke-linejoin": "round",
      fill: "none",
    }),
    ...dots.map(([tau, value]) =>
      svg("circle", {
        cx: x(tau),
        cy: y(value),
        r: 5,
        fill: css(colour),
        stroke: css(theme.ground),
        "stroke-width": 1.5,
      }),
    ),
  ];
}

/** @param {number} x @param {number} bottom @param {number} width @param {Theme} theme */
function cliffNodes(x, bottom, width, theme) {
  // Above the plot, where no curve is, and right of the title.
  const place = Math.min(Math.max(x, LEFT + TITLE), width - RIGHT - TEXT);
  const stroke = { stroke: css(theme.muted), "stroke-dasharray": "4 3", fill: "none" };
  return [
    svg("path", { d: `M${x} ${TOP}V${bottom}`, ...stroke }),
    write("cliff", place, TOP - 9, TEXT, theme.muted, { "text-anchor": "middle" }),
  ];
}

/**
 * @param {(tau: number) => number} x @param {number} first @param {number} last @param {number} y
 * @param {Theme} theme
 */
function axis(x, first, last, y, theme) {
  const ticks = [];
  for (let k = Math.ceil(first * 10 - 1e-9); k <= last * 10 + 1e-9; k++) ticks.push(k / 10);
  return ticks.map((tick) =>
    write(threshold(tick), x(tick), y + 18, TEXT, theme.muted, { "text-anchor": "middle" }),
  );
}
