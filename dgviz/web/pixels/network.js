/**
 * The network of a snapshot and what it computes: pure functions, without the DOM. All of them use
 * the mask at tau, so the weight of a closed connection is 0.
 */
import { firstLayers, masksAt } from "../core/gates.js";

/**
 * @typedef {Object} NetLayer
 * @property {number} rows outputs @property {number} cols inputs
 * @property {Uint8Array} mask 1 where the connection is active, row-major
 * @property {Float32Array} weights 0 where it is closed, row-major
 * @property {Float32Array} biases [rows]
 *
 * @typedef {{layers: NetLayer[], pixels: number, units: number, classes: number}} Net
 *   pixels -> units -> classes: two layers
 */

/** The run's, its baseline's and one older: keeping more would fill the memory during a replay. */
const MOST_NETS = 3;
/** @type {Array<{first: Uint8Array, weights: Object, net: Net}>} */
let recent = [];

/**
 * Build the network from a store's newest gates and weights. Their steps can differ: while a run
 * trains, weights are sent only once a second.
 * @param {import("../core/store.js").Store} store @param {number} tau
 * @returns {?Net} null until there are gates and weights of a network with one hidden layer
 */
export function netOf({ gates, weights }, tau) {
  if (!gates || !weights) return null;
  const masks = masksAt(gates, tau);
  const cached = recent.find((one) => one.first === masks[0] && one.weights === weights);
  if (cached) return cached.net;
  if (!isDrawable(gates, weights)) return null;
  const layers = gates.layers.map(({ rows, cols }, i) => {
    const mask = masks[i];
    const values = weights.layers[i].data;
    const masked = new Float32Array(mask.length);
    for (let at = 0; at < mask.length; at++) if (mask[at]) masked[at] = values[at];
    const biases = Float32Array.from(weights.biases[i]?.data ?? new Float32Array(rows));
    return { rows, cols, mask, weights: masked, biases };
  });
  const [first, last] = [layers[0], layers[layers.length - 1]];
  const net = { layers, pixels: first.cols, units: first.rows, classes: last.rows };
  recent = [{ first: masks[0], weights, net }, ...recent].slice(0, MOST_NETS);
  return net;
}

/**
 * Whether a network has two layers, the second of which reads the first: not one with experts.
 * @param {import("../core/gates.js").Snapshot} gates
 */
export const isChain = ({ layers: [first, second, ...more] }) =>
  Boolean(second) && !more.length && second.source === first.name && second.cols === first.rows;

/**
 * Whether gates and weights are of one network with one hidden layer.
 * @param {import("../core/gates.js").Snapshot} gates
 * @param {import("../core/store.js").Weights} weights
 */
function isDrawable(gates, { layers: tensors }) {
  const fits = gates.layers.every(({ rows, cols }, i) => tensors[i]?.data.length === rows * cols);
  return fits && tensors.length === 2 && isChain(gates);
}

/**
 * Compute the network's output for an image.
 * @param {Net} net @param {Float32Array} x pixels in 0..1
 * @returns {{hidden: Float32Array, logits: Float32Array, probs: Float32Array}} hidden: after ReLU
 */
export function forward({ layers: [first, second] }, x) {
  const nonzero = [];
  for (let p = 0; p < x.length; p++) if (x[p]) nonzero.push(p);
  const hidden = Float32Array.from(first.biases);
  for (let unit = 0; unit < first.rows; unit++) {
    const row = unit * first.cols;
    let sum = hidden[unit];
    for (const p of nonzero) sum += first.weights[row + p] * x[p];
    hidden[unit] = Math.max(0, sum);
  }
  const logits = Float32Array.from(second.biases);
  for (let k = 0; k < second.rows; k++) {
    for (let unit = 0; unit < second.cols; unit++) {
      logits[k] += second.weights[k * second.cols + unit] * hidden[unit];
    }
  }
  return { hidden, logits, probs: softmax(logits) };
}

