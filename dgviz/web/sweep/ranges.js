/**
 * The ranges that the reader has chosen on axes of the grid and on figures, and the cells within them:
 * all cards of the page show these cells, or show the others faintly.
 *
 * In the address a range is "beta:0.03..1"; without one of its ends, that side has no limit.
 */
import { count, known } from "../core/format.js";
import { keptFor, keptLast } from "../core/kept.js";
import { comparable } from "./cells.js";
import { FIGURES, namesFor } from "./figures.js";
import { axisTitle, valueText } from "./grid.js";
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
 * Where cells are on each dimension, as the ranges have it.
 * @param {Grid} grid @param {Cell[]} cells
 * @returns {Float64Array[]} by dimension, as `dimensionsOf` has them, and by place among the cells
 */
export const coordinatesOf = (grid, cells) => coordinatesFor(cells)(grid);

const coordinatesFor = keptFor((/** @type {Cell[]} */ cells) =>
  keptLast((/** @type {Grid} */ grid) => computedCoordinates(grid, cells)),
);

/** @param {Grid} grid @param {Cell[]} cells */
function computedCoordinates(grid, cells) {
  let size = 1;
  const sizes = grid.axes.map(() => 1);
  for (let at = sizes.length - 1; at >= 0; at--) {
    sizes[at] = size;
    size *= grid.axes[at].values.length;
  }
  return dimensionsOf(grid).map(({ figure, values }, at) =>
    Float64Array.from(cells, ({ number, figures }) =>
      figure ? figures[figure].median : Math.floor(number / sizes[at]) % (values?.length ?? 1),
    ),
  );
}

/**
 * With so many digits, the nearest number that is not below the value, or not above it. One that differs by
 * an error of computation is the value itself.
 * @param {number} value @param {number} digits @param {-1|1} towards 1: not below
 */
function roundedTo(value, digits, towards) {
  const nearest = Number(value.toPrecision(digits));
  const lacks = towards * (value - nearest);
  if (lacks <= 1e-9 * Math.abs(value)) return nearest;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) + 1 - digits);
  return Number((nearest + towards * unit).toPrecision(digits));
}

/** A range with its ends as they are kept, or null if it has no limit. @param {Dimension} dimension @param {Range} range @returns {?Range} */
export function tidied({ values }, [from, to]) {
  // A range must not lose the value at its end, so it is rounded outwards.
  /** @param {number} end @param {-1|1} outwards */
  const rounded = (end, outwards) =>
    known(end) && !values ? roundedTo(end, DIGITS, outwards) : end;
  const last = values ? values.length - 1 : Infinity;
  const [low, high] = [from <= 0 && values ? -Infinity : from, to >= last ? Infinity : to];
  return low === -Infinity && high === Infinity ? null : [rounded(low, -1), rounded(high, 1)];
}

/** Whether a part of a text is this dimension's. @param {Dimension} dimension @returns {(part: string) => boolean} */
const isOf =
  ({ name }) =>
  (part) =>
    part.startsWith(`${name}:`);

/** The ends of a range in a text, "" for no limit; null without one. @param {Dimension} dimension @param {string} text */
function endsIn(dimension, text) {
  const part = text.split(",").find(isOf(dimension));
  const ends = part?.slice(dimension.name.length + 1).split("..") ?? [];
  return ends.length === 2 ? ends : null;
}

