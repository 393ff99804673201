/** Test error against kept weights of all cells, both logarithmic, with the Pareto front, as SVG. */
import { css } from "../core/colours.js";
import { count, plain } from "../core/format.js";
import { keptFor } from "../core/kept.js";
import { svg } from "../kit/dom.js";
import { widthOf, write } from "../kit/sheet_text.js";
import { DOT_DIAMOND, diamondNode, outsideColour, ringNode } from "./cell_marks.js";
import { isEarly } from "./cells.js";
import { ticksOf } from "./ticks.js";

const [LEFT, LEAST_RIGHT, TOP, BOTTOM] = [50, 14, 10, 42];
const [NUMBERS, NAMES] = [11.5, 12.5];
/** Between the values and the ends of an axis, as a factor. */
const ROOM = 1.12;
/** In the dot of a cell with trials that were stopped early, in pixels. */
const HOLE = 3;
/** A logarithmic axis has no 0: smaller errors, in %, are drawn here. */
const LEAST_ERROR = 0.01;

/**
 * @typedef {{width: number, height: number}} Size
 * @typedef {import("../kit/theme.js").Theme} Theme
 *
 * @typedef {Object} Dot
 * @property {number} cell @property {number} weights above 0 @property {number} error in %
 * @property {boolean} isHere whether its cell is on the map
 * @property {boolean} isEarly whether trials of its cell were stopped early
 */

/** @param {import("./cells.js").Cell} cell @param {boolean} isHere @returns {Dot} */
export const dotOf = (cell, isHere) => ({
  cell: cell.number,
  weights: Math.max(1, cell.figures.weights.median),
  error: Math.max(LEAST_ERROR, 100 * (1 - cell.figures.test.median)),
  isHere,
  isEarly: isEarly(cell),
});

/**
 * Where dots are drawn.
 * @typedef {ReturnType<typeof placing>} Places
 * @param {Dot[]} dots at least one @param {Size} size of the picture in pixels
 */
export function placing(dots, { width, height }) {
  const across = rangeOf(dots.map(({ weights }) => weights));
  const up = rangeOf(dots.map(({ error }) => error));
  // The last number may be at the end of its axis: half of it is right of that.
  const right = Math.max(LEAST_RIGHT, Math.ceil(widthOf(count(across.high), NUMBERS) / 2) + 1);
  /** @param {number} value @param {import("./ticks.js").Range} range */
  const share = (value, { low, high }) => Math.log(value / low) / Math.log(high / low);
  /** @param {number} weights */
  const x = (weights) => LEFT + share(weights, across) * (width - LEFT - right);
  /** @param {number} error */
  const y = (error) => height - BOTTOM - share(error, up) * (height - TOP - BOTTOM);
  /** A point of a path: texts of 10,000 numbers take a while. */
  const mark = keptFor(
    (/** @type {Dot} */ { weights, error }) => `M${px(x(weights))} ${px(y(error))}h0`,
  );
  return { width, height, right, across, up, x, y, mark };
}

/** @param {number[]} values @returns {import("./ticks.js").Range} */
function rangeOf(values) {
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return { low: low / ROOM, high: high * ROOM };
}

/**
 * @param {Dot[]} dots at least one @param {(cell: number) => boolean} isInside whether a cell is within the ranges
 * @param {Dot[]} front with ascending weights
 * @param {Dot[]} other the front of the sweep that this one is compared with
 * @param {Places} places of all these @param {Theme} theme
 */
