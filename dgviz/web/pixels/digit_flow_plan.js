/** Where the parts of a digit's flow lie: pure functions, no page. */

/** Between two units. */
const GAP = 7;
/** For the name of the class. */
const HEADROOM = 48;
/** What the class takes at most of the height. */
const TALLEST = 0.7;

/**
 * @typedef {Object} Plan
 * @property {number} scale CSS pixels for one of the logit @property {boolean} small
 * @property {number} box the side of a unit's picture @property {number} units its left edge
 * @property {number} label room beside it for words @property {number[]} middles of the units,
 *   downwards, and last of the others
 * @property {number} digit the side of the digit @property {number} digitTop
 * @property {number} side of one of its pixels @property {number} right the class's right edge
 * @property {number} classTop @property {number} font its size
 *
 * @param {import("./digit_flow.js").Flow} state
 * @returns {Plan}
 */
export function layOut({ path, shape, width, height, target }) {
  const small = width < 420;
  const box = Math.min(small ? 32 : 40, height / 11);
  const digit = Math.min(width * (small ? 0.28 : 0.34), 280, height * 0.7);
  const { scale, slots } = fit(path, height, box);
  const tall = (path.plus + path.minus) * scale;
  let below = (height - slots.reduce((sum, slot) => sum + slot, 0)) / 2;
  const middles = slots.map((slot) => {
    below += slot;
    return below - slot / 2;
  });
  return {
    box,
    digit,
    scale,
    small,
    middles,
    font: small ? 11 : 12.5,
    label: small ? 46 : 70,
    side: digit / Math.max(shape.width, shape.height),
    units: small ? width * 0.44 : Math.max(digit + 70, width * 0.52 - 20),
    digitTop: (height - digit) / 2,
    right: width - 2,
    classTop: Math.max(HEADROOM, Math.min(height - tall - 2, target - tall / 2)),
  };
}

/**
 * The largest scale at which all units and the others stand below each other.
 * @param {import("./digit_path.js").Path} path @param {number} height @param {number} box
 */
function fit({ strongest, others, plus, minus }, height, box) {
  const amounts = strongest.map(({ share }) => Math.abs(share));
  /** @param {number} unit CSS pixels for one of the logit */
  const slotsAt = (unit) => [
    ...amounts.map((amount) => Math.max(box, amount * unit) + GAP),
    ...(others.units ? [Math.max(box, (others.plus + others.minus) * unit) + GAP] : []),
  ];
  let scale = ((height - HEADROOM) * TALLEST) / (plus + minus || 1);
  const least = (amounts.length + 1) * (box + GAP);
  while (scale > 1e-6 && slotsAt(scale).reduce((a, b) => a + b, 0) > Math.max(height, least)) {
    scale *= 0.97;
  }
  return { scale, slots: slotsAt(scale) };
}