/** The ranges in a text; those of what there is not are left out. @param {Dimension[]} dimensions @param {string} text */
export function rangesNamed(dimensions, text) {
  /** @type {Ranges} */
  const ranges = new Map();
  for (const dimension of dimensions) {
    const ends = endsIn(dimension, text);
    if (!ends) continue;
    const [from, to] = ends;
    /** @type {Range} */
    const range = [
      from === "" ? -Infinity : coordinateOf(dimension, from, "from"),
      to === "" ? Infinity : coordinateOf(dimension, to, "to"),
    ];
    if (range.every((end) => !Number.isNaN(end))) ranges.set(dimension.name, range);
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

/** A range as the address has it. @param {Dimension} dimension @param {Range} range */
function rangeText({ name, values }, range) {
  const [from, to] = range.map((at) => (known(at) ? (values ? values[at] : at) : ""));
  return `${name}:${from}..${to}`;
}

/**
 * An end of a range in a text, as it stands there: it need not be a value of the axis.
 * @param {Dimension} dimension @param {string} end @returns {string} "" for no limit
 */
function endTextOf({ values, figure }, end) {
  if (figure && end !== "") return FIGURES[figure].text(Number(end));
  return values?.every(known) && end !== "" ? valueText(Number(end)) : end;
}

/** @param {Dimension} dimension @param {string} text of the ranges @param {0|1} end */
export function endText(dimension, text, end) {
  const ends = rangesNamed([dimension], text).size ? endsIn(dimension, text) : null;
  return endTextOf(dimension, ends?.[end] ?? "") || "no limit";
}

/** "validation accuracy at least 95.00%" @param {Dimension} dimension @param {Range} range @param {string} text of all ranges */
function rangeSentence(dimension, [first, last], text) {
  const { title, values } = dimension;
  if (values && !values.every(known)) {
    return `${title} ${values.filter((_, at) => at >= first && at <= last).join(" or ")}`;
  }
  const [from, to] = (endsIn(dimension, text) ?? []).map((end) => endTextOf(dimension, end));
  if (from === to) return `${title} ${from}`;
  if (to === "") return `${title} at least ${from}`;
  if (from === "") return `${title} at most ${to}`;
  return `${title} from ${from} to ${to}`;
}

/**
 * Whether each cell is within all ranges, 1 or 0. One that failed has no figures to compare.
 * @param {Grid} grid @param {Cell[]} cells @param {string} text of the ranges
 */
function within(grid, cells, text) {
  const isWithin = new Uint8Array(cells.length).fill(1);
  const dimensions = dimensionsOf(grid);
  const ranges = rangesNamed(dimensions, text);
  dimensions.forEach(({ name, figure }, at) => {
    const range = ranges.get(name);
    if (!range) return;
    const own = coordinatesOf(grid, cells)[at];
    for (let cell = 0; cell < cells.length; cell++) {
      const isInside = own[cell] >= range[0] && own[cell] <= range[1];
      if (!isInside || (figure && cells[cell].kind !== "done")) isWithin[cell] = 0;
    }
  });
  return isWithin;
}

/**
 * @typedef {Object} Inside
 * @property {string} text of the ranges, as the address has it; "" without any
 * @property {(cell: number) => boolean} has whether a cell is within all ranges
 * @property {Cell[]} cells within them that have weights and learned something
 * @property {number} of how many such cells there are
 */

/**
 * The cells within the ranges, by their figures after an epoch.
 * @param {import("./cells.js").Trials} trials @param {number} [epoch] the shown one if it is not given
 * @returns {Inside}
 */
export const insideOf = (trials, epoch = shownEpoch(trials.grid)) =>
  insideFor(trials.cells(epoch))(trials.grid, view.get("ranges"));

/** The last answer for each array of cells is kept. */
const insideFor = keptFor((/** @type {Cell[]} */ cells) =>
  keptLast((/** @type {Grid} */ grid, /** @type {string} */ text) => {
    const isWithin = within(grid, cells, text);
    const all = comparable(cells);
    return {
      text,
      has: (/** @type {number} */ cell) => isWithin[cell] === 1,
      cells: all.filter(({ number }) => isWithin[number]),
      of: all.length,
    };
  }),
);

/** "12 of 40 cells" @param {Inside} inside */
export const insideText = ({ cells, of }) => `${count(cells.length)} of ${count(of)} cells`;

/** "12 of 40 cells are within the ranges: β at least 0.1." @param {Grid} grid @param {Inside} inside with ranges */
export function rangesSentence(grid, inside) {
  const dimensions = dimensionsOf(grid);
  const ranges = rangesNamed(dimensions, inside.text);
  const each = dimensions.flatMap((dimension) => {
    const range = ranges.get(dimension.name);
    return range ? [rangeSentence(dimension, range, inside.text)] : [];
  });
  return `${insideText(inside)} ${inside.cells.length === 1 ? "is" : "are"} within the ranges: ${each.join("; ")}.`;
}

/**
 * Changes the range of one dimension; null for none. The others stay as they are in the text: their ends
 * may be values of another sweep on the page.
 * @param {Dimension} dimension @param {?Range} range
 */
export function setRange(dimension, range) {
  const kept = range && tidied(dimension, range);
  const parts = view.get("ranges").split(",").filter(Boolean);
  const at = parts.findIndex(isOf(dimension));
  parts.splice(at < 0 ? parts.length : at, 1, ...(kept ? [rangeText(dimension, kept)] : []));
  view.set("ranges", parts.join());
}
