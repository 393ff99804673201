/**
 * The runs of a race. Those in flight are followed over their sockets, so that no script reruns while
 * they train and none is stopped as unattended; of an ended run the page gives the curves.
 */
import { openFeed } from "../core/feed.js";
import { known } from "../core/format.js";

/**
 * @typedef {Array<[number, number]>} Points epoch and value, in order of time
 *
 * @typedef {Object} Curves of a run, with values in [0, 1]
 * @property {Points} test accuracy @property {Points} validation accuracy
 * @property {Points} ratio of active connections
 *
 * @typedef {Object} RaceRun as Python gives it
 * @property {number} seed
 * @property {?string} id null while it has not been started
 * @property {?string} token opens its socket; null unless it is in flight
 * @property {string} phase "missing", or that of the run
 * @property {?number} accuracy on the test images, of a finished run
 * @property {number} epoch @property {string} reason
 * @property {?Curves} curves null also of a run that is part of its row's mean
 *
 * @typedef {Object} RaceRow a method at one target ratio
 * @property {string} key @property {string} method its name
 * @property {string} title of the method @property {string} label with the target ratio
 * @property {?number} ratio that is aimed at @property {number} series place of its method in the plan
 * @property {RaceRun[]} runs one for each seed
 * @property {?{seeds: number[], curves: Object<string, Array<[epoch: number, mean: number,
 *   deviation: number]>>}} mean over the seeds whose run has finished; null unless there are several.
 *   Its curves have the names of `Curves`
 *
 * @typedef {Object} State of a run now
 * @property {string} phase "lost" when its socket was refused @property {number} epoch
 * @property {?number} place in the queue @property {?number} pace seconds per epoch
 * @property {string} reason @property {?Curves} curves
 * @property {?number} accuracy the last one on the test images
 */

/**
 * @typedef {import("../core/store.js").Metrics} Metrics
 *
 * @type {Map<string, {feed: ReturnType<typeof openFeed>, token: string}>} by the run's id
 */
const feeds = new Map();
/** @type {WeakMap<Metrics[], {length: number, curves: Curves}>} the curves of each log when last asked */
const drawn = new WeakMap();
/** @type {Set<() => void>} */
const listeners = new Set();

/** Follows the runs in flight, and no others. @param {RaceRow[]} rows */
export function follow(rows) {
  const runs = rows.flatMap((row) => row.runs);
  const wanted = new Map(runs.flatMap(({ id, token }) => (id && token ? [[id, token]] : [])));
  for (const [id, { feed, token }] of feeds) {
    if (wanted.get(id) === token) continue;
    feed.close();
    feeds.delete(id);
  }
  for (const [run, token] of wanted) {
    if (feeds.has(run)) continue;
    const feed = openFeed({ run, token });
    feed.subscribe(notify);
    feeds.set(run, { feed, token });
  }
}

/** Whether the server has stopped to answer; the feeds try to connect again. */
export const isCutOff = () =>
  [...feeds.values()].some(({ feed: { whole } }) => {
    const isRefused = whole.status?.phase === "lost";
    return whole.connection === "lost" && !isRefused;
  });

/** @param {RaceRun} run @returns {State} */
export function stateOf(run) {
  const { status, metrics } = feeds.get(run.id ?? "")?.feed.whole ?? {};
  if (!status) {
    const { phase, epoch, reason, curves, accuracy } = run;
    return { phase, epoch, place: null, pace: null, reason, curves, accuracy };
  }
  const curves = metrics?.length ? curvesOf(metrics) : run.curves;
  return {
    phase: status.phase,
    epoch: status.epoch ?? 0,
    place: status.place ?? null,
    pace: status.seconds_per_epoch ?? null,
    reason: status.reason ?? "",
    curves,
    accuracy: curves?.test.at(-1)?.[1] ?? null,
  };
}

/** @param {Metrics[]} metrics of a run in flight, which only grow @returns {Curves} */
function curvesOf(metrics) {
  const last = drawn.get(metrics);
  if (last?.length === metrics.length) return last.curves;
  const curves = pointsOf(metrics);
  drawn.set(metrics, { length: metrics.length, curves });
  return curves;
}

/** @param {Metrics[]} metrics @returns {Curves} */
function pointsOf(metrics) {
  /** @param {string} name @returns {Points} */
  const points = (name) =>
    metrics
      .filter((entry) => known(entry[name]) && known(entry.epoch))
      .map((entry) => [entry.epoch, entry[name]]);
  return {
    test: points("test_accuracy"),
    validation: points("validation_accuracy"),
    ratio: points("active_ratio"),
  };
}

/** @param {() => void} listener @returns {() => void} unsubscribes it; the last one ends all */
export function subscribe(listener) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (!listeners.size) follow([]);
  };
}

function notify() {
  for (const listener of listeners) listener();
}
