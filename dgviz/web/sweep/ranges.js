/**
 * The ranges that the reader has chosen on axes of the grid and on figures, and the cells within them:
 * all cards of the page show these cells, or show the others faintly.
 *
 * In the address a range is "beta:0.03..1"; without one of its ends, that side has no limit.
 */
import { count, known } from "../core/format.js";
import { comparable } from "./cells.js";
import { FIGURES, namesFor } from "./figures.js";
import { axisTitle, placesOf, valueText } from "./grid.js";
import { shownEpoch } from "./shown.js";
import { view } from "./view.js";

/**
 * The names of the figures in the address. Those of `FIGURES` may be those of settings, too.
 * @type {{[name in import("./cells.js").Name]: string}}
 */
const IN_ADDRESS = {
  validation: "validation_accuracy",
  test: "test_accuracy",
  ratio: "active_ratio",
  weights: "active_weights",
  dead: "dead_hidden_units",
};
/** Digits of the ends of a figure's range. */
const DIGITS = 4;

/**
 * @typedef {import("./cells.js").Cell} Cell
 * @typedef {import("./grid.js").Grid} Grid
 *
 * What a range can be chosen on: an axis of the grid or a figure.
 * @typedef {Object} Dimension
 * @property {string} name in the address @property {string} title
 * @property {?Array<number|string>} values of an axis; null for a figure
 * @property {?import("./cells.js").Name} figure null for an axis
 *
 * From the least to the most: places among an axis's values, or values of a figure. Without a limit it
 * is -Infinity or Infinity.
 * @typedef {[number, number]} Range
 *
 * @typedef {Map<string, Range>} Ranges by the names of their dimensions
 */

/** The axes of the grid, then the figures. @param {Grid} grid @returns {Dimension[]} */
export function dimensionsOf(grid) {
  const axes = grid.axes.map((axis) => ({
    name: axis.name,
    title: axisTitle(axis),
    values: axis.values,
    figure: null,
  }));
  // A network that is chosen by its test accuracy looks better than it is.
  const names = namesFor(grid).filter((name) => name !== "test" || !grid.validation);
  const figures = names.map((name) => ({
    name: IN_ADDRESS[name],
    title: FIGURES[name].title,
    values: null,
    figure: name,
  }));
  return [...axes, ...figures];
}

/**
 * Where a cell is on each dimension, as the ranges have it.
 * @param {Grid} grid @param {Dimension[]} dimensions those of the grid's axes first @param {Cell} cell
 */
export function coordinatesOf(grid, dimensions, { number, figures }) {
  const places = placesOf(grid, number);
  return dimensions.map(({ figure }, at) => (figure ? figures[figure].median : places[at]));
}

/** A range with its ends as they are kept, or null if it has no limit. @param {Dimension} dimension @param {Range} range @returns {?Range} */
export function tidied({ values }, [from, to]) {
  /** @param {number} end */
  const rounded = (end) => (known(end) && !values ? Number(end.toPrecision(DIGITS)) : end);
  const last = values ? values.length - 1 : Infinity;
  const [low, high] = [from <= 0 && values ? -Infinity : from, to >= last ? Infinity : to];
  return low === -Infinity && high === Infinity ? null : [rounded(low), rounded(high)];
}

/** The ranges in a text; those of what there is not are left out. @param {Dimension[]} dimensions @param {string} text */
export function rangesNamed(dimensions, text) {
  /** @type {Ranges} */
  const ranges = new Map();
  for (const part of text.split(",")) {
    const [name, ends = ""] = part.split(":");
    const dimension = dimensions.find((one) => one.name === name);
    const [from, to] = ends.split("..");
    if (!dimension || to === undefined) continue;
    /** @type {Range} */
    const range = [
      from === "" ? -Infinity : coordinateOf(dimension, from, "from"),
      to === "" ? Infinity : coordinateOf(dimension, to, "to"),
    ];
    if (range.every((end) => !Number.isNaN(end))) ranges.set(name, range);
  }
  return ranges;
}

/**
 * A number need not be a value of the axis: the grid may have changed, or be that of another sweep.
 * @param {Dimension} dimension @param {string} text @param {"from"|"to"} end @returns {number} NaN for none
 */
function coordinateOf({ values }, text, end) {
  if (!values) return Number(text);
  if (!values.every(known)) return values.includes(text) ? values.indexOf(text) : NaN;
  const number = Number(text);
  if (!known(number)) return NaN;
  const beyond = values.findIndex((one) => (end === "from" ? one >= number : one > number));
  const place = beyond < 0 ? values.length : beyond;
  return end === "from" ? place : place - 1;
}

