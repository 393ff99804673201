/** A figure against a single axis: the median with the lowest and the highest value, as SVG. */
import { css } from "../core/colours.js";
import { known } from "../core/format.js";
import { svg } from "../kit/dom.js";
import { patterns } from "../kit/sheet_picture.js";
import { write } from "../kit/sheet_text.js";
import {
  begunRing,
  DOT_DIAMOND,
  diamondNode,
  NUMBERS,
  outsideColour,
  ringNode,
} from "./cell_marks.js";
import { hasFailed, isEarly } from "./cells.js";
import { FIGURES } from "./figures.js";
import { hasOrder } from "./grid.js";
import { axisAcross, BOTTOM, LEFT, TOP, titleUpwards } from "./map_axes.js";

const RIGHT = 12;
/** Room that a number takes upwards. */
const HIGH = 34;
/** Above the highest value and under the lowest one, in pixels. */
const ROOM = 10;
/** A dot, with a hole where trials were stopped early; a smaller one where the values are close. */
const [DOT, SMALL_DOT] = [4, 2.5];
/** Half of the band's width at most, at a cell that is not joined to another: its dot does not hide it. */
const ALONE = 8;

/**
 * @typedef {import("./cells.js").Cell} Cell
 * @typedef {import("../kit/theme.js").Theme} Theme
 *
 * @typedef {Object} LineState
 * @property {import("./grid.js").Axis} axis
 * @property {import("./cells.js").Name} name of the figure
 * @property {Cell[]} cells one for each value of the axis
 * @property {number} fewest place of the one with the fewest weights, -1 for none
 * @property {?import("./figure_scale.js").FigureScale} scale null while no cell has a value
 * @property {(cell: number) => boolean} isInside whether a cell is within the ranges
 * @property {{width: number, height: number}} size in pixels
 * @property {Theme} theme
 *
 * @param {Pick<LineState, "cells"|"scale"|"size">} state
 */
export function placing({ cells, scale, size }) {
  const wide = (size.width - LEFT - RIGHT) / cells.length;
  const bottom = size.height - BOTTOM;
  const length = bottom - TOP - 2 * ROOM;
  return {
    wide,
    bottom,
    x: (/** @type {number} */ at) => LEFT + (at + 0.5) * wide,
    y: (/** @type {number} */ value) => bottom - ROOM - (scale?.place(value) ?? 0) * length,
    /** The cell at a distance from the left; null outside. @param {number} left */
    at: (left) => {
      const at = Math.floor((left - LEFT) / wide);
      return at >= 0 && at < cells.length ? at : null;
    },
  };
}

/**
 * Consecutive cells that have a value, of an axis of names each alone.
 * @param {Pick<LineState, "axis"|"cells"|"name">} state @returns {number[][]} their places
 */
export function runsOf({ axis, cells, name }) {
  const isJoined = hasOrder(axis);
  /** @type {number[][]} */
  const runs = [];
  cells.forEach(({ kind, figures }, at) => {
    if (kind !== "done" || !known(figures[name].median)) return;
    if (isJoined && runs.at(-1)?.at(-1) === at - 1) runs.at(-1)?.push(at);
    else runs.push([at]);
  });
  return runs;
}

