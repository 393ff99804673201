/** The lower end of the accuracy axis; charts/accuracy_axis.py does the same for still charts. */

/** The share of a run that may rise too steeply to be drawn; a whole epoch at most. */
const STEEP_SHARE = 0.25;

/**
 * Lower end of the axis. A line's first epoch, or the first quarter of a shorter line, may lie below
 * it: it rises so steeply that the rest would look flat. The end moves in steps, so that the chart
 * does not jump.
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
