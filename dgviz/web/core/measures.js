/** Counts of a snapshot's gates at a threshold, as gates/measures.py has them. */
import { compacted } from "./compacted.js";
import { masksAt } from "./gates.js";

/** @type {WeakMap<import("./gates.js").Snapshot, {first: Uint8Array, measures: Measures}>} */
const measured = new WeakMap();

/**
 * @typedef {Object} Measures
 * @property {Array<{active: number, total: number}>} layers connections of each, in order
 * @property {number} active connections of all layers, one multiplication each for an image
 * @property {number} total
 * @property {number} pixelsInUse inputs with an active connection
 * @property {number} hiddenUnits of all hidden layers
 * @property {number} hiddenUnitsInUse those with an active input and an active output
 * @property {boolean} isFullyConnected whether every connection of the pixels and hidden units in use
 *   is active, and none of the others
 * @property {number} parameters active weights, biases of hidden units with an active output, and all
 *   biases of the layers that no other layer reads
 * @property {number} denseParameters all weights and all biases
 * @property {?import("./compacted.js").Compacted} compacted the dense network that is left
 */

/** @param {import("./gates.js").Snapshot} snapshot @param {number} tau @returns {Measures} */
export function measure(snapshot, tau) {
  const masks = masksAt(snapshot, tau);
  let known = measured.get(snapshot);
  if (known?.first !== masks[0]) {
    known = { first: masks[0], measures: count(snapshot.layers, masks) };
    measured.set(snapshot, known);
  }
  return known.measures;
}

/**
 * @param {import("./gates.js").Layer[]} all @param {Uint8Array[]} masks @returns {Measures}
 */
function count(all, masks) {
  const layers = all.map(({ rows, cols }, i) => countLayer(masks[i], rows, cols));
  /** @type {Map<string, Uint8Array>} by layer, 1 for each unit with an active output */
  const read = new Map();
  layers.forEach((layer, i) => {
    const before = read.get(all[i].source);
    read.set(all[i].source, before ? layer.read.map((one, at) => one | before[at]) : layer.read);
  });
  const hidden = layers.flatMap(({ fed }, i) => {
    const units = read.get(all[i].name);
    return units ? [{ fed, read: units }] : [];
  });
  const outputs = sum(all.map(({ name, rows }) => (read.has(name) ? 0 : rows)));
  const active = sum(layers.map((layer) => layer.active));
  const total = sum(layers.map((layer) => layer.total));
  return {
    layers: layers.map((layer) => ({ active: layer.active, total: layer.total })),
    active,
    total,
    pixelsInUse: sum(read.get("") ?? []),
    hiddenUnits: sum(hidden.map(({ fed }) => fed.length)),
    hiddenUnitsInUse: sum(
      hidden.map(({ fed, read: units }) => sum(units.map((isRead, unit) => isRead & fed[unit]))),
    ),
    isFullyConnected:
      layers.every((layer) => layer.active === sum(layer.fed) * sum(layer.read)) &&
      hidden.every(({ fed, read: units }) => units.every((isRead, unit) => isRead === fed[unit])),
    parameters: active + sum(hidden.map(({ read: units }) => sum(units))) + outputs,
    denseParameters: total + sum(layers.map(({ fed }) => fed.length)),
    compacted: compacted(all, masks),
  };
}

/**
 * fed: 1 for each unit with an active input; read: 1 for each input that a unit reads.
 * @param {Uint8Array} mask @param {number} rows @param {number} cols
 */
function countLayer(mask, rows, cols) {
  const [fed, read] = [new Uint8Array(rows), new Uint8Array(cols)];
  let active = 0;
  for (let row = 0, i = 0; row < rows; row++) {
    const before = active;
    for (let col = 0; col < cols; col++, i++) {
      if (!mask[i]) continue;
      active++;
      read[col] = 1;
    }
    if (active > before) fed[row] = 1;
  }
  return { active, total: rows * cols, fed, read };
}

/** @param {number[]|Uint8Array} numbers */
function sum(numbers) {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
