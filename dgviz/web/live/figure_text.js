/** Texts of the headline figures. */
import {
  bytes,
  capBelowOne,
  count,
  known,
  MINUS,
  percent,
  threshold,
  UNKNOWN,
} from "../core/format.js";
import { measure } from "../core/measures.js";
import { pixelsOf } from "../core/pixels.js";

/** Every data set has this many test images. */
const TEST_IMAGES = 10000;
/** 784 x 256 + 256 x 10: the network whose active connections the DynamicGate-MLP paper reports. */
const PAPER_CONNECTIONS = 203264;

/** A share of connections: "100%", "37.9%", "0.65%", "< 0.01%". @param {?number} r in [0, 1] */
export function share(r) {
  if (r === 0 || r === 1) return percent(r, 0);
  if (known(r) && r < 1e-4) return "< 0.01%";
  return known(r) ? percent(capBelowOne(r, 3), r < 0.01 ? 2 : 1) : UNKNOWN;
}

/**
 * The paper's own count of active connections, for its method, network and set-up; otherwise "".
 * @param {?import("../core/store.js").Status} status of the run
 * @param {number} [total] connections
 */
export const paperText = (status, total) =>
  status?.method === "" && status.preset === "paper" && total === PAPER_CONNECTIONS
    ? "the paper reports 60,000 – 100,000 active connections"
    : "";

/**
 * What a method with routes does instead of closing connections.
 * @param {?import("../core/gates.js").Snapshot} snapshot
 * @param {string} word what the method calls a route
 */
export function routedText(snapshot, word) {
  const routes = snapshot?.meta.routing?.routes.length;
  const all = routes ? `${count(routes)} ${word}s` : `${word}s`;
  return `no connection is closed; how much each of the ${all} counts depends on the image`;
}

/** "122,364 closed: their weights count as 0" @param {number} closed number of connections */
export const closedText = (closed) =>
  closed === 1
    ? "1 closed: its weight counts as 0"
    : closed
      ? `${count(closed)} closed: their weights count as 0`
      : "every connection is active";

/**
 * The smaller dense network that gates of pixels and hidden units leave; "" for a sparse network.
 * @param {?import("../core/measures.js").Measures} counts
 */
export function smallerText(counts) {
  if (!counts?.isFullyConnected || !counts.active || counts.active === counts.total) return "";
  const pixels = counts.pixelsInUse === 1 ? "1 pixel" : `${count(counts.pixelsInUse)} pixels`;
  const units = counts.hiddenUnitsInUse;
  return `a dense network is left: ${pixels} × ${count(units)} hidden ${units === 1 ? "unit" : "units"}`;
}

/**
 * Says that more connections are left than were wanted, once gates no longer change; otherwise "".
 * @param {number} active number of connections @param {number} epoch
 * @param {{keep: number, frozenFrom: number}} method
 */
export function missedText(active, epoch, { keep, frozenFrom }) {
  // The last step of an epoch may lie a rounding error before it.
  if (!keep || active <= keep || epoch < frozenFrom - 1e-6) return "";
  return `more than the ${count(keep)} to keep: gates no longer change`;
}

/**
 * Text on the accuracy at a previewed tau. A recorded snapshot has no curve of accuracy against tau;
 * a live one is null until its first measurement, and always null without validation images.
 * @param {import("../core/gates.js").Snapshot} snapshot @param {number} tau
 * @param {boolean} isKnown whether there is an estimate
 */
export function previewText({ meta }, tau, isKnown) {
  if (isKnown) return `estimated on validation images, at τ ${threshold(tau)}`;
  const why =
    meta.accuracy_by_tau === undefined
      ? "a recorded snapshot has no estimate"
      : known(meta.validation_accuracy)
        ? "the first estimate comes soon"
        : "there are no validation images to estimate it with";
  return `not known at τ ${threshold(tau)}: ${why}`;
}

/**
 * Compares an accuracy with the dense baseline's. A difference within twice its standard error is
 * not called one.
 * @param {number} ours in [0, 1] @param {number} theirs in [0, 1]
 */
