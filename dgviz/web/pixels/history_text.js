/** When the connections of a pixel or a unit closed and opened, in a sentence. */
import { known, UNKNOWN } from "../core/format.js";
import { courseOf } from "./gate_history.js";

/** "epoch 7.2" @param {import("../core/gates.js").Snapshot} snapshot */
export const epochText = ({ meta: { epoch } }) =>
  `epoch ${known(epoch) ? epoch.toFixed(1) : UNKNOWN}`;

/**
 * @param {import("../core/gates.js").Snapshot[]} snapshots at least one @param {number[]} active by snapshot
 * @param {boolean} ended whether the run is over @returns {string} a sentence or two
 */
export function pixelLife(snapshots, active, ended) {
  const { came, went, gaps } = courseOf(active.map((n) => n > 0));
  if (came === null) return "It had no active connection at any of these snapshots.";
  if (went !== null) {
    const before = gaps ? " For some time before that it had none either." : "";
    return `Its last connection closed at ${epochText(snapshots[went])} or shortly before.${before}`;
  }
  const first = came ? epochText(snapshots[came]) : "the beginning";
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
 * @param {{inputs: number[], outputs: number[]}} course see gate_history.js @param {boolean} ended
 * @returns {string} a sentence or two
 */
export function unitLife(snapshots, { inputs, outputs }, ended) {
  const { came, went, gaps } = courseOf(inputs.map((n, i) => n > 0 && outputs[i] > 0));
  if (came === null) return "It was dead at all of these snapshots.";
  const first = came ? epochText(snapshots[came]) : "the beginning";
  if (went === null && gaps) {
    return (
      `It was in use at ${first} and ${ended ? "at the end" : "is in use now"}, but for some time ` +
      "in between it was dead."
    );
  }
  if (went === null) return `It is in use from ${first} ${ended ? "to the end" : "until now"}.`;
  const lost =
    !inputs[went] && !outputs[went]
      ? "its last input and its last output have closed"
      : !inputs[went]
        ? "its last input has closed"
        : "its last output has closed";
  const since = epochText(snapshots[went]);
  const before = gaps ? " For some time before that it was dead as well." : "";
  return (
    `It was in use ${gaps ? "at" : "from"} ${first}. It has been dead since ${since}: ` +
    `${lost}.${before}`
  );
}
