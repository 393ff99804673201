/** Three kinds of routing among experts, small networks side by side; see routings.js. */
import { added, affine, relu, softmax } from "./forward.js";
import { chained } from "./network.js";
import { blank, layer, withInput } from "./routed_layers.js";

/**
 * @typedef {import("./routings.js").Kind} Kind
 * @typedef {import("./routings.js").Pass} Pass
 * @typedef {import("./routings.js").Routed} Routed
 * @typedef {import("./network.js").NetLayer} NetLayer
 */

/** @param {string} route */
const outputOf = (route) => `${route} output`;

/** @param {string[]} routes @returns {Array<[string, number|string]>} */
const experts = (routes) => [
  ["router", routes.length],
  ...routes.flatMap((route) => [
    /** @type {[string, string]} */ ([route, "units"]),
    /** @type {[string, string]} */ ([outputOf(route), "classes"]),
  ]),
];

/** The units of an expert. @param {Routed} net @param {number} i @param {Float32Array} x */
const unitsOf = (net, i, x) => relu(affine(layer(net, net.routes[i]), x));

/** @param {Routed} net @param {number} i @param {Float32Array} x */
const answerOf = (net, i, x) => affine(layer(net, outputOf(net.routes[i])), unitsOf(net, i, x));

/** The indices of the experts with a weight. @param {Float32Array} weights @returns {number[]} */
const weighted = (weights) => [...weights.keys()].filter((i) => weights[i] !== 0);

/**
 * The sum of the experts' answers, each times its weight.
 * @param {Routed} net @param {Float32Array} x @param {Float32Array} weights by expert
 */
function sumOf(net, x, weights) {
  const sums = new Float32Array(layer(net, outputOf(net.routes[0])).rows);
  for (const i of weighted(weights)) {
    answerOf(net, i, x).forEach((value, k) => (sums[k] += weights[i] * value));
  }
  return sums;
}

/**
 * The experts with a weight side by side, as one chain.
 * @param {Routed} net @param {Float32Array} weights by expert @param {?NetLayer} [direct]
 */
function sideBySide(net, weights, direct = null) {
  const taken = weighted(weights);
  const firsts = taken.map((i) => layer(net, net.routes[i]));
  const seconds = taken.map((i) => layer(net, outputOf(net.routes[i])));
  const { rows: width, cols } = firsts[0];
  const units = width * taken.length;
  const first = blank(units, cols);
  const second = blank(seconds[0].rows, units);
  taken.forEach((route, at) => {
    const start = at * width;
    first.mask.set(firsts[at].mask, start * cols);
    first.weights.set(firsts[at].weights, start * cols);
    first.biases.set(firsts[at].biases, start);
    const out = seconds[at];
    for (let k = 0; k < second.rows; k++) {
      second.biases[k] += weights[route] * out.biases[k];
      for (let unit = 0; unit < width; unit++) {
        second.mask[k * units + start + unit] = out.mask[k * width + unit];
        second.weights[k * units + start + unit] = weights[route] * out.weights[k * width + unit];
      }
    }
  });
  return chained(first, second, direct, (unit) => {
    const route = taken[Math.floor(unit / width)];
    return { unit: unit % width, route, of: taken.length > 1 ? net.routes[route] : "" };
  });
}

/** @param {Routed} net @param {Float32Array} x @param {number[]} taken indices of experts */
const expertWork = (net, x, taken) => [
  withInput(net, "router", x),
  ...taken.flatMap((i) => [
    withInput(net, net.routes[i], x),
    withInput(net, outputOf(net.routes[i]), unitsOf(net, i, x)),
  ]),
];

/** 1 at an index, and 0 elsewhere. @param {number} length @param {number} at */
const oneAt = (length, at) => Float32Array.from({ length }, (_, i) => Number(i === at));

/**
 * The index of the largest value, the first of equals; 0 if a value is not a number, as in a network
 * that has diverged.
 * @param {Float32Array} values
 */
export const largest = (values) => Math.max(0, values.indexOf(Math.max(...values)));

/** @type {Kind} */
export const mixture = {
  needs: experts,
  chains: (routes) => routes.map((route) => [route, outputOf(route)]),
  pass(net, x) {
    const shares = softmax(affine(layer(net, "router"), x));
    const probs = new Float32Array(layer(net, outputOf(net.routes[0])).rows);
    shares.forEach((share, i) => {
      softmax(answerOf(net, i, x)).forEach((prob, k) => (probs[k] += share * prob));
    });
    return { shares, decision: null, probs };
  },
  chain: (net, _x, { shares }, route) => sideBySide(net, oneAt(shares.length, route)),
  isOneShown: true,
  work: (net, x, { shares }) => expertWork(net, x, [...shares.keys()]),
};

/** @type {Kind} */
export const top = {
  needs: experts,
  chains: mixture.chains,
  pass(net, x) {
    const values = affine(layer(net, "router"), x);
    const taken = [...values.keys()].sort((a, b) => values[b] - values[a]).slice(0, net.chosen);
    const shares = new Float32Array(values.length);
    softmax(Float32Array.from(taken, (i) => values[i])).forEach((share, at) => {
      shares[taken[at]] = share;
    });
    return { shares, decision: null, probs: softmax(sumOf(net, x, shares)) };
  },
  chain: (net, _x, { shares }) => sideBySide(net, shares),
  work: (net, x, { shares }) => expertWork(net, x, weighted(shares)),
};

/** The expert's answer counts with its probability. @param {Pass} pass */
const scaled = ({ shares, decision }) => shares.map((share) => share * (decision ?? 1));

/** @type {Kind} */
export const switched = {
  needs: (routes) => [["shortcut", "classes"], ...experts(routes)],
  chains: (routes) => routes.map((route) => [route, outputOf(route), "shortcut"]),
  pass(net, x) {
    const probs = softmax(affine(layer(net, "router"), x));
    const at = largest(probs);
    const pass = { shares: oneAt(probs.length, at), decision: probs[at], probs };
    const logits = added(sumOf(net, x, scaled(pass)), affine(layer(net, "shortcut"), x));
    return { ...pass, probs: softmax(logits) };
  },
  chain: (net, _x, pass) => sideBySide(net, scaled(pass), layer(net, "shortcut")),
  work: (net, x, { shares }) => [
    withInput(net, "shortcut", x),
    ...expertWork(net, x, weighted(shares)),
  ],
};
