/** The mean of runs in flight, over their seeds. */
import { known } from "../core/format.js";

/**
 * The mean and the sample standard deviation (n - 1 in the denominator) at each epoch that all runs have:
 * the same as Python's `mean_of`.
 * @param {import("./race.js").Points[]} curves at least one, none without points
 * @returns {Array<[epoch: number, mean: number, deviation: number]>} with a deviation of 0 of one run
 */
export function meanOf(curves) {
  const runs = curves.map((points) => new Map(points));
  return curves[0].flatMap(([epoch]) => {
    const values = runs.map((run) => run.get(epoch)).filter(known);
    return values.length === runs.length ? [[epoch, ...spreadOf(values)]] : [];
  });
}

/**
 * The part of a run in flight that others of its row have not reached, with its last point in their mean.
 * @param {import("./race.js").Points} points @param {import("./race.js").Points[]} curves of all of them
 */
export function aheadOf(points, curves) {
  const shared = Math.min(...curves.map((one) => one[one.length - 1][0]));
  const ahead = points.filter(([epoch]) => epoch >= shared);
  return ahead.length > 1 ? ahead : [];
}

/** @param {number[]} values at least one @returns {[mean: number, deviation: number]} */
function spreadOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / Math.max(1, values.length - 1))];
}
