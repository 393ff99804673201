/** The layout of a digit's flow: pure functions, without the DOM. */

/** The space between two units, in CSS pixels. */
const GAP = 7;
/** The space for the name of the class, and for that of a route above it, in CSS pixels. */
const [HEADROOM, ROUTE] = [48, 16];
/** The largest height of the class, as a share of the rest. */
const TALLEST = 0.7;

/**
 * @typedef {Object} Plan
 * @property {number} scale CSS pixels for an amount of 1 in the logit @property {boolean} small
 * @property {number} box side of a unit's picture @property {number} units its left edge
 * @property {number} label width of the text beside it
 * @property {number[]} middles vertical centres of the units, and last that of the other units
 * @property {number} digit side of the digit @property {number} digitTop its top edge
 * @property {number} side of one of its pixels @property {number} right right edge of the class
 * @property {number} classTop its top edge @property {number} font size in CSS pixels
 *
 * @param {import("./digit_flow_drawing.js").Flow} state
 * @returns {Plan}
 */
export function layOut({ path, shape, width, height, target, alone }) {
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
    label: small ? 46 : path.strongest.some(({ place }) => place?.of) ? 84 : 70,
    side: digit / Math.max(shape.width, shape.height),
    units: small ? width * 0.44 : Math.max(digit + 70, width * 0.52 - 20),
    digitTop: (height - digit) / 2,
    right: width - 2,
    classTop: Math.max(
      HEADROOM + (alone ? ROUTE : 0),
      Math.min(height - tall - 2, target - tall / 2),
    ),
  };
}

/**
 * Find the largest scale at which all units fit below each other.
 * @param {import("./digit_path.js").Path} path @param {number} height @param {number} box
 */
function fit({ strongest, others, plus, minus }, height, box) {
  const amounts = strongest.map(({ share }) => Math.abs(share));
  /** @param {number} unit CSS pixels for an amount of 1 in the logit */
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
