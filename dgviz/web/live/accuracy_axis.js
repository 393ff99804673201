/** Where the axis of accuracy begins; charts/accuracy_axis.py does the same for still charts. */

/** The share of a run that may rise too steeply to be drawn; a whole epoch at most. */
const STEEP_SHARE = 0.25;

/**
 * The bottom of the axis: below the newest part of every line. A line's first epoch, or the first
 * quarter of a shorter line, may begin below the axis: it rises so steeply that with it in sight
 * the rest would be flat. The bottom only moves in steps, so that the picture holds still.
 * @param {Array<Array<[number, number]>>} lines each of points [epoch, accuracy in %], ascending
 * @returns {number} in %
 */
export function accuracyFloor(lines) {
  const reached = lines.flatMap((line) => {
    const begin = Math.min(1, STEEP_SHARE * (line.at(-1)?.[0] ?? 0));
    return line.filter(([epoch]) => epoch >= begin).map(([, accuracy]) => accuracy);
  });
  if (!reached.length) return 0;
  const lowest = Math.max(0, Math.min(...reached) - 1);
  const step = lowest >= 90 ? 1 : lowest >= 60 ? 5 : 10;
  return Math.floor(lowest / step) * step;
}
