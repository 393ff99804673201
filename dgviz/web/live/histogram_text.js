/** Texts of the histogram, with the method's own name for its scores. */
import { count, threshold } from "../core/format.js";

/** The name before a snapshot has come. */
const DEFAULT_NAME = "gate probability";

/** @param {import("../core/gates.js").Snapshot|null} [snapshot] */
export const nameOf = (snapshot) => snapshot?.meta.scores || DEFAULT_NAME;

/** "Gate probability" @param {import("../core/gates.js").Snapshot|null} [snapshot] */
export function titleText(snapshot) {
  const name = nameOf(snapshot);
  return name[0].toUpperCase() + name.slice(1);
}

/**
 * The histogram in a sentence, for screen readers.
 * @param {import("../core/gates.js").Snapshot} snapshot
 * @param {{active: number, total: number}} counts of connections
 * @param {?number} tau null if no threshold decides which connections are active
 */
export const spokenText = (snapshot, { active, total }, tau) =>
  `Histogram of ${nameOf(snapshot)}: ${count(active)} of ${count(total)} connections are ` +
  `${tau === null ? "active" : `above tau ${threshold(tau)}`}.`;
