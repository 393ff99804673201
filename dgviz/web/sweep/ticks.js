/** The values of an axis that have a tick: few digits, and as many as have room. */

const LEAST_TICKS = 3;

/** @typedef {{low: number, high: number}} Range */

/**
 * Of a logarithmic axis.
 * @param {Range} range @param {number} most @param {boolean} [isCount] whether they are whole numbers
 */
export function ticksOf({ low, high }, most, isCount = false) {
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
    const isWanted = (/** @type {number} */ tick) => !isCount || Number.isInteger(tick);
    const seen = ticks.filter((tick) => tick >= low && tick <= high && isWanted(tick));
    if (seen.length > most && best.length) break;
    best = seen;
    if (seen.length >= Math.min(LEAST_TICKS, most)) break;
  }
  // A narrow range hardly differs from a linear one.
  return best.length > 1
    ? best.slice(0, Math.max(1, most))
    : evenTicks({ low, high }, most, isCount);
}

/**
 * Of a linear axis: two or more, whatever the room, if there are two whole numbers where they must be.
 * @param {Range} range @param {number} most @param {boolean} [isCount] whether they are whole numbers
 */
export function evenTicks({ low, high }, most, isCount = false) {
  if (high <= low) return [low];
  const length = high - low;
  const finest = isCount ? 1 : 0;
  const every = multiplesOf(roundStep(length / Math.max(1, most - 1), finest), low, high);
  if (every.length > 1) return every;
  const finer = multiplesOf(roundStep(length / 5, finest), low, high);
  return finer.length > 1 ? [finer[0], finer[finer.length - 1]] : finer;
}

/** The next step with one digit that is 1, 2 or 5. @param {number} wanted @param {number} finest */
function roundStep(wanted, finest) {
  const least = Math.max(wanted, finest);
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((one) => one * power >= least) ?? 10) * power;
}

/** @param {number} step @param {number} low @param {number} high */
function multiplesOf(step, low, high) {
  const first = Math.ceil(low / step);
  const length = Math.max(0, Math.floor(high / step) - first + 1);
  return Array.from({ length }, (_, at) => Number(((first + at) * step).toPrecision(8)));
}