export function frontDrawing(dots, isInside, front, other, places, theme) {
  const { width, height, right, across, up, x, y, mark } = places;
  const bottom = height - BOTTOM;
  const wide = widthOf(count(across.high), NUMBERS) + 16;
  const middle = { "text-anchor": "middle" };
  const grid = [
    ...ticksOf(across, Math.floor((width - LEFT - right) / wide), true).flatMap((tick) => [
      svg("path", { d: `M${x(tick)} ${TOP}V${bottom}`, stroke: theme.grid, fill: "none" }),
      write(
        tick < 1000 ? plain(tick) : count(tick),
        x(tick),
        bottom + 15,
        NUMBERS,
        theme.muted,
        middle,
      ),
    ]),
    ...ticksOf(up, Math.floor((bottom - TOP) / 26)).flatMap((tick) => [
      svg("path", { d: `M${LEFT} ${y(tick)}H${width - right}`, stroke: theme.grid, fill: "none" }),
      write(plain(tick), LEFT - 7, y(tick) + 4, NUMBERS, theme.muted, { "text-anchor": "end" }),
    ]),
    write("kept weights", (LEFT + width - right) / 2, height - 8, NAMES, theme.ink, middle),
    write("test error, %", 13, (TOP + bottom) / 2, NAMES, theme.ink, {
      ...middle,
      transform: `rotate(-90 13 ${(TOP + bottom) / 2})`,
    }),
  ];
  /** @param {Dot[]} of */
  const steps = (of) =>
    of
      .map(({ weights, error }, i) =>
        i ? `H${px(x(weights))}V${px(y(error))}` : `M${px(x(weights))} ${px(y(error))}`,
      )
      .join("");
  const inside = dots.filter(({ cell }) => isInside(cell));
  return svg(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}` },
    ...grid,
    points(
      dots.filter(({ cell }) => !isInside(cell)),
      4,
      css(outsideColour(theme)),
    ),
    svg("path", {
      d: steps(other),
      fill: "none",
      stroke: css(theme.muted),
      "stroke-width": 1.6,
      "stroke-dasharray": "5 4",
    }),
    svg("path", { d: steps(front), fill: "none", stroke: css(theme.tau), "stroke-width": 1.6 }),
    points(
      inside.filter(({ isHere }) => !isHere),
      5,
      css(theme.closed),
    ),
    points(
      inside.filter(({ isHere }) => isHere),
      6,
      css(theme.active, 0.75),
    ),
    points(front, 7, css(theme.tau)),
    points(
      inside.filter(({ isEarly: hasHole }) => hasHole),
      HOLE,
      css(theme.card),
    ),
  );

  /** Many dots as one path: each is a line without length, with round ends. @param {Dot[]} of @param {number} thick @param {string} stroke */
  function points(of, thick, stroke) {
    return svg("path", {
      d: of.map(mark).join(""),
      fill: "none",
      stroke,
      "stroke-width": thick,
      "stroke-linecap": "round",
    });
  }
}

/**
 * Marks around some dots: a diamond around that with the fewest weights, and rings.
 * @param {{pointed: ?Dot, chosen: ?Dot, best: ?Dot}} marked
 * @param {Places} places @param {Theme} theme @returns {SVGElement[]}
 */
export function ringNodes({ pointed, chosen, best }, { x, y }, theme) {
  /** @param {Dot} dot @param {number} r @param {import("../core/colours.js").Rgb} colour */
  const ring = ({ weights, error }, r, colour) => ringNode(x(weights), y(error), r, colour, theme);
  return [
    ...(best ? [diamondNode(x(best.weights), y(best.error), DOT_DIAMOND, theme)] : []),
    ...(chosen ? [ring(chosen, 6, theme.ink)] : []),
    ...(pointed ? [ring(pointed, 9, theme.tau)] : []),
  ];
}

/** @param {number} x */
const px = (x) => x.toFixed(1);

/**
 * The dot that is nearest to a place, at most this many pixels away.
 * @param {Dot[]} dots @param {Places} places @param {number} left @param {number} top
 * @param {number} most @returns {?Dot}
 */
export function nearestDot(dots, { x, y }, left, top, most) {
  /** @type {?Dot} */
  let nearest = null;
  let least = most;
  for (const dot of dots) {
    const distance = Math.hypot(x(dot.weights) - left, y(dot.error) - top);
    if (distance <= least) [nearest, least] = [dot, distance];
  }
  return nearest;
}
