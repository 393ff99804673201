/**
 * The scale of a figure. Equal steps are equal ratios, equal ratios of the error, or equal differences,
 * for colours and axes alike.
 */
import { known } from "../core/format.js";
import { evenTicks, ticksOf } from "./ticks.js";

/** Smaller errors have the same place. */
const LEAST_ERROR = 1e-4;

/**
 * @typedef {Object} FigureScale from the lowest to the highest value
 * @property {number} low @property {number} high
 * @property {(value: number) => number} place in [0, 1]; lower values have that of the lowest
 * @property {(place: number) => number} value its inverse
 * @property {(most: number) => number[]} ticks values with few digits, ascending
 *
 * @param {import("./figures.js").Figure} figure @param {number[]} values @returns {?FigureScale} null without one
 */
export function figureScale({ isLogarithmic, isAccuracy, isCount }, values) {
  const finite = values.filter((value) => known(value) && (!isLogarithmic || value > 0));
  if (!finite.length) return null;
  /** On a scale on which equal steps have equal steps of place. @param {number} value */
  const linear = (value) =>
    isAccuracy
      ? -Math.log(Math.max(LEAST_ERROR, 1 - value))
      : isLogarithmic
        ? Math.log(value)
        : value;
  /** @param {number} step its inverse */
  const back = (step) => (isAccuracy ? 1 - Math.exp(-step) : isLogarithmic ? Math.exp(step) : step);
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  const [from, to] = [linear(low), linear(high)];
  /** @param {number} most */
  function places(most) {
    if (isLogarithmic) return ticksOf({ low, high }, most);
    if (!isAccuracy) return evenTicks({ low, high }, most);
    // Of the errors, in %.
    const errors = [high, low].map((value) => 100 * Math.max(LEAST_ERROR, 1 - value));
    return ticksOf({ low: errors[0], high: errors[1] }, most)
      .map((error) => 1 - error / 100)
      .reverse();
  }
  /** @param {number} most */
  const ticks = (most) => (isCount ? [...new Set(places(most).map(Math.round))] : places(most));
  return {
    low,
    high,
    place: (value) =>
      to > from ? Math.min(1, (linear(Math.max(low, value)) - from) / (to - from)) : 0.5,
    value: (place) => back(from + place * (to - from)),
    ticks,
  };
}
