/** Orders of hidden units: pure functions. Dead units are always last, by number. */
import { unitsOf } from "./network.js";

/**
 * The influence of each unit: the sum of |W| of its active inputs times that of its active outputs.
 * @param {import("./network.js").Net} net @returns {Float32Array} [units]
 */
export function influenceOf({ layers: [first, second], units }) {
  const [into, outOf] = [new Float32Array(units), new Float32Array(units)];
  for (let unit = 0, at = 0; unit < units; unit++) {
    for (const end = at + first.cols; at < end; at++) into[unit] += Math.abs(first.weights[at]);
  }
  second.weights.forEach((weight, at) => (outOf[at % units] += Math.abs(weight)));
  return into.map((sum, unit) => sum * outOf[unit]);
}

/**
 * @typedef {import("./network.js").Net} Net
 * @typedef {ReturnType<typeof import("./network.js").unitsOf>[number] & {influence: number}} Unit
 */

/** @type {WeakMap<Net, Unit[]>} */
const known = new WeakMap();

/** The units of a network with their influence, cached. @param {import("./network.js").Net} net */
export function censusOf(net) {
  let census = known.get(net);
  if (!census) {
    const influence = influenceOf(net);
    census = unitsOf(net).map((unit) => ({ ...unit, influence: influence[unit.unit] }));
    known.set(net, census);
  }
  return census;
}

/**
 * @typedef {"index"|"connections"|"influence"} Order
 *
 * @param {import("./network.js").Net} net @param {Order} by
 * @returns {number[]}
 */
export function orderBy(net, by) {
  /** @type {Record<Order, (a: Unit, b: Unit) => number>} */
  const ranks = {
    index: (a, b) => a.unit - b.unit,
    connections: (a, b) => b.inputs - a.inputs || b.outputs - a.outputs || a.unit - b.unit,
    influence: (a, b) => b.influence - a.influence || a.unit - b.unit,
  };
  return withDeadLast(
    net,
    censusOf(net)
      .filter(({ inUse }) => inUse)
      .sort(ranks[by]),
  );
}

/** @param {Net} net @param {Unit[]} others */
const withDeadLast = (net, others) =>
  [...others, ...censusOf(net).filter(({ inUse }) => !inUse)].map(({ unit }) => unit);

/**
 * Place similar units side by side. The first unit is the most influential one; each next unit is
 * the one whose active weights have the largest cosine with those of the unit before it.
 * @param {import("./network.js").Net} net
 * @returns {Generator<number, number[]>} yields the share that is done
 */
export function* orderBySimilarity(net) {
  const { weights, cols } = net.layers[0];
  const left = censusOf(net)
    .filter(({ inUse }) => inUse)
    .sort((a, b) => b.influence - a.influence);
  const all = left.length;
  const norms = new Map();
  for (const { unit } of left) {
    let sum = 0;
    for (let at = unit * cols; at < (unit + 1) * cols; at++) sum += weights[at] ** 2;
    norms.set(unit, Math.sqrt(sum) || 1);
  }
  const chain = left.splice(0, 1);
  while (left.length) {
    const from = chain[chain.length - 1].unit * cols;
    const inputs = [];
    for (let p = 0; p < cols; p++) if (weights[from + p]) inputs.push(p);
    let [best, nearest] = [-Infinity, 0];
    for (let i = 0; i < left.length; i++) {
      const row = left[i].unit * cols;
      let sum = 0;
      for (const p of inputs) sum += weights[from + p] * weights[row + p];
      const cosine = sum / (norms.get(left[i].unit) ?? 1);
      if (cosine > best) [best, nearest] = [cosine, i];
      if (i % 64 === 63) yield chain.length / all;
    }
    chain.push(...left.splice(nearest, 1));
    yield chain.length / all;
  }
  return withDeadLast(net, chain);
}
