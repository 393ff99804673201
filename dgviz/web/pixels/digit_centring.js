/**
 * The preparation of MNIST's images: pure functions, without the DOM. A digit is scaled to fit a box
 * of 20 × 20 pixels with its aspect ratio kept, which makes its edges grey. The box is placed in a
 * field of 28 × 28 pixels with its centre of mass at the centre.
 */

export const SIDE = 28;
const BOX = 20;

/** Values up to this one are paper; full ink is 1. */
const FAINT = 0.02;

export const PROCEDURE =
  "Prepared as MNIST’s images were (LeCun, Cortes and Burges): scaled to " +
  "fit 20 × 20 pixels, smoothed, and centred in 28 × 28 by the centre of mass.";

/**
 * @param {Float32Array} ink row-major, 0 paper to 1 ink
 * @param {number} width @param {number} height
 * @returns {?Float32Array} 28 × 28, each 0..1; null where there is no ink
 */
export function centre(ink, width, height) {
  const box = boundsOf(ink, width, height);
  if (!box) return null;
  const scale = BOX / Math.max(box.right - box.left, box.bottom - box.top);
  const cols = fit(box.left, box.right, scale);
  const rows = fit(box.top, box.bottom, scale);
  return place(shrink(ink, width, box, cols, rows), cols.length);
}

/**
 * @typedef {{left: number, right: number, top: number, bottom: number}} Box
 * @typedef {{from: number, shares: number[]}} Cell
 *
 * Find the smallest box around the ink; right and bottom are exclusive.
 * @param {Float32Array} ink @param {number} width @param {number} height @returns {?Box}
 */
function boundsOf(ink, width, height) {
  const box = { left: width, right: 0, top: height, bottom: 0 };
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (ink[at] <= FAINT) continue;
      if (x < box.left) box.left = x;
      if (x >= box.right) box.right = x + 1;
      if (y < box.top) box.top = y;
      box.bottom = y + 1;
    }
  }
  return box.right ? box : null;
}

/**
 * Divide an interval of samples into cells. If the cells are longer than the interval, they exceed
 * it equally at both ends.
 * @param {number} start @param {number} end @param {number} scale cells in a sample
 * @returns {Cell[]} from: the first sample under the cell; shares: how much of the cell is covered
 *   by that sample and each of the next
 */
function fit(start, end, scale) {
  const cells = Math.max(1, Math.ceil((end - start) * scale - 1e-9));
  const spare = (cells / scale - (end - start)) / 2;
  return Array.from({ length: cells }, (_, cell) => {
    const low = start - spare + cell / scale;
    const high = low + 1 / scale;
    const from = Math.max(start, Math.floor(low + 1e-9));
    /** @type {number[]} */
    const shares = [];
    for (let at = from; at < Math.min(end, high - 1e-9); at++) {
      shares.push((Math.min(at + 1, high) - Math.max(at, low)) * scale);
    }
    return { from, shares };
  });
}

/**
 * Average the ink in every cell: first the columns, then the rows.
 * @param {Float32Array} ink @param {number} width @param {Box} box
 * @param {Cell[]} cols @param {Cell[]} rows
 */
function shrink(ink, width, { top, bottom }, cols, rows) {
  const across = new Float32Array((bottom - top) * cols.length);
  for (let y = top, at = 0; y < bottom; y++) {
    for (const { from, shares } of cols) {
      let sum = 0;
      for (let i = 0; i < shares.length; i++) sum += shares[i] * ink[y * width + from + i];
      across[at++] = sum;
    }
  }
  const out = new Float32Array(rows.length * cols.length);
  rows.forEach(({ from, shares }, row) => {
    shares.forEach((share, i) => {
      const line = (from - top + i) * cols.length;
      for (let c = 0; c < cols.length; c++) out[row * cols.length + c] += share * across[line + c];
    });
  });
  return out;
}

/**
 * Move the cells by whole pixels into the field. In all 10,000 test images of MNIST the centre of
 * mass lies in the pixel to the right of and below the centre of the field, so it does here too.
 * @param {Float32Array} cells @param {number} cols
 */
function place(cells, cols) {
  let [mass, across, down] = [0, 0, 0];
  cells.forEach((value, at) => {
    mass += value;
    across += value * ((at % cols) + 0.5);
    down += value * (Math.floor(at / cols) + 0.5);
  });
  const [left, top] = [across, down].map((sum) => Math.ceil(SIDE / 2 - sum / mass));
  const field = new Float32Array(SIDE * SIDE);
  cells.forEach((value, at) => {
    const [x, y] = [left + (at % cols), top + Math.floor(at / cols)];
    const inside = x >= 0 && y >= 0 && x < SIDE && y < SIDE;
    if (inside) field[y * SIDE + x] = Math.min(1, value);
  });
  return field;
}
