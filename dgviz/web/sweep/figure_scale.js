/**
 * The scale of a figure. Equal steps are equal ratios, equal ratios of the error, or equal differences,
 * for colours and axes alike.
 */
import { known } from "../core/format.js";
import { evenTicks, ticksOf } from "./ticks.js";

/** Smaller errors have the same place. */
const LEAST_ERROR = 1e-4;
/** Tukey's whiskers: so many times the length of the middle half of the values, beyond it. */
const WHISKER = 1.5;

/** @typedef {import("./figures.js").Figure} Figure */

/**
 * Steps of a value, of which equal ones are equal distances, and the value of steps.
 * @param {Figure} figure
 */
function stepsOf({ isLogarithmic, isAccuracy }) {
  if (isAccuracy) {
    return {
      steps: (/** @type {number} */ value) => -Math.log(Math.max(LEAST_ERROR, 1 - value)),
      back: (/** @type {number} */ steps) => 1 - Math.exp(-steps),
    };
  }
  if (isLogarithmic) return { steps: Math.log, back: Math.exp };
  const same = (/** @type {number} */ value) => value;
  return { steps: same, back: same };
}

/** Whether a value has a place. @param {Figure} figure @returns {(value: number) => boolean} */
const hasPlace =
  ({ isLogarithmic }) =>
  (value) =>
    known(value) && (!isLogarithmic || value > 0);

/**
 * The lowest and the highest value, but of values far from the others only those within the whiskers of a
 * box plot of the different values: a single one could take the whole scale. The highest accuracy is always
 * within, because the best cells are looked for.
 * @param {Figure} figure @param {Iterable<number>} values
 * @returns {?{low: number, high: number, hasLower: boolean, hasHigher: boolean}} null without any
 */
export function usualRange(figure, values) {
  const { steps } = stepsOf(figure);
  // Another array takes many times as long to sort.
  const sorted = Float64Array.from(values).filter(hasPlace(figure)).sort();
  const last = sorted.length - 1;
  if (last < 0) return null;
  // Equal values count once: where most are equal, the middle half would have no length.
  const distinct = sorted.filter((value, at) => value !== sorted[at - 1]);
  const [lower, upper] = [0.25, 0.75].map((part) => {
    const at = part * (distinct.length - 1);
    const [below, above] = [Math.floor(at), Math.ceil(at)].map((place) => steps(distinct[place]));
    return below + (at - Math.floor(at)) * (above - below);
  });
  const reach = WHISKER * (upper - lower);
  const first = sorted.findIndex((value) => steps(value) >= lower - reach);
  const end = figure.isAccuracy
    ? last
    : sorted.findLastIndex((value) => steps(value) <= upper + reach);
  const [low, high] = [sorted[first], sorted[end]];
  return { low, high, hasLower: sorted[0] < low, hasHigher: sorted[last] > high };
}

/**
 * The scale of a count begins and ends with whole numbers.
 *
 * @typedef {Object} FigureScale from the lowest to the highest value
 * @property {number} low @property {number} high
 * @property {(value: number) => number} place in [0, 1]; values beyond an end have its place
 * @property {(place: number) => number} value its inverse
 * @property {(most: number) => number[]} ticks values with few digits, ascending
 *
 * @param {Figure} figure @param {number[]} values @returns {?FigureScale} null without one
 */
export function figureScale(figure, values) {
  const { isLogarithmic, isAccuracy, isCount } = figure;
  const finite = values.filter(hasPlace(figure));
  if (!finite.length) return null;
  const { steps, back } = stepsOf(figure);
  const [least, most] = [Math.min, Math.max].map((one) => finite.reduce((a, b) => one(a, b)));
  const low = isCount ? Math.max(isLogarithmic ? 1 : -Infinity, Math.floor(least)) : least;
  const high = isCount ? Math.ceil(most) : most;
  const [from, to] = [steps(low), steps(high)];
  /** @param {number} room for so many */
  function ticks(room) {
    if (isLogarithmic) return ticksOf({ low, high }, room, isCount);
    if (!isAccuracy) return evenTicks({ low, high }, room, isCount);
    // Of the errors, in %.
    const errors = [high, low].map((value) => 100 * Math.max(LEAST_ERROR, 1 - value));
    return ticksOf({ low: errors[0], high: errors[1] }, room)
      .map((error) => 1 - error / 100)
      .reverse();
  }
  return {
    low,
    high,
    place: (value) =>
      to > from ? Math.min(1, (steps(Math.max(low, value)) - from) / (to - from)) : 0.5,
    value: (place) => back(from + place * (to - from)),
    ticks,
  };
}
