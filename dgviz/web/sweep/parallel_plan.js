/**
 * Where parallel coordinates are drawn: an axis for each dimension, and a line for each cell. The axes
 * stand side by side; where that is too narrow, they lie one below the other.
 */
import { known } from "../core/format.js";
import { widthOf } from "../kit/sheet_text.js";
import { figureScale } from "./figure_scale.js";
import { FIGURES } from "./figures.js";
import { valueText } from "./grid.js";
import { coordinatesOf, dimensionsOf } from "./ranges.js";

/** Around standing axes, in pixels. */
const [TOP, BOTTOM, SIDE] = [44, 14, 56];
/** Between the left edge and the first axis: more than a number of the axis, by so much. */
const BESIDE_NUMBER = 13;
const HEIGHT = 330;
/** Size of the numbers' letters. */
export const NUMBERS = 11.5;
/** Standing axes are at least so far apart. */
const LEAST_APART = 104;
/** Above the first lying axis, from one to the next, under the last one, and at both ends. */
const [FIRST, ROW, LAST, END] = [26, 62, 28, 16];
/** Room that a tick's number takes along a standing axis, and along a lying one. */
const [HIGH, WIDE] = [26, 58];
/** Of the length of a figure's axis, at each end: a line at the very end would be hard to point at. */
const EDGE = 0.03;
/** Of the keyboard on a figure's axis, as a share of its length. */
const STEP = 0.02;
/** Shares that differ by an error of computation. */
export const SAME = 1e-9;

/**
 * @typedef {import("./ranges.js").Dimension} Dimension
 * @typedef {import("./ranges.js").Range} Range
 *
 * Shares are those of the length of the axis, from its low end.
 * @typedef {Object} PlannedAxis
 * @property {Dimension} dimension
 * @property {number} place in pixels from the left, or from the top if it lies
 * @property {Array<[number, string]>} ticks share and text
 * @property {number} step of the keyboard, as a share
 * @property {[number, number]} outermost shares of the lowest and the highest value; beyond is no limit
 * @property {number} apart both ends of a range are at least so far, as a share
 * @property {(coordinate: number) => number} share
 * @property {(range: ?Range) => [number, number]} sharesOf the ends of a range; of the axis if there is none
 * @property {(from: number, to: number) => Range} rangeAt shares
 *
 * @typedef {Object} Plan
 * @property {boolean} isLying @property {number} width @property {number} height
 * @property {PlannedAxis[]} axes
 * @property {number} low where share 0 is, in pixels from the left or from the top @property {number} high share 1
 * @property {number[]} cells the numbers of those that have a line
 * @property {Float32Array[]} lines the share of each line, by axis
 *
 * A figure that no cell has gets no axis, and a cell without one of the others no line.
 * @param {import("./grid.js").Grid} grid @param {import("./cells.js").Cell[]} cells at least one
 * @param {number} width in pixels
 * @returns {Plan}
 */
export function planOf(grid, cells, width) {
  const dimensions = dimensionsOf(grid);
  const coordinates = coordinatesOf(grid, cells);
  const every = dimensions.map((dimension, at) => ({
    dimension,
    own: coordinates[at],
    scale: dimension.figure && figureScale(FIGURES[dimension.figure], [...coordinates[at]]),
  }));
  const shown = every.filter(({ dimension, scale }) => !dimension.figure || scale);
  const left = Math.max(SIDE, BESIDE_NUMBER + Math.ceil(widestOf(dimensions[0])));
  const apart = (width - left - SIDE) / Math.max(1, shown.length - 1);
  const isLying = apart < LEAST_APART;
  const height = isLying ? FIRST + ROW * (shown.length - 1) + LAST : HEIGHT;
  const [low, high] = isLying ? [END, width - END] : [height - BOTTOM, TOP];
  const room = Math.floor(Math.abs(high - low) / (isLying ? WIDE : HIGH));
  const axes = shown.map(({ dimension, scale }, at) => ({
    dimension,
    place: isLying ? FIRST + ROW * at : left + apart * at,
    ...(dimension.figure && scale
      ? figureAxis(FIGURES[dimension.figure], scale, room)
      : gridAxis(dimension.values ?? [], room)),
  }));
  const drawn = [...cells.keys()].filter((at) => shown.every(({ own }) => known(own[at])));
  const lines = axes.map(({ share }, at) =>
    Float32Array.from(drawn, (line) => share(shown[at].own[line])),
  );
  return {
    isLying,
    width,
    height,
    axes,
    low,
    high,
    cells: drawn.map((line) => cells[line].number),
    lines,
  };
}

/** The width of its widest number if it stands, in pixels. @param {Dimension} dimension an axis of the grid */
function widestOf({ values }) {
  const { ticks } = gridAxis(values ?? [], Math.floor((HEIGHT - TOP - BOTTOM) / HIGH));
  return Math.max(...ticks.map(([, text]) => widthOf(text, NUMBERS)));
}

/** @param {number} share */
const clamped = (share) => Math.min(1, Math.max(0, share));

