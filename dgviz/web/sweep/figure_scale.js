/**
 * The scale of a figure. Equal steps are equal ratios, equal ratios of the error, or equal differences,
 * for colours and axes alike.
 */
import { known } from "../core/format.js";
import { evenTicks, ticksOf } from "./ticks.js";

/** Smaller errors have the same place. */
const LEAST_ERROR = 1e-4;
/** @typedef {import("./figures.js").Figure} Figure */

/**
 * Steps of a value, of which equal ones are equal distances, and the value of steps.
 * @param {Figure} figure
 */
export function stepsOf({ isLogarithmic, isAccuracy }) {
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
export const hasPlace =
  ({ isLogarithmic }) =>
  (value) =>
    known(value) && (!isLogarithmic || value > 0);

/**
 * A range with at least the shortest length that a scale of the figure has: smaller differences must not
 * look like an effect. It begins at the best accuracy, at the most weights, or at the fewest dead units,
 * because a value beyond these need not be possible.
 * @param {Figure} figure @param {{low: number, high: number}} range
 * @param {number} [noise] as many steps at least, see `stepsOf`, as far as such values are possible
 * @param {number} [most] the highest value that a seed has
 * @returns {{low: number, high: number}}
 */
export function widened(figure, { low, high }, noise = 0, most = high) {
  const { isLogarithmic, isAccuracy, shortest } = figure;
  if (!isLogarithmic && !isAccuracy) {
    return { low, high: Math.max(high, low + shortest, Math.min(low + noise, most)) };
  }
  const { steps, back } = stepsOf(figure);
  const least = isAccuracy ? high - shortest : high / shortest;
  return { low: Math.min(low, Math.max(0, Math.min(least, back(steps(high) - noise)))), high };
}

/**
 * The linear scale of a count begins and ends with whole numbers, as a range on it does. A logarithmic one
 * begins and ends with the values, from 1 on: 477.5 weights are "478" there as everywhere.
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
  const [low, high] = !isCount
    ? [least, most]
    : isLogarithmic
      ? [Math.max(1, least), Math.max(1, most)]
      : [Math.floor(least), Math.ceil(most)];
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

/** The scale of a chart's axis, which has the shortest length. @param {Figure} figure @param {number[]} values @returns {?FigureScale} null without one */
export function axisScale(figure, values) {
  const scale = figureScale(figure, values);
  return scale && figureScale(figure, Object.values(widened(figure, scale)));
}