/** @param {Float32Array} logits */
function softmax(logits) {
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/**
 * Count the active inputs and outputs of each hidden unit. A unit is dead if one
 * of the two numbers is 0.
 * @param {Net} net
 * @returns {Array<{unit: number, inputs: number, outputs: number, inUse: boolean, why: string}>}
 *   why: the reason why it is dead, "" if it is not
 */
export function unitsOf({ layers: [first, second], units }) {
  return Array.from({ length: units }, (_, unit) => {
    let inputs = 0;
    let outputs = 0;
    for (let p = 0; p < first.cols; p++) inputs += first.mask[unit * first.cols + p];
    for (let k = 0; k < second.rows; k++) outputs += second.mask[k * second.cols + unit];
    const why =
      !inputs && !outputs
        ? "no active input and no active output"
        : !inputs
          ? "no active input: its activation is always the same"
          : !outputs
            ? "no active output: it changes no class"
            : "";
    return { unit, inputs, outputs, inUse: !why, why };
  });
}

/**
 * Measure the active connections of each input.
 * @param {Net} net
 * @returns {{count: Float32Array, weight: Float32Array, paths: Float32Array}} each [pixels]. count:
 *   the number of active connections; weight: the sum of their |W|; paths: the sum of their |W|
 *   times the sum of |W| over the unit's active outputs
 */
export function inputMeasures(net) {
  const {
    layers: [first, second],
    pixels,
    units,
  } = net;
  const onward = new Float32Array(units);
  for (let at = 0; at < second.weights.length; at++) {
    onward[at % second.cols] += Math.abs(second.weights[at]);
  }
  const [count, weight, paths] = [0, 1, 2].map(() => new Float32Array(pixels));
  for (let unit = 0, at = 0; unit < units; unit++) {
    for (let p = 0; p < pixels; p++, at++) {
      const size = Math.abs(first.weights[at]);
      count[p] += first.mask[at];
      weight[p] += size;
      paths[p] += size * onward[unit];
    }
  }
  return { count, weight, paths };
}

/**
 * Sum the |W| of the active connections of each input, to all first layers of any network.
 * @param {import("../core/store.js").Store} store @param {number} tau
 * @returns {?Float32Array} [pixels]; null until there are weights of these layers
 */
export function inputWeights({ gates, weights }, tau) {
  if (!gates || !weights) return null;
  const masks = masksAt(gates, tau);
  const { cols } = gates.layers[0];
  const sums = new Float32Array(cols);
  for (const i of firstLayers(gates)) {
    const values = weights.layers[i]?.data;
    if (values?.length !== masks[i].length) return null;
    for (let at = 0; at < values.length; at++) {
      if (masks[i][at]) sums[at % cols] += Math.abs(values[at]);
    }
  }
  return sums;
}

/**
 * Multiply the two weight matrices: how much each input counts for (+) or against (-) each class
 * through all active paths, if every hidden unit is above 0.
 * @param {Net} net @returns {Float32Array[]} by class, each [pixels]
 */
export function byClass({ layers: [first, second], pixels, units, classes }) {
  return Array.from({ length: classes }, (_, k) => {
    const sums = new Float32Array(pixels);
    for (let unit = 0; unit < units; unit++) {
      const out = second.weights[k * units + unit];
      if (!out) continue;
      for (let p = 0, at = unit * pixels; p < pixels; p++, at++) sums[p] += out * first.weights[at];
    }
    return sums;
  });
}

/**
 * Count the multiply-accumulates for one image.
 * @param {Net} net @param {Float32Array} x @param {Float32Array} hidden from `forward`
 * @returns {{dense: number, active: number, taken: number}} dense: all connections; active: active
 *   connections; taken: active connections whose input is not 0 for this image
 */
export function macsOf({ layers }, x, hidden) {
  const sums = { dense: 0, active: 0, taken: 0 };
  layers.forEach(({ mask, cols }, i) => {
    const input = i ? hidden : x;
    sums.dense += mask.length;
    for (let at = 0; at < mask.length; at++) {
      sums.active += mask[at];
      if (mask[at] && input[at % cols]) sums.taken += 1;
    }
  });
  return sums;
}

/**
 * Split the logit of a class among the hidden units, largest share first.
 * @param {Net} net @param {Float32Array} x @param {Float32Array} hidden from `forward`
 * @param {number} k the class
 * @returns {Array<{unit: number, share: number, pixels: Float32Array}>} units that add something.
 *   share: what the unit adds to the logit, signed; pixels: what each input adds to the unit
 */
export function flowTo({ layers: [first, second], pixels, units }, x, hidden, k) {
  const parts = [];
  for (let unit = 0; unit < units; unit++) {
    const share = second.weights[k * units + unit] * hidden[unit];
    if (!share) continue;
    const row = first.weights.subarray(unit * pixels, (unit + 1) * pixels);
    parts.push({ unit, share, pixels: row.map((weight, p) => weight * x[p]) });
  }
  return parts.sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
}
