/** What another threshold does to a network, read from its measured curve. */
import { count, known, percent, threshold } from "../core/format.js";

/** A fall of accuracy by more than this, in [0, 1], is the cliff. */
const FALL = 0.01;

/**
 * @typedef {Object} Point
 * @property {number} tau
 * @property {?number} accuracy on the validation images, in [0, 1]; null without any
 * @property {number} connections @property {number[]} widths of the compact network
 *
 * @typedef {Object} Curve
 * @property {Point[]} points ascending in tau
 * @property {number} own the run's threshold, of one of the points
 * @property {number} images number of validation images
 */

/** The place of the point of a threshold; -1 without one. @param {Point[]} points @param {number} tau */
export const pointAt = (points, tau) =>
  points.findIndex((point) => Math.abs(point.tau - tau) < 1e-9);

/** The place of the nearest point. @param {Point[]} points @param {number} tau */
export const nearest = (points, tau) =>
  points.reduce(
    (best, point, at) => (Math.abs(point.tau - tau) < Math.abs(points[best].tau - tau) ? at : best),
    0,
  );

/**
 * The highest threshold, from the run's own on, up to which accuracy is nowhere more than `FALL`
 * below that of the run's own.
 * @param {Curve} curve
 * @returns {?number} null if it does not fall that far, or is not measured
 */
export function cliffOf({ points, own }) {
  const from = nearest(points, own);
  const trained = points[from].accuracy;
  if (!known(trained)) return null;
  // Differences of fractions are rounded.
  const least = trained - FALL - 1e-9;
  const after = points.findIndex((point, at) => at > from && (point.accuracy ?? 1) < least);
  return after === -1 ? null : points[after - 1].tau;
}

/** "784-256-10" @param {number[]} widths */
const widthsText = (widths) => widths.join("-");

/**
 * "τ 0.51: 97.20% of 5,000 validation images, 0.84 points less than as trained · 6,841 connections
 * in 410-206-10"
 * @param {Curve} curve @param {number} tau
 */
export function readingOf(curve, tau) {
  const at = pointAt(curve.points, tau);
  const reading =
    at === -1 ? "not measured on this curve. See the network above." : pointText(curve, at);
  return `τ ${threshold(tau)}: ${reading}`;
}

/** @param {Curve} curve @param {number} at place of the point */
function pointText({ points, own, images }, at) {
  const { accuracy, connections, widths } = points[at];
  const one = connections === 1 ? "connection" : "connections";
  const left = connections
    ? `${count(connections)} ${one} in ${widthsText(widths)}`
    : "no connection is left: every image gets the same answer";
  if (!known(accuracy)) return left;
  const trained = points[nearest(points, own)].accuracy;
  const change = known(trained) ? changeText(accuracy - trained) : "";
  const right = `${percent(accuracy)} of ${count(images)} validation images`;
  return `${[right, change].filter(Boolean).join(", ")} · ${left}`;
}

/** @param {number} change of accuracy, in [-1, 1] */
function changeText(change) {
  const points = Math.abs(100 * change).toFixed(2);
  if (points === "0.00") return "as trained";
  return `${points} points ${change < 0 ? "less" : "more"} than as trained`;
}

/**
 * Where the cliff is, as a sentence.
 * @param {Curve} curve
 */
export function cliffText(curve) {
  if (!curve.images) {
    return "There are no validation images, so accuracy against τ is not known.";
  }
  const cliff = cliffOf(curve);
  const end = cliff ?? curve.points.at(-1)?.tau ?? NaN;
  const beyond = cliff === null ? "" : " Beyond it lies the cliff.";
  const from = `τ ${threshold(curve.own)} (as trained)`;
  if (end <= curve.own) {
    return cliff === null
      ? `No threshold above ${from} was measured.`
      : `Right above ${from} lies the cliff: accuracy falls by more than 1 point.`;
  }
  return `From ${from} up to τ ${threshold(end)}, accuracy stays within 1 point.${beyond}`;
}
