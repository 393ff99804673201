/**
 * A colour scale whose end grows in steps and never shrinks, so that colours do not flicker during
 * training and can be compared between the snapshots of a replay.
 */

/** A quarter of each is a short number too: it labels a tick. */
const STEPS = [1, 1.6, 2.4, 4, 6, 8, 10];

/** The smallest step times a power of ten that is at least `most`. @param {number} most */
function stepAbove(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return (STEPS.find((step) => step * power >= most * (1 - 1e-9)) ?? 10) * power;
}

/** @returns {(most: number, run: ?string) => number} gives the end; another run resets it */
export function steadyScale() {
  let end = 0;
  /** @type {?string} */
  let of = null;
  return (most, run) => {
    if (run !== of) end = 0;
    of = run;
    if (most > end) end = stepAbove(most);
    return end || 1;
  };
}
