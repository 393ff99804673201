/** What the progress of a race is in words. */
import { count, duration, known, ordinal, percent } from "../core/format.js";

/**
 * @typedef {import("./race.js").State} State
 *
 * @typedef {State & {method: string}} Runner a run of the race, now
 *
 * @typedef {Object} Budget
 * @property {number} epochs of each run
 * @property {number} limit number of runs trained at once
 * @property {Object<string, number>} paces seconds per epoch that were measured, by method
 */

export const IN_FLIGHT = ["queued", "starting", "running", "paused", "stopping", "elsewhere"];

/** Of runs that train now, or will without a click on Race. */
const GOING = IN_FLIGHT.filter((phase) => !["stopping", "paused"].includes(phase));
/** Of runs that Race would start or resume. */
const TO_DO = ["missing", "paused", "stopping", "stopped", "failed", "interrupted"];

/** @type {Object<string, string>} by phase */
const WORDS = {
  missing: "not trained",
  starting: "starting",
  paused: "paused",
  stopping: "stopping",
  stopped: "stopped",
  failed: "failed",
  diverged: "diverged",
  interrupted: "interrupted",
  unmeasured: "no figures",
  lost: "unavailable",
};

/** A run in one or two words: "98.21%", "epoch 3", "2nd in queue". @param {State} state */
export function stateText({ phase, epoch, place, accuracy }) {
  if (phase === "finished") return percent(accuracy);
  if (phase === "running" || phase === "elsewhere") return `epoch ${Math.floor(epoch) + 1}`;
  if (phase === "queued") return known(place) ? `${ordinal(place)} in queue` : "in the queue";
  return WORDS[phase] ?? phase;
}

/** "7 of 18 runs finished · 2 training · 9 in the queue · about 12 min left" @param {Runner[]} runners @param {Budget} budget */
export function raceText(runners, budget) {
  /** @param {...string} phases */
  const number = (...phases) => runners.filter(({ phase }) => phases.includes(phase)).length;
  const all = runners.length;
  const parts = [
    `${count(number("finished"))} of ${count(all)} ${all === 1 ? "run" : "runs"} finished`,
  ];
  /** @param {number} n @param {string} words */
  const add = (n, words) => n && parts.push(`${count(n)} ${words}`);
  add(number("starting", "running", "stopping", "elsewhere"), "training");
  add(number("paused"), "paused");
  add(number("queued"), "in the queue");
  add(number("stopped", "interrupted"), "ended early");
  add(number("failed"), "failed");
  add(number("diverged"), "diverged");
  add(number("unmeasured"), "finished without figures");
  add(number("lost"), "unavailable");
  add(number("missing"), "not started");
  const left = secondsFor(GOING, runners, budget);
  const rest = secondsFor(TO_DO, runners, budget);
  if (left !== null) parts.push(`about ${duration(left)} left`);
  else if (rest !== null) parts.push(`Race would take about ${duration(rest)}`);
  return parts.join(" · ");
}

/**
 * Time to train all runs in some phases to their end, from the seconds per epoch of this race; null while
 * nothing has been measured, or no run is in one of them.
 * @param {string[]} phases @param {Runner[]} runners @param {Budget} budget @returns {?number}
 */
export function secondsFor(phases, runners, { epochs, limit, paces }) {
  /** @type {Object<string, number>} */
  const measured = { ...paces };
  for (const { method, pace } of runners) if (known(pace)) measured[method] = pace;
  const paced = Object.values(measured);
  const ahead = runners.filter(({ phase }) => phases.includes(phase));
  if (!ahead.length || !paced.length) return null;
  const usual = paced.reduce((sum, pace) => sum + pace, 0) / paced.length;
  const each = ahead.map(
    ({ method, epoch }) => Math.max(0, epochs - epoch) * (measured[method] ?? usual),
  );
  const work = each.reduce((sum, seconds) => sum + seconds, 0);
  // The last run cannot be shared among workers.
  return Math.max(work / Math.min(limit, ahead.length), ...each);
}
