/** The values of an axis that have a tick: few digits, and as many as have room. */

const LEAST_TICKS = 3;

/** @typedef {{low: number, high: number}} Range */

/**
 * Of a logarithmic axis.
 * @param {Range} range @param {number} most
 */
export function ticksOf({ low, high }, most) {
  const steps = [
    [1],
    [1, 3],
    [1, 2, 5],
    [1, 1.5, 2, 3, 5, 7],
    [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9],
  ];
  /** @type {number[]} */
  let best = [];
  for (const multiples of steps) {
    const ticks = [];
    for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
      for (const step of multiples) ticks.push(Number((step * 10 ** power).toPrecision(2)));
    }
    const seen = ticks.filter((tick) => tick >= low && tick <= high);
    if (seen.length > most && best.length) break;
    best = seen;
    if (seen.length >= Math.min(LEAST_TICKS, most)) break;
  }
  // Within a narrow range there may be none.
  if (!best.length) return [Number(Math.sqrt(low * high).toPrecision(2))];
  return best.slice(0, Math.max(1, most));
}

/** Of a linear axis. @param {Range} range @param {number} most */
export function evenTicks({ low, high }, most) {
  if (high <= low) return [low];
  const least = (high - low) / Math.max(1, most - 1);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ([1, 2, 5].find((one) => one * power >= least) ?? 10) * power;
  const first = Math.ceil(low / step);
  const length = Math.max(0, Math.floor(high / step) - first + 1);
  return Array.from({ length }, (_, at) => Number(((first + at) * step).toPrecision(6)));
}
