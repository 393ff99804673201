/** What the histogram of a method's scores says: they are called what the method calls them. */
import { count, threshold } from "../core/format.js";

/** The name, where no method has given one yet. */
const USUAL = "gate probability";

/** @param {import("../core/gates.js").Snapshot|null} [snapshot] */
export const nameOf = (snapshot) => snapshot?.meta.scores || USUAL;

/** "Gate probability" @param {import("../core/gates.js").Snapshot|null} [snapshot] */
export function titleText(snapshot) {
  const name = nameOf(snapshot);
  return name[0].toUpperCase() + name.slice(1);
}

/**
 * The whole picture in a sentence.
 * @param {import("../core/gates.js").Snapshot} snapshot
 * @param {{active: number, total: number}} counts of connections
 * @param {?number} tau null where no threshold parts active from closed connections
 */
export const spokenText = (snapshot, { active, total }, tau) =>
  `Histogram of ${nameOf(snapshot)}: ${count(active)} of ${count(total)} connections are ` +
  `${tau === null ? "active" : `above tau ${threshold(tau)}`}.`;
