/** A time scale on which all snapshots have the same width, and its epoch labels. */
import { count, known } from "../core/format.js";

const EPOCHS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** The smallest distance between two labels, as a share of the width. */
const APART = 0.085;

/** The middle of a snapshot, in [0, 1]. @param {number} index @param {number} n snapshots */
export const middleOf = (index, n) => (index + 0.5) / n;

/**
 * The place of a value between snapshots, in [0, 1].
 * @param {number[]} values of the snapshots, ascending @param {number} value
 */
export function shareOf(values, value) {
  const after = values.findIndex((other) => other > value);
  if (after === 0) return middleOf(0, values.length);
  if (after === -1) return middleOf(values.length - 1, values.length);
  const [from, to] = [values[after - 1], values[after]];
  return middleOf(after - 1 + (value - from) / (to - from), values.length);
}

/**
 * Label the last epoch, the first and round ones, where there is room.
 * @param {number[]} epochs of the snapshots, ascending
 * @returns {Array<{share: number, text: string}>} share: the place, in [0, 1]
 */
export function epochLabels(epochs) {
  const [first, end] = [epochs[0], epochs.at(-1)];
  if (!known(end)) return [];
  /** @type {Array<{share: number, text: string}>} */
  const labels = [];
  for (const epoch of [end, first, ...EPOCHS.filter((at) => at > first && at < end)]) {
    const share = shareOf(epochs, epoch);
    if (labels.some((other) => Math.abs(other.share - share) < APART)) continue;
    labels.push({ share, text: Number.isInteger(epoch) ? count(epoch) : epoch.toFixed(1) });
  }
  return labels;
}