export function differenceText(ours, theirs) {
  const points = 100 * (ours - theirs);
  /** @param {number} p */
  const variance = (p) => (p * (1 - p)) / TEST_IMAGES;
  const error = 100 * Math.sqrt(variance(ours) + variance(theirs));
  const amount = `${Math.abs(points).toFixed(2)}\u00a0±\u00a0${error.toFixed(2)} points`;
  if (Math.abs(points) > 2 * error) {
    return `${points > 0 ? "better" : "worse"} than the dense baseline by ${amount}`;
  }
  const sign = Math.abs(points) < 0.005 ? "" : points > 0 ? "+" : MINUS;
  return `no clear difference from the dense baseline: ${sign}${amount}`;
}

/**
 * Compares the run with its dense baseline at the newest epoch at which both were tested.
 * @param {import("../core/store.js").Store} store of the run
 * @param {?import("../core/store.js").Store} dense of the baseline
 * @returns {?string} null while there is nothing to compare
 */
export function comparisonText({ status, metrics }, dense) {
  const ours = metrics.findLast(isTested);
  if (!status || !ours) return null;
  if (status.is_baseline) return "this is the dense baseline";
  if (!dense) return null;
  const reached = dense.metrics.at(-1)?.epoch ?? 0;
  if (reached < ours.epoch - 1e-6) return `the dense baseline is at epoch ${reached.toFixed(1)}`;
  const tests = dense.metrics.filter(isTested);
  /** @param {number} wanted */
  const at = (wanted) => tests.find(({ epoch }) => Math.abs(epoch - wanted) < 1e-6);
  const both = metrics.findLast((entry) => isTested(entry) && at(entry.epoch));
  const theirs = both && at(both.epoch);
  if (!theirs) return "the dense baseline is being trained";
  if (both.epoch === 0) return "compared with the dense baseline once both have trained";
  const difference = differenceText(both.test_accuracy, theirs.test_accuracy);
  return `at epoch ${Number(both.epoch.toFixed(2))}, ${difference}`;
}

/** @param {import("../core/store.js").Metrics} entry */
const isTested = (entry) => known(entry.test_accuracy);

/**
 * The rows of "What is left". Layers that do not read the image are counted together.
 * @param {?import("../core/gates.js").Snapshot} snapshot null while there is none
 * @param {?import("../core/store.js").Facts} facts
 * @param {number} tau @returns {Array<[string, string]>} terms and counts
 */
export function remainsOf(snapshot, facts, tau) {
  const counts = snapshot && measure(snapshot, tau);
  const pixels = snapshot && pixelsOf(snapshot, facts, tau);
  return [
    ...layerRows(snapshot, counts),
    [
      // Those of a router or of an attention are counted as well.
      snapshot?.meta.routing ? "Hidden units, all layers" : "Hidden units in use",
      outOfText(counts?.hiddenUnitsInUse, counts?.hiddenUnits),
    ],
    ["Pixels in use", outOfText(pixels?.used, pixels?.kinds.length)],
    ["Parameters", outOfText(counts?.parameters, counts?.denseParameters)],
    ["Compacted, dense", compactedText(counts)],
  ];
}

/**
 * The dense network without dead hidden units and unused pixels: "119,570 in 479 kB".
 * @param {?import("../core/measures.js").Measures} counts
 */
const compactedText = (counts) =>
  counts?.compacted
    ? `${count(counts.compacted.parameters)} in ${bytes(counts.compacted.bytes)}`
    : UNKNOWN;

/**
 * The connections of the layers that read the image, and those of all others.
 * @param {?import("../core/gates.js").Snapshot} snapshot
 * @param {?import("../core/measures.js").Measures} counts @returns {Array<[string, string]>}
 */
function layerRows(snapshot, counts) {
  /** @param {boolean} isFirst @param {string} one @param {string} several @returns {[string, string]} */
  const row = (isFirst, one, several) => {
    const layers = (counts?.layers ?? []).filter(
      (_, at) => (snapshot?.layers[at].source === "") === isFirst,
    );
    /** @param {"active"|"total"} kind */
    const sum = (kind) => layers.reduce((before, layer) => before + layer[kind], 0);
    const text = counts ? outOfText(sum("active"), sum("total")) : UNKNOWN;
    return [layers.length > 1 ? several : one, text];
  };
  return [row(true, "First layer", "First layers"), row(false, "Output layer", "Other layers")];
}

/** "214 of 256" @param {?number} [n] @param {?number} [all] */
export const outOfText = (n, all) =>
  known(n) && known(all) ? `${count(n)} of ${count(all)}` : UNKNOWN;
