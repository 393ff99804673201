/** Sentences about when the connections of a pixel or a unit were active. */
import { known, UNKNOWN } from "../core/format.js";
import { presenceOf } from "./gate_history.js";

/** "epoch 7.2" @param {import("../core/gates.js").Snapshot} snapshot */
export const epochText = ({ meta: { epoch } }) =>
  `epoch ${known(epoch) ? epoch.toFixed(1) : UNKNOWN}`;

/**
 * @param {import("../core/gates.js").Snapshot[]} snapshots at least one @param {number[]} active by snapshot
 * @param {boolean} ended whether the run is over @returns {string} a sentence or two
 */
export function pixelHistoryText(snapshots, active, ended) {
  const { start, end, gaps } = presenceOf(active.map((n) => n > 0));
  if (start === null) return "It had no active connection in any of these snapshots.";
  if (end !== null) {
    const before = gaps ? " For some time before that it had none either." : "";
    return `Its last connection closed at ${epochText(snapshots[end])} or shortly before.${before}`;
  }
  const first = start ? epochText(snapshots[start]) : "the beginning";
  if (!gaps) {
    return `It has active connections from ${first} ${ended ? "to the end" : "until now"}.`;
  }
  return (
    `It had active connections at ${first} and ${ended ? "at the end" : "has some now"}, but for ` +
    "some time in between it had none."
  );
}

/**
 * @param {import("../core/gates.js").Snapshot[]} snapshots at least one
 * @param {{inputs: number[], outputs: number[]}} counts by snapshot @param {boolean} ended
 * @returns {string} a sentence or two
 */
export function unitHistoryText(snapshots, { inputs, outputs }, ended) {
  const { start, end, gaps } = presenceOf(inputs.map((n, i) => n > 0 && outputs[i] > 0));
  if (start === null) return "It was dead in all of these snapshots.";
  const first = start ? epochText(snapshots[start]) : "the beginning";
  if (end === null && gaps) {
    return (
      `It was in use at ${first} and ${ended ? "at the end" : "is in use now"}, but for some time ` +
      "in between it was dead."
    );
  }
  if (end === null) return `It is in use from ${first} ${ended ? "to the end" : "until now"}.`;
  const cause =
    !inputs[end] && !outputs[end]
      ? "its last input and its last output have closed"
      : !inputs[end]
        ? "its last input has closed"
        : "its last output has closed";
  const since = epochText(snapshots[end]);
  const before = gaps ? " For some time before that it was dead as well." : "";
  return (
    `It was in use ${gaps ? "at" : "from"} ${first}. It has been dead since ${since}: ` +
    `${cause}.${before}`
  );
}
