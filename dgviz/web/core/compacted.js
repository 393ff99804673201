/** The dense network that is left without dead hidden units and unused pixels; see docs/compact.md. */

/** Places that two bytes can number: a position takes two bytes, or else four. */
const SMALL = 65536;

/**
 * @typedef {Object} Compacted
 * @property {number[]} widths pixels, hidden units of each layer, classes
 * @property {number} parameters weights and biases, closed connections included, as a dense matrix
 *   holds them
 * @property {number} bytes in memory: four for each parameter, and the positions of the pixels
 *   unless all are read
 *
 * Count what `compaction/pruning.py` keeps: hidden units that the image can change and that change
 * a class, and the pixels that these read.
 * @param {import("./gates.js").Layer[]} layers @param {Uint8Array[]} masks
 * @returns {?Compacted} null if the layers are no chain
 */
export function compacted(layers, masks) {
  const isChain = layers.every(({ source }, i) => source === (i ? layers[i - 1].name : ""));
  if (!isChain) return null;
  // Forward: which values depend on the image. Backward: which of them are read.
  const varies = [new Uint8Array(layers[0].cols).fill(1)];
  layers.forEach(({ rows, cols }, i) => {
    const fed = new Uint8Array(rows);
    each(masks[i], cols, (row, col) => (fed[row] |= varies[i][col]));
    varies.push(fed);
  });
  const classes = layers[layers.length - 1].rows;
  const kept = [new Uint8Array(classes).fill(1)];
  for (let i = layers.length - 1; i >= 0; i--) {
    const read = new Uint8Array(layers[i].cols);
    const [rows] = kept;
    each(masks[i], layers[i].cols, (row, col) => (read[col] |= rows[row] & varies[i][col]));
    kept.unshift(read);
  }
  const widths = kept.map((units) => units.reduce((sum, one) => sum + one, 0));
  const parameters = widths.slice(1).reduce((sum, n, i) => sum + n * (widths[i] + 1), 0);
  const inputs = layers[0].cols;
  const positions = widths[0] < inputs ? widths[0] * (inputs <= SMALL ? 2 : 4) : 0;
  return { widths, parameters, bytes: 4 * parameters + positions };
}

/**
 * Call a function for each active connection.
 * @param {Uint8Array} mask @param {number} cols @param {(row: number, col: number) => void} visit
 */
function each(mask, cols, visit) {
  for (let row = 0, at = 0; at < mask.length; row++) {
    for (let col = 0; col < cols; col++, at++) if (mask[at]) visit(row, col);
  }
}