/** @param {LineState} state @returns {SVGSVGElement} */
export function lineDrawing(state) {
  const { axis, name, cells, fewest, scale, isInside, size, theme } = state;
  const { width, height } = size;
  const { wide, bottom, x, y } = placing(state);
  const colour = colourOf(state);
  const ticks = scale?.ticks(Math.floor((bottom - TOP) / HIGH)) ?? [];
  const grid = ticks.flatMap((tick) => [
    svg("path", { d: `M${LEFT} ${px(y(tick))}H${width - RIGHT}`, stroke: theme.grid }),
    write(FIGURES[name].tick(tick), LEFT - 8, y(tick) + 4, NUMBERS, theme.muted, {
      "text-anchor": "end",
    }),
  ]);
  const failed = cells.flatMap(({ kind }, at) =>
    hasFailed(kind)
      ? [
          svg("rect", {
            x: px(LEFT + at * wide),
            y: TOP,
            width: px(wide),
            height: bottom - TOP,
            fill: "url(#hatching)",
          }),
        ]
      : [],
  );
  const begun = cells.flatMap(({ kind }, at) =>
    kind === "begun" ? [begunRing(x(at), bottom - ROOM, wide, theme)] : [],
  );
  const runs = runsOf(state);
  /** @param {number} at @param {"median"|"low"|"high"} of @param {number} [right] */
  const point = (at, of, right = 0) => `${px(x(at) + right)} ${px(y(cells[at].figures[name][of]))}`;
  const half = Math.min(ALONE, wide / 2);
  /** An edge of the band. @param {number[]} run @param {"low"|"high"} of */
  const edge = (run, of) =>
    run.length > 1
      ? run.map((at) => point(at, of))
      : [-half, half].map((right) => point(run[0], of, right));
  // It has a height because it has a stroke.
  const band = svg("path", {
    d: runs
      .map((run) => `M${[...edge(run, "high"), ...edge(run, "low").reverse()].join("L")}Z`)
      .join(""),
    fill: css(colour),
    stroke: css(colour),
    "stroke-width": 3,
    "stroke-linejoin": "round",
    opacity: 0.2,
  });
  const line = svg("path", {
    d: runs.map((run) => `M${run.map((at) => point(at, "median")).join("L")}`).join(""),
    fill: "none",
    stroke: css(colour),
    "stroke-width": 2,
    "stroke-linejoin": "round",
  });
  const r = wide < 4 * DOT ? SMALL_DOT : DOT;
  const dots = runs.flat().map((at) => {
    const own = css(isInside(cells[at].number) ? colour : outsideColour(theme));
    const look = isEarly(cells[at])
      ? { fill: css(theme.card), stroke: own, "stroke-width": 2 }
      : { fill: own, stroke: css(theme.card), "stroke-width": 1 };
    return svg("circle", {
      cx: px(x(at)),
      cy: px(y(cells[at].figures[name].median)),
      r,
      ...look,
    });
  });
  return svg(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}` },
    patterns(theme),
    ...grid,
    ...failed,
    ...begun,
    ...(cells.some(({ figures }) => figures[name].low < figures[name].high) ? [band] : []),
    line,
    ...dots,
    ...(runs.flat().includes(fewest)
      ? [diamondNode(x(fewest), y(cells[fewest].figures[name].median), DOT_DIAMOND, theme)]
      : []),
    ...(scale ? [] : [emptyText(state)]),
    ...axisAcross(axis, { left: LEFT, bottom, cell: wide }, theme),
    titleUpwards(FIGURES[name].title, 0, (TOP + bottom) / 2, theme),
  );
}

/** @param {LineState} state */
const emptyText = ({ cells, size: { width, height }, theme }) => {
  const yet = cells.some(({ done }) => done) ? "" : " yet";
  const middle = { "text-anchor": "middle" };
  return write(
    `No cell has a value${yet}.`,
    (LEFT + width) / 2,
    height / 3,
    13,
    theme.muted,
    middle,
  );
};

/** Orange is accuracy, as on all charts. @param {Pick<LineState, "name"|"theme">} state */
export const colourOf = ({ name, theme }) => (FIGURES[name].isAccuracy ? theme.tau : theme.active);

/**
 * A ring around the dot of a cell, or a line where it has none.
 * @param {LineState} state @param {number} at its place @param {import("../core/colours.js").Rgb} colour
 * @returns {SVGElement}
 */
export function markNode(state, at, colour) {
  const { x, y, bottom } = placing(state);
  const { theme, cells, name } = state;
  const value = cells[at].figures[name].median;
  const isDone = cells[at].kind === "done" && known(value);
  return svg(
    "g",
    {},
    svg("path", { d: `M${px(x(at))} ${TOP}V${bottom}`, stroke: css(colour), opacity: 0.6 }),
    ...(isDone ? [ringNode(x(at), y(value), 7, colour, theme)] : []),
  );
}

/** @param {number} x */
const px = (x) => Number(x.toFixed(1));