/** @param {Dimension[]} dimensions @param {Ranges} ranges @returns {string} see `rangesNamed` */
export function rangesText(dimensions, ranges) {
  const parts = dimensions.flatMap(({ name, values }) => {
    const range = ranges.get(name);
    const end = (/** @type {number} */ at) =>
      Math.abs(at) === Infinity ? "" : (values?.[at] ?? at);
    return range ? [`${name}:${end(range[0])}..${end(range[1])}`] : [];
  });
  return parts.join(",");
}

/** @param {Dimension} dimension @param {number} at an end of a range */
const textAt = ({ values, figure }, at) =>
  figure ? FIGURES[figure].text(at) : valueText(values?.[at] ?? "");

/** @param {Dimension} dimension @param {?Range} range @param {0|1} end */
export const endText = (dimension, range, end) =>
  known(range?.[end]) ? textAt(dimension, range[end]) : "no limit";

/** "validation accuracy at least 95.00%" @param {Dimension} dimension @param {Range} range */
function rangeSentence(dimension, [from, to]) {
  const { title, values } = dimension;
  if (values && !values.every(known)) {
    return `${title} ${values.filter((_, at) => at >= from && at <= to).join(" or ")}`;
  }
  if (from === to) return `${title} ${textAt(dimension, from)}`;
  if (to === Infinity) return `${title} at least ${textAt(dimension, from)}`;
  if (from === -Infinity) return `${title} at most ${textAt(dimension, to)}`;
  return `${title} from ${textAt(dimension, from)} to ${textAt(dimension, to)}`;
}

/**
 * Whether a cell is within all ranges. One that failed has no figures to compare.
 * @param {Grid} grid @param {Dimension[]} dimensions @param {Ranges} ranges
 * @returns {(cell: Cell) => boolean}
 */
function within(grid, dimensions, ranges) {
  return (cell) => {
    const coordinates = coordinatesOf(grid, dimensions, cell);
    return dimensions.every(({ name, figure }, at) => {
      const range = ranges.get(name);
      if (!range) return true;
      if (figure && cell.kind !== "done") return false;
      return coordinates[at] >= range[0] && coordinates[at] <= range[1];
    });
  };
}

/**
 * @typedef {Object} Inside
 * @property {string} text of the ranges, as the address has it; "" without any
 * @property {(cell: number) => boolean} has whether a cell is within all ranges
 * @property {Cell[]} cells within them that have weights and learned something
 * @property {number} of how many such cells there are
 */

/** @type {WeakMap<Cell[], Inside>} the last answer, by the cells */
const answered = new WeakMap();

/**
 * The cells within the ranges, by their figures after the shown epoch.
 * @param {import("./cells.js").Trials} trials @returns {Inside}
 */
export function insideOf(trials) {
  const { grid } = trials;
  const cells = trials.cells(shownEpoch(grid));
  const text = view.get("ranges");
  const before = answered.get(cells);
  if (before?.text === text) return before;
  const dimensions = dimensionsOf(grid);
  const isWithin = cells.map(within(grid, dimensions, rangesNamed(dimensions, text)));
  const all = comparable(cells);
  const inside = {
    text,
    has: (/** @type {number} */ cell) => isWithin[cell],
    cells: all.filter(({ number }) => isWithin[number]),
    of: all.length,
  };
  answered.set(cells, inside);
  return inside;
}

/** "12 of 40 cells" @param {Inside} inside */
export const insideText = ({ cells, of }) => `${count(cells.length)} of ${count(of)} cells`;

/** "12 of 40 cells are within the ranges: β at least 0.1." @param {Grid} grid @param {Inside} inside with ranges */
export function rangesSentence(grid, inside) {
  const dimensions = dimensionsOf(grid);
  const ranges = rangesNamed(dimensions, inside.text);
  const each = dimensions.flatMap((dimension) => {
    const range = ranges.get(dimension.name);
    return range ? [rangeSentence(dimension, range)] : [];
  });
  return `${insideText(inside)} ${inside.cells.length === 1 ? "is" : "are"} within the ranges: ${each.join("; ")}.`;
}

/** Changes the range of one dimension; null for none. @param {Grid} grid @param {Dimension} dimension @param {?Range} range */
export function setRange(grid, dimension, range) {
  const dimensions = dimensionsOf(grid);
  const ranges = rangesNamed(dimensions, view.get("ranges"));
  const kept = range && tidied(dimension, range);
  if (kept) ranges.set(dimension.name, kept);
  else ranges.delete(dimension.name);
  // Another sweep on the page may have other axes.
  const others = view
    .get("ranges")
    .split(",")
    .filter((part) => !dimensions.some(({ name }) => part.startsWith(`${name}:`)));
  view.set("ranges", [...others, rangesText(dimensions, ranges)].filter(Boolean).join());
}