/**
 * Values have equal distances, as on the map: values with equal ratios have a logarithmic axis.
 * @param {Array<number|string>} values @param {number} room for so many ticks
 */
function gridAxis(values, room) {
  const length = values.length;
  const skip = Math.ceil(length / room);
  const share = (/** @type {number} */ place) => (place + 0.5) / length;
  /** @param {number} place */
  const within = (place) => Math.min(length - 1, Math.max(0, place));
  return {
    share,
    step: 1 / length,
    outermost: /** @type {[number, number]} */ ([0, 1]),
    // The ends are between values: there is at least one from one end to the other.
    apart: 1 / length,
    /** @type {Array<[number, string]>} */
    ticks: values.flatMap((value, at) => (at % skip ? [] : [[share(at), valueText(value)]])),
    /** @param {?Range} range @returns {[number, number]} */
    sharesOf: (range) =>
      range ? [clamped(range[0] / length), clamped((range[1] + 1) / length)] : [0, 1],
    /** The values whose middle is between both ends, or the nearest one. @param {number} from @param {number} to @returns {Range} */
    rangeAt(from, to) {
      const [first, last] = [Math.round(from * length), Math.round(to * length) - 1];
      if (first <= last) return [within(first), within(last)];
      const nearest = within(Math.floor(((from + to) / 2) * length));
      return [nearest, nearest];
    },
  };
}

/**
 * @param {import("./figures.js").Figure} figure @param {import("./figure_scale.js").FigureScale} scale
 * @param {number} room for so many ticks
 */
function figureAxis(figure, scale, room) {
  const { low, high } = scale;
  /** @param {number} one of the values */
  const share = (one) => EDGE + (1 - 2 * EDGE) * scale.place(one);
  /** The room at each end of the axis means the lowest or the highest value. @param {number} at a share */
  function value(at) {
    if (at <= 0) return -Infinity;
    if (at >= 1) return Infinity;
    const place = (at - EDGE) / (1 - 2 * EDGE);
    return place <= SAME ? low : place >= 1 - SAME ? high : scale.value(place);
  }
  /** @param {number} end @param {number} open */
  const shareOf = (end, open) => (known(end) ? share(end) : open);
  const ticks = /** @type {Array<[number, string]>} */ (
    scale.ticks(Math.min(8, room)).map((one) => [share(one), figure.tick(one)])
  );
  const common = {
    share,
    ticks,
    outermost: /** @type {[number, number]} */ ([EDGE, 1 - EDGE]),
    apart: 0,
  };
  // Where all cells have the same value, each part of the axis would mean this value alone.
  if (low === high) {
    return {
      ...common,
      step: 1,
      /** @param {?Range} range @returns {[number, number]} */
      sharesOf: (range) =>
        range && range[0] > high ? [1, 1] : range && range[1] < low ? [0, 0] : [0, 1],
      /** @returns {Range} */
      rangeAt: () => [-Infinity, Infinity],
    };
  }
  const isWhole = figure.isCount && !figure.isLogarithmic;
  const rounded = (/** @type {number} */ end) => (isWhole ? Math.round(end) : end);
  return {
    ...common,
    step: isWhole ? Math.max(STEP, (1 - 2 * EDGE) / (high - low)) : STEP,
    /** @param {?Range} range @returns {[number, number]} */
    sharesOf: (range) => (range ? [shareOf(range[0], 0), shareOf(range[1], 1)] : [0, 1]),
    /** @param {number} from @param {number} to @returns {Range} */
    rangeAt: (from, to) => [rounded(value(from)), rounded(value(to))],
  };
}

/** A point of an axis, in pixels. @param {Plan} plan @param {number} axis @param {number} share @returns {[number, number]} */
export function pointOf({ isLying, axes, low, high }, axis, share) {
  const along = low + share * (high - low);
  return isLying ? [along, axes[axis].place] : [axes[axis].place, along];
}

/**
 * The line that is nearest to a point, at most this many pixels away along the axes.
 * @param {Plan} plan @param {(cell: number) => boolean} isIncluded
 * @param {number} x @param {number} y in pixels @param {number} most
 * @returns {?number} its cell
 */
export function nearestLine({ isLying, axes, low, high, cells, lines }, isIncluded, x, y, most) {
  const [across, along] = isLying ? [y, x] : [x, y];
  const after = axes.findIndex(({ place }) => place >= across);
  const right = after < 0 ? axes.length - 1 : after;
  const left = Math.max(0, right - (after === 0 ? 0 : 1));
  const gap = axes[right].place - axes[left].place;
  const part = gap ? clamped((across - axes[left].place) / gap) : 0;
  const share = (along - low) / (high - low);
  let nearest = null;
  let least = most / Math.abs(high - low);
  for (let line = 0; line < cells.length; line++) {
    const at = lines[left][line] + part * (lines[right][line] - lines[left][line]);
    const distance = Math.abs(at - share);
    if (distance > least || !isIncluded(cells[line])) continue;
    [nearest, least] = [cells[line], distance];
  }
  return nearest;
}
