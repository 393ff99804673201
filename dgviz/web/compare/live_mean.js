/** The mean of runs in flight, over their seeds. */
import { known } from "../core/format.js";

/**
 * The mean and the sample standard deviation (n - 1 in the denominator) at each epoch, of the runs that
 * have come so far: at the end of training the same as Python's `mean_of`. Points that one of them
 * lacks are left out.
 * @param {import("./race.js").Points[]} curves at least one, none without points
 * @returns {Array<[epoch: number, mean: number, deviation: number]>} with a deviation of 0 of one run
 */
export function meanOf(curves) {
  const runs = curves.map((points) => ({
    values: new Map(points),
    reached: points[points.length - 1][0],
  }));
  const [furthest] = curves.toSorted((a, b) => b[b.length - 1][0] - a[a.length - 1][0]);
  return furthest.flatMap(([epoch]) => {
    const here = runs.filter(({ reached }) => reached >= epoch);
    const values = here.map((run) => run.values.get(epoch)).filter(known);
    return values.length === here.length ? [[epoch, ...spreadOf(values)]] : [];
  });
}

/** @param {number[]} values at least one @returns {[mean: number, deviation: number]} */
function spreadOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / Math.max(1, values.length - 1))];
}
