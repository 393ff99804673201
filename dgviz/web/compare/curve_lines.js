/**
 * The lines of a chart of curves: of each row the mean over its finished seeds, that over its seeds in
 * flight as far as all have come, the rest of those that are ahead, and each run that is part of neither.
 */
import { thin } from "../core/gates.js";
import { aheadOf, meanOf } from "./live_mean.js";
import * as race from "./race.js";
import { IN_FLIGHT } from "./race_text.js";

/** Of a line. A comparison may have a hundred of them. */
const MOST_POINTS = 150;

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
export const linesOf = (rows, name) =>
  rows.flatMap((row) =>
    linesOfRow(row, name)
      .filter(({ points }) => points.length)
      .map((line) => ({ ...line, row, points: thin(line.points, MOST_POINTS) })),
  );

/** @param {RaceRow} row @param {keyof race.Curves} name @returns {Array<Omit<Line, "row">>} */
function linesOfRow({ key, mean, runs }, name) {
  const known = runs.map((run) => {
    const { phase, curves } = race.stateOf(run);
    return { ...run, phase, points: curves?.[name] ?? [] };
  });
  const flying = known.filter(({ phase, points }) => IN_FLIGHT.includes(phase) && points.length);
  const together = flying.length > 1 ? flying : [];
  const curves = together.map(({ points }) => points);
  const alone = known.map((run) =>
    together.includes(run) ? { ...run, points: aheadOf(run.points, curves) } : run,
  );
  // Plotly puts it into a CSS selector.
  const word = key.replaceAll(/\W/g, "_");
  return [
    {
      seeds: mean?.seeds ?? [],
      points: mean?.curves[name] ?? [],
      uid: `finished_${word}`,
      failure: "",
    },
    {
      seeds: together.map(({ seed }) => seed),
      points: together.length ? meanOf(curves) : [],
      uid: `flying_${word}`,
      failure: "",
    },
    ...alone.map(({ id, seed, points, phase }) => ({
      seeds: [seed],
      points,
      uid: `run_${id}`,
      failure: FAILURES.includes(phase) ? phase : "",
    })),
  ];
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
  const means = lines.filter(isMean);
  const singles = lines.filter((line) => !isMean(line));
  const sentences = [];
  if (means.length) {
    const isOneEach = new Set(means.map(({ row }) => row)).size === means.length;
    const seeds = isOneEach ? "the seeds" : "finished seeds and over seeds in training";
    const around = bands === "none" ? "" : ", bands ± one sample standard deviation";
    const rest = singles.length ? ", and single runs where there is no mean" : "";
    sentences.push(`Lines are means over ${seeds}${around}${rest}.`);
    if (bands === "highlighted") sentences.push("Highlight a method for its band.");
  }
  const failures = FAILURES.filter((how) => lines.some(({ failure }) => failure === how));
  if (failures.length) sentences.push(`× marks where a run ${failures.join(" or ")}.`);
  return sentences.join(" ");
}
