/** The keys that move an end of a range: from value to value, and beyond the last one to no limit. */

import { SAME } from "./parallel_plan.js";

/** Page Up and Page Down are so many steps. */
const PAGE = 5;
/** @type {Object<string, number>} */
const STEPS = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: PAGE,
  PageDown: -PAGE,
};

/**
 * Where a key moves an end of a range.
 * @param {Pick<import("./parallel_plan.js").PlannedAxis, "step"|"apart"|"outermost">} axis
 * @param {[number, number]} shares of both ends @param {0|1} at the end that is moved @param {string} key
 * @returns {?number} a share; null if the key does not move it
 */
export function movedBy({ step, apart, outermost }, shares, at, key) {
  const [first, last] = outermost;
  const limits = at
    ? [Math.max(first, shares[0] + apart), 1]
    : [0, Math.min(last, shares[1] - apart)];
  if (key === "Home") return limits[0];
  if (key === "End") return limits[1];
  const steps = STEPS[key];
  if (!steps) return null;
  const share = stepped(shares[at], steps);
  return Math.min(limits[1], Math.max(limits[0], share));

  /** No limit is a step beyond the outermost values. @param {number} from @param {number} by */
  function stepped(from, by) {
    if (from < first - SAME) return by > 0 ? first + (by - 1) * step : 0;
    if (from > last + SAME) return by < 0 ? last + (by + 1) * step : 1;
    const to = from + by * step;
    if (to < first - SAME) return from > first + SAME ? first : 0;
    if (to > last + SAME) return from < last - SAME ? last : 1;
    return to;
  }
}
