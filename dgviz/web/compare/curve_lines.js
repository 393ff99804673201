/**
 * The lines of a chart of curves: of each row the mean over its finished seeds, and each run that is
 * not part of it.
 */
import * as race from "./race.js";

/** In a chart with more bands than this, each is drawn only while its row is highlighted. */
const MOST_BANDS = 6;
const FAILURES = ["failed", "diverged"];

/**
 * @typedef {import("./race.js").RaceRow} RaceRow
 * @typedef {Array<[epoch: number, value: number, deviation?: number]>} Points
 *
 * @typedef {Object} Line
 * @property {RaceRow} row @property {number[]} seeds @property {Points} points
 * @property {string} uid the same for the same line at the next drawing
 * @property {string} failure how the run failed, "diverged" or "failed"; "" if it did not. Its values
 *   may be far from all others
 */

/** @param {RaceRow[]} rows @param {keyof race.Curves} name @returns {Line[]} */
export function linesOf(rows, name) {
  return rows.flatMap((row) => {
    const runs = row.runs.map((run) => {
      const { curves, phase } = race.stateOf(run);
      const failure = FAILURES.includes(phase) ? phase : "";
      const points = curves?.[name] ?? [];
      return { row, seeds: [run.seed], points, uid: `run${run.id}`, failure };
    });
    const { seeds, curves } = row.mean ?? { seeds: [], curves: null };
    const points = curves?.[name] ?? [];
    // Plotly puts it into a CSS selector.
    const uid = `mean_${row.key.replaceAll(/\W/g, "_")}`;
    const mean = { row, seeds, points, uid, failure: "" };
    return [mean, ...runs].filter((line) => line.points.length);
  });
}

/**
 * The lines by whose values the axis is chosen: not those that failed, which would flatten the others,
 * nor those of runs that have only begun, with which the axis would jump whenever a run starts.
 * @param {Line[]} lines
 */
export function decisiveOf(lines) {
  const whole = lines.filter(({ failure }) => !failure);
  const known = whole.length ? whole : lines;
  /** @param {Line} line */
  const reached = ({ points }) => points[points.length - 1][0];
  const furthest = Math.max(...known.map(reached));
  return known.filter((line) => reached(line) >= furthest / 2);
}

/** Whether a line is a mean. @param {Line} line */
export const isMean = ({ seeds }) => seeds.length > 1;

/** The line's row, and which runs it is of. @param {Line} line */
export function nameOf(line) {
  const { row, seeds, failure } = line;
  const runs = isMean(line) ? `mean of seeds ${seeds.join(", ")}` : `seed ${seeds}`;
  return [row.label, runs, failure].filter(Boolean).join(", ");
}

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
 * What lines, bands and marks are, in sentences; "" if every line is a single run that did not fail.
 * @param {Line[]} lines @param {"all"|"highlighted"|"none"} bands that are drawn
 */
export function linesText(lines, bands) {
  const singles = lines.filter((line) => !isMean(line));
  const sentences = [];
  if (singles.length < lines.length) {
    const around = bands === "none" ? "" : ", bands ± one sample standard deviation";
    const rest = singles.length ? ", and single runs of the other methods and seeds" : "";
    sentences.push(`Lines are means over the finished seeds${around}${rest}.`);
    if (bands === "highlighted") sentences.push("Highlight a method for its band.");
  }
  const failures = FAILURES.filter((how) => lines.some(({ failure }) => failure === how));
  if (failures.length) sentences.push(`× marks where a run ${failures.join(" or ")}.`);
  return sentences.join(" ");
}
