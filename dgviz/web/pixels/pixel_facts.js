/** The kind and the connections of one input pixel: pure functions, without the DOM. */
import { count } from "../core/format.js";
import { gateOf, isDense } from "../core/gates.js";
import { ALWAYS_BLANK, IN_USE, isAlwaysBlank, UNUSED } from "../core/pixels.js";
import { inputMeasures } from "./network.js";
import { censusOf } from "./unit_order.js";

/**
 * @typedef {import("../core/pixels.js").Shape} Shape
 *
 * @typedef {Object} Connection
 * @property {number} unit @property {number} channel of the image
 * @property {number} input @property {boolean} active @property {number} weight
 * @property {?number} gate its score, null if unknown
 * @property {number} outputs active outputs of the unit
 *
 * @typedef {Object} PixelFacts
 * @property {string} kind ALWAYS_BLANK, UNUSED or IN_USE
 * @property {Connection[]} all by |W|, largest first @property {Connection[]} active the same order
 * @property {number} units hidden units with an active connection to it
 * @property {number} withOutput those of them with an active output
 */

/**
 * Return the network's inputs for a pixel, one for each channel.
 * @param {number} pixel @param {Shape} shape @returns {number[]}
 */
export const inputsOf = (pixel, { channels, height, width }) =>
  Array.from({ length: channels }, (_, c) => pixel + c * height * width);

/**
 * @param {import("./network.js").Net} net
 * @param {import("../core/store.js").Store} store with gates and weights
 * @param {Shape} shape @param {number} pixel
 * @returns {PixelFacts}
 */
export function pixelFacts(net, { gates, weights, facts }, shape, pixel) {
  const census = censusOf(net);
  const inputs = inputsOf(pixel, shape);
  const all = inputs
    .flatMap((input, channel) =>
      Array.from({ length: net.units }, (_, unit) => {
        const at = unit * net.pixels + input;
        return {
          unit,
          channel,
          input,
          active: net.layers[0].mask[at] === 1,
          outputs: census[unit].outputs,
          weight: weights?.layers[0].data[at] ?? NaN,
          gate: gateOf(gates?.layers[0], at),
        };
      }),
    )
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const active = all.filter((connection) => connection.active);
  const reached = new Map(active.map(({ unit, outputs }) => [unit, outputs]));
  const kind = inputs.every((input) => isAlwaysBlank(facts, input))
    ? ALWAYS_BLANK
    : active.length
      ? IN_USE
      : UNUSED;
  return {
    kind,
    all,
    active,
    units: reached.size,
    withOutput: [...reached.values()].filter((outputs) => outputs > 0).length,
  };
}

/**
 * Explain the pixel's kind.
 * @param {PixelFacts} facts @param {?import("../core/gates.js").Snapshot} snapshot their source
 * @returns {string}
 */
export function kindText({ kind, active, all, units, withOutput }, snapshot) {
  const some = `${count(active.length)} of its ${count(all.length)} connections`;
  const amount = active.length
    ? `${some} are active`
    : `None of its ${count(all.length)} connections is active`;
  if (kind === ALWAYS_BLANK) {
    const blank = "It is 0 in every training image, so ";
    if (isDense(snapshot)) return `${blank}its weights have never changed.`;
    return snapshot?.meta.scores
      ? `${blank}only the penalty β moves its gates, and they say nothing about importance. ${amount}.`
      : `${blank}its weights keep their initial values until their connections close, and say ` +
          `nothing about importance. ${amount}.`;
  }
  if (isDense(snapshot)) {
    return `This method takes no connection away: all ${count(all.length)} are active.`;
  }
  if (kind === UNUSED) return `It has ink in some training images. ${amount}.`;
  const leads = withOutput === units ? "" : `, of which ${count(withOutput)} have an active output`;
  return `${amount}, to ${count(units)} hidden units${leads}.`;
}

/**
 * State what each bar of a connection shows.
 * @param {?import("../core/gates.js").Snapshot} snapshot
 */
export function listedText(snapshot) {
  const score = snapshot?.meta.scores ? `, its ${snapshot.meta.scores} p,` : "";
  return `Largest first: its weight${score} and the unit’s active outputs.`;
}

/**
 * State how many of a pixel's active connections are listed, if not all.
 * @param {number} listed number of listed connections @param {number} active number of active ones
 */
export function listText(listed, active) {
  if (!active) return "This pixel has no active connection.";
  return listed === active
    ? ""
    : `These are the ${count(listed)} largest of its ${count(active)} active connections. ` +
        "The table has all of them.";
}

/**
 * Describe the pixel that `busiestPixel` finds.
 * @param {?import("../core/gates.js").Snapshot} snapshot
 */
export const busiestText = (snapshot) =>
  `Show the pixel with the ${isDense(snapshot) ? "largest weights" : "most connections"}`;

/**
 * Find the pixel with the most active connections, apart from pixels that are always blank. Of those
 * with equally many it has the largest weights.
 * @param {import("./network.js").Net} net @param {?import("../core/store.js").Facts} facts
 * @param {Shape} shape @returns {number}
 */
export function busiestPixel(net, facts, { height, width }) {
  const { count: active, weight } = inputMeasures(net);
  const size = height * width;
  const [counts, weights] = [new Float32Array(size), new Float32Array(size)];
  for (let input = 0; input < active.length; input++) {
    if (isAlwaysBlank(facts, input)) continue;
    counts[input % size] += active[input];
    weights[input % size] += weight[input];
  }
  let best = 0;
  for (let pixel = 1; pixel < size; pixel++) {
    const more = counts[pixel] - counts[best] || weights[pixel] - weights[best];
    if (more > 0) best = pixel;
  }
  return best;
}
