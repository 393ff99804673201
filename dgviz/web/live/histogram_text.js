/** The text of the histogram. */
import { count, threshold } from "../core/format.js";

/**
 * The histogram in a sentence, for screen readers.
 * @param {string} name the method's name for its scores
 * @param {{active: number, total: number}} counts of connections
 * @param {?number} tau null if no threshold decides which connections are active
 */
export const spokenText = (name, { active, total }, tau) =>
  `Histogram of ${name}: ${count(active)} of ${count(total)} connections are ` +
  `${tau === null ? "active" : `above tau ${threshold(tau)}`}.`;
