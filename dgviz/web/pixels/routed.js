/**
 * What computes an image: a chain, or a network that routes each image. Pure functions, without the
 * DOM.
 */
import { routingOf } from "../core/routing.js";
import { forward, macsOf } from "./forward.js";
import { layersOf, netOf } from "./network.js";
import { largest } from "./routing_experts.js";
import { KINDS } from "./routings.js";

/**
 * @typedef {import("./network.js").Net} Net
 * @typedef {import("./network.js").NetLayer} NetLayer
 * @typedef {import("../core/store.js").Store} Store
 *
 * @typedef {Object} Routing how the network routes an image; from ui/components.py
 * @property {string} kind see routings.js @property {string} word what it calls a route: "expert"
 * @property {?number} chosen how many routes an image takes, if it is a setting
 *
 * @typedef {Object} Taken the routes of an image
 * @property {string[]} names @property {Float32Array} shares see `Pass` in routings.js
 * @property {?number} decision see `Pass` @property {number} route index of the one that is shown
 * @property {boolean} isAlone whether the chain is of that route alone; see `Kind`
 *
 * @typedef {Object} Explained
 * @property {Net} net a chain of two layers, with the logits of this image
 * @property {{hidden: Float32Array, logits: Float32Array, probs: Float32Array}} output of that chain
 * @property {Float32Array} probs by class, of the whole network
 * @property {{dense: number, active: number, taken: number}} macs dense: connections of all layers;
 *   active: active connections of the layers that the image needs; taken: those of them whose input
 *   is not 0 for this image
 * @property {?Taken} routes null for a chain
 *
 * @typedef {Object} Model
 * @property {number} pixels @property {number} classes
 * @property {(x: Float32Array) => Float32Array} probs by class, for an image of pixels in 0..1
 * @property {(x: Float32Array, route: ?number) => Explained} explain route: the one to show, if only
 *   one can be shown at a time; null for the one with the largest share
 */

/** @type {WeakMap<NetLayer[], Model>} */
const models = new WeakMap();

/**
 * @param {Store} store @param {number} tau @param {?Routing|undefined} routing none for a chain
 * @returns {?Model} null until there are gates and weights, and if their layers do not fit the routing;
 *   the same for the same gates, weights and tau
 */
export function modelOf(store, tau, routing) {
  const layers = layersOf(store, tau);
  if (!layers) return null;
  const known = models.get(layers);
  if (known) return known;
  const net = routing ? null : netOf(store, tau);
  const model = net ? chainModel(net) : routing ? routedModel(store, layers, routing) : null;
  if (model) models.set(layers, model);
  return model;
}

/** @param {NetLayer[]} layers */
const connections = (layers) => layers.reduce((sum, { mask }) => sum + mask.length, 0);

/** @param {Net} net @returns {Model} */
const chainModel = (net) => ({
  pixels: net.pixels,
  classes: net.classes,
  probs: (x) => forward(net, x).probs,
  explain(x) {
    const output = forward(net, x);
    const { layers } = net;
    const macs = macsOf([
      [layers[0], x],
      [layers[1], output.hidden],
    ]);
    const dense = connections(layers);
    return { net, output, probs: output.probs, macs: { dense, ...macs }, routes: null };
  },
});

/**
 * @param {Store} store @param {NetLayer[]} layers @param {Routing} routing
 * @returns {?Model}
 */
function routedModel({ gates }, layers, { kind, chosen }) {
  const routes = routesOf(gates);
  const rules = KINDS[kind];
  if (!gates || !routes || !rules) return null;
  const named = new Map(layers.map((layer, i) => [nameOf(gates, i), layer]));
  if (!fits(named, rules.needs(routes))) return null;
  const net = { layers: named, routes, chosen: chosen ?? 1 };
  return {
    pixels: gates.layers[0].cols,
    classes: layers[layers.length - 1].rows,
    probs: (x) => rules.pass(net, x).probs,
    explain(x, wanted) {
      const pass = rules.pass(net, x);
      const { isOneShown: isAlone = false } = rules;
      const asked = isAlone ? wanted : null;
      const route = Math.min(asked ?? largest(pass.shares), routes.length - 1);
      const chain = rules.chain(net, x, pass, route);
      return {
        net: chain,
        output: forward(chain, x),
        probs: pass.probs,
        macs: { dense: connections(layers), ...macsOf(rules.work(net, x, pass)) },
        routes: { names: routes, shares: pass.shares, decision: pass.decision, route, isAlone },
      };
    },
  };
}

/**
 * The names of a snapshot's routes.
 * @param {?import("../core/gates.js").Snapshot} gates @returns {?string[]} null without routes
 */
export const routesOf = (gates) => routingOf(gates)?.routes ?? null;

/** The attention of an earlier version, which was recorded as if its temperature were 1. */
const UNSCALED = "attention";

/** Whether the attention was recorded without its temperature. @param {?import("../core/gates.js").Snapshot} gates */
export const isUnscaled = (gates) => Boolean(gates?.layers.some(({ name }) => name === UNSCALED));

/** @param {import("../core/gates.js").Snapshot} gates @param {number} i */
const nameOf = ({ layers }, i) =>
  layers[i].name === UNSCALED ? "scaled attention" : layers[i].name;

/**
 * Whether the layers are there, with the numbers of outputs that the kind of routing needs.
 * @param {Map<string, NetLayer>} layers @param {Array<[string, number|string]>} needs see `Kind`
 */
function fits(layers, needs) {
  /** @type {Map<string, number>} */
  const sizes = new Map();
  return needs.every(([name, outputs]) => {
    const rows = layers.get(name)?.rows;
    if (rows === undefined || typeof outputs === "number") return rows === outputs;
    if (!sizes.has(outputs)) sizes.set(outputs, rows);
    return sizes.get(outputs) === rows;
  });
}
