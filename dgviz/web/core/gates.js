/**
 * What gate bytes mean: pure functions, no page. A byte q = ceil(200 p), 0..200, and a connection
 * is kept at threshold tau exactly when q > 200 tau (tau on a grid of 1/200).
 */

export const LEVELS = 201;

/**
 * @typedef {Object} Layer
 * @property {Uint8Array} bytes row-major, rows x cols
 * @property {number} rows hidden units (or classes)
 * @property {number} cols pixels (or hidden units)
 *
 * @typedef {Object} Meta the figures of a moment, as the server counted them
 * @property {number} step @property {number} epoch @property {number} [frame] its number
 * @property {number} tau with which the mask was made @property {number} tau_knob where it stands
 * @property {boolean} [gated] false for a network without gates
 * @property {?Array<[number, number]>} [accuracy_by_tau] left out of recorded moments
 * @property {?number} [test_accuracy] @property {?number} [validation_accuracy]
 *
 * @typedef {Object} Frame
 * @property {Layer[]} layers
 * @property {Meta} meta
 */

/**
 * A parsed "gates" blob as a frame.
 * @param {import("./safetensors.js").Blob} blob @param {Meta} meta
 * @returns {Frame} @throws {Error} when it holds no layer
 */
export function frameFrom({ tensors }, meta) {
  const layers = [];
  for (let i = 0; tensors[`gates.${i}`]; i++) {
    const { dtype, shape, raw } = tensors[`gates.${i}`];
    if (dtype !== "U8" || shape.length !== 2) throw new Error(`gates.${i} is no byte matrix.`);
    layers.push({ bytes: /** @type {Uint8Array} */ (raw), rows: shape[0], cols: shape[1] });
  }
  if (!layers.length) throw new Error("The frame holds no gates.");
  return { layers, meta };
}

/** Kept means q > cutoff(tau). @param {number} tau */
export const cutoff = (tau) => Math.floor(200 * tau + 1e-9);

/** @type {WeakMap<Frame, Uint32Array>} */
const counted = new WeakMap();

/**
 * How many connections of the whole net have each byte.
 * @param {Frame} frame @returns {Uint32Array} by byte
 */
export function levels(frame) {
  let counts = counted.get(frame);
  if (!counts) {
    counts = new Uint32Array(256);
    for (const { bytes } of frame.layers) for (let i = 0; i < bytes.length; i++) counts[bytes[i]]++;
    counted.set(frame, counts);
  }
  return counts;
}

/**
 * Kept connections of each input pixel.
 * @param {Frame} frame @param {number} tau @returns {Uint32Array} [pixels]
 */
export function keptPerPixel(frame, tau) {
  const { bytes, rows, cols } = frame.layers[0];
  const cut = cutoff(tau);
  const kept = new Uint32Array(cols);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, i++) if (bytes[i] > cut) kept[col]++;
  }
  return kept;
}

/**
 * Kept incoming connections of each hidden unit.
 * @param {Frame} frame @param {number} tau @returns {Uint32Array} [units]
 */
export function keptPerUnit(frame, tau) {
  const { bytes, rows, cols } = frame.layers[0];
  const cut = cutoff(tau);
  const kept = new Uint32Array(rows);
  for (let row = 0, i = 0; row < rows; row++) {
    for (const end = i + cols; i < end; i++) if (bytes[i] > cut) kept[row]++;
  }
  return kept;
}

/**
 * The order in which hidden units are drawn.
 * @param {Frame} frame @param {number} tau
 * @param {"index"|"retained"} by most retained first @returns {Uint16Array}
 */
export function orderUnits(frame, tau, by) {
  const order = Uint16Array.from({ length: frame.layers[0].rows }, (_, unit) => unit);
  if (by === "index") return order;
  const kept = keptPerUnit(frame, tau);
  return order.sort((a, b) => kept[b] - kept[a] || a - b);
}

/**
 * A histogram of gate probabilities; bin b holds (b/bins, (b+1)/bins], and the first one 0 as well.
 * @param {Frame} frame @param {number} [bins] a divisor of 200
 * @returns {number[]} connections in each bin, over all layers
 */
export function histogram(frame, bins = 50) {
  const counts = levels(frame);
  const filled = new Array(bins).fill(0);
  for (let q = 0; q < LEVELS; q++) {
    filled[Math.max(0, Math.ceil((q * bins) / 200) - 1)] += counts[q];
  }
  return filled;
}

/**
 * Accuracy at tau, read off the frame's accuracy-against-tau curve between its points.
 * @param {?Array<[number, number]>|undefined} curve @param {number} tau @returns {?number}
 */
export function accuracyAt(curve, tau) {
  if (!curve?.length) return null;
  const points = [...curve].sort((a, b) => a[0] - b[0]);
  const after = points.findIndex(([t]) => t >= tau);
  if (after === -1) return points[points.length - 1][1];
  if (after === 0) return points[0][1];
  const [[t0, a0], [t1, a1]] = [points[after - 1], points[after]];
  return a0 + ((a1 - a0) * (tau - t0)) / (t1 - t0);
}

/**
 * A curve of at most `most` points that keeps every peak: each stretch gives its lowest and its
 * highest point, in order.
 * @param {Array<[number, number]>} points @param {number} [most] @returns {Array<[number, number]>}
 */
export function thin(points, most = 500) {
  if (points.length <= most) return points;
  const stretches = Math.floor(most / 2) - 1;
  const inner = points.length - 2;
  const kept = [points[0]];
  for (let s = 0; s < stretches; s++) {
    const from = 1 + Math.floor((s * inner) / stretches);
    const to = 1 + Math.floor(((s + 1) * inner) / stretches);
    let low = from;
    let high = from;
    for (let i = from; i < to; i++) {
      if (points[i][1] < points[low][1]) low = i;
      if (points[i][1] > points[high][1]) high = i;
    }
    for (const i of low === high ? [low] : [low, high].sort((a, b) => a - b)) kept.push(points[i]);
  }
  kept.push(points[points.length - 1]);
  return kept;
}
