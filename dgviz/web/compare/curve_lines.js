/**
 * The lines of a chart of curves: of each row the mean over its finished seeds, and each run that is
 * not part of it.
 */
import * as race from "./race.js";

/** In a chart with more bands than this, each is drawn only while its row is highlighted. */
const MOST_BANDS = 6;

/**
 * @typedef {import("./race.js").RaceRow} RaceRow
 * @typedef {Array<[epoch: number, value: number, deviation?: number]>} Points
 *
 * @typedef {Object} Line
 * @property {RaceRow} row @property {number[]} seeds @property {Points} points
 * @property {string} uid the same for the same line at the next drawing
 * @property {boolean} hasFailed whether its values may be far from all others
 */

/** @param {RaceRow[]} rows @param {keyof race.Curves} name @returns {Line[]} */
export function linesOf(rows, name) {
  return rows.flatMap((row) => {
    const runs = row.runs.map((run) => {
      const { curves, phase } = race.stateOf(run);
      const hasFailed = phase === "failed" || phase === "diverged";
      const points = curves?.[name] ?? [];
      return { row, seeds: [run.seed], points, uid: `run${run.id}`, hasFailed };
    });
    const { seeds, curves } = row.mean ?? { seeds: [], curves: null };
    const points = curves?.[name] ?? [];
    // Plotly puts it into a CSS selector.
    const uid = `mean_${row.key.replaceAll(/\W/g, "_")}`;
    const mean = { row, seeds, points, uid, hasFailed: false };
    return [mean, ...runs].filter((line) => line.points.length);
  });
}

/** Whether a line is a mean. @param {Line} line */
export const isMean = ({ seeds }) => seeds.length > 1;

/** Whether bands are drawn only while their row is highlighted. @param {Line[]} lines */
export const areBandsQuiet = (lines) => lines.filter(isMean).length > MOST_BANDS;

/**
 * The band of a mean, in a standard deviation around it: along its upper edge and back along the lower.
 * @param {Line} line @returns {Array<[epoch: number, value: number]>}
 */
export function bandOf({ points }) {
  /** @param {1|-1} sign @returns {Array<[number, number]>} */
  const edge = (sign) => points.map(([x, y, deviation = 0]) => [x, y + sign * deviation]);
  return [...edge(1), ...edge(-1).reverse()];
}

/**
 * What lines and bands are, in a sentence; "" if every line is a single run.
 * @param {Line[]} lines @param {boolean} hasBands
 */
export function meanText(lines, hasBands) {
  if (!lines.some(isMean)) return "";
  const bands = hasBands ? ", bands ± one sample standard deviation" : "";
  const rest = lines.every(isMean) ? "" : ", and single runs of the other methods and seeds";
  return `Lines are means over the finished seeds${bands}${rest}.`;
}
