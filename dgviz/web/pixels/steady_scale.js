/**
 * The end of a colour scale that only ever grows, in steps: nothing flickers while a net trains,
 * and what is faint at one snapshot of a replay looks faint beside another.
 */

/** Of each the quarter, which is named too, is a short number. */
const STEPS = [1, 1.6, 2.4, 4, 6, 8, 10];

/** The nearest step, times a power of ten, from above. @param {number} most */
function stepAbove(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return (STEPS.find((step) => step * power >= most * (1 - 1e-9)) ?? 10) * power;
}

/** @returns {(most: number, run: ?string) => number} the end to draw with; each run begins anew */
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
