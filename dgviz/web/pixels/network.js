/**
 * The network of a snapshot and measures of it: pure functions, without the DOM. All of them use the
 * mask at tau, so the weight of a closed connection is 0.
 */
import { firstLayers, masksAt } from "../core/gates.js";

/**
 * @typedef {Object} NetLayer
 * @property {number} rows outputs @property {number} cols inputs
 * @property {Uint8Array} mask 1 where the connection is active, row-major
 * @property {Float32Array} weights 0 where it is closed, row-major
 * @property {Float32Array} biases [rows]
 *
 * @typedef {Object} Net
 * @property {NetLayer[]} layers two: pixels -> units -> classes @property {number} pixels
 * @property {number} units @property {number} classes
 * @property {?NetLayer} direct adds to the classes straight from the pixels; null for most networks
 * @property {(unit: number) => Place} placeOf where a unit is in the network of which this is a part
 *
 * @typedef {Object} Place
 * @property {number} unit in its layer @property {?number} route index; null where routes share units
 * @property {string} of the route's name if there are units of several routes, else ""
 */

/** The run's, its baseline's, one of a single route and one older: more would fill the memory. */
const MOST_NETS = 4;
/** @type {Array<{first: Uint8Array, weights: Object, layers: NetLayer[]}>} */
let recent = [];

/**
 * Build the layers from a store's newest gates and weights. Their steps can differ: while a run
 * trains, weights are sent only once a second.
 * @param {import("../core/store.js").Store} store @param {number} tau
 * @returns {?NetLayer[]} the same array for the same gates, weights and tau; null until there are
 *   gates and weights of one network
 */
export function layersOf({ gates, weights }, tau) {
  if (!gates || !weights) return null;
  const masks = masksAt(gates, tau);
  const cached = recent.find((one) => one.first === masks[0] && one.weights === weights);
  if (cached) return cached.layers;
  if (!isOneNetwork(gates, weights)) return null;
  const layers = gates.layers.map(({ rows, cols }, i) => {
    const mask = masks[i];
    const values = weights.layers[i].data;
    const masked = new Float32Array(mask.length);
    for (let at = 0; at < mask.length; at++) if (mask[at]) masked[at] = values[at];
    const biases = Float32Array.from(weights.biases[i]?.data ?? new Float32Array(rows));
    return { rows, cols, mask, weights: masked, biases };
  });
  recent = [{ first: masks[0], weights, layers }, ...recent].slice(0, MOST_NETS);
  return layers;
}

/** @type {WeakMap<NetLayer[], Net>} */
const nets = new WeakMap();

/**
 * @param {import("../core/store.js").Store} store @param {number} tau
 * @returns {?Net} null until there are gates and weights of a chain; the same for the same layers
 */
export function netOf(store, tau) {
  const layers = store.gates && isChain(store.gates) ? layersOf(store, tau) : null;
  if (!layers) return null;
  const net = nets.get(layers) ?? chained(layers[0], layers[1], layers[2]);
  nets.set(layers, net);
  return net;
}

/** @param {number} unit @returns {Place} */
const ownPlace = (unit) => ({ unit, route: null, of: "" });

/**
 * @param {NetLayer} first @param {NetLayer} second @param {?NetLayer} [direct]
 * @param {Net["placeOf"]} [placeOf] @returns {Net}
 */
export const chained = (first, second, direct = null, placeOf = ownPlace) => ({
  layers: [first, second],
  direct,
  placeOf,
  pixels: first.cols,
  units: first.rows,
  classes: second.rows,
});

/**
 * Whether a network has two layers, the second of which reads the first, and no other but one from
 * the pixels straight to the classes: not one with experts.
 * @param {import("../core/gates.js").Snapshot} gates
 */
export function isChain({ layers: [first, second, direct, ...more] }) {
  if (!second || more.length) return false;
  const isDirect = !direct || (direct.source === "" && direct.rows === second.rows);
  return isDirect && second.source === first.name && second.cols === first.rows;
}

/**
 * Whether gates and weights are of one network, in which a layer has the size of its source.
 * @param {import("../core/gates.js").Snapshot} gates
 * @param {import("../core/store.js").Weights} weights
 */
function isOneNetwork({ layers }, { layers: tensors }) {
  const outputs = new Map([["", layers[0].cols]]);
  for (const { name, rows } of layers) outputs.set(name, rows);
  return (
    tensors.length === layers.length &&
    layers.every(
      ({ rows, cols, source }, i) =>
        tensors[i].data.length === rows * cols && outputs.get(source) === cols,
    )
  );
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
 * Multiply the two weight matrices, and add a direct one: how much each input counts for (+) or
 * against (-) each class through all active paths, if every hidden unit is above 0.
 * @param {Net} net @returns {Float32Array[]} by class, each [pixels]
 */
export function byClass({ layers: [first, second], direct, pixels, units, classes }) {
  return Array.from({ length: classes }, (_, k) => {
    const sums = new Float32Array(pixels);
    if (direct) sums.set(direct.weights.subarray(k * pixels, (k + 1) * pixels));
    for (let unit = 0; unit < units; unit++) {
      const out = second.weights[k * units + unit];
      if (!out) continue;
      for (let p = 0, at = unit * pixels; p < pixels; p++, at++) sums[p] += out * first.weights[at];
    }
    return sums;
  });
}
