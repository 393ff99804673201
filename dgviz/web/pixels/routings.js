/**
 * The kinds of routing, by the names of methods/spec.py: pure functions, without the DOM. A kind
 * finds the layers by their names, and writes what the network computes for one image as a chain of
 * two layers.
 *
 * @typedef {import("./network.js").Net} Net
 * @typedef {import("./network.js").NetLayer} NetLayer
 *
 * @typedef {Object} Routed a network
 * @property {Map<string, NetLayer>} layers by name
 * @property {string[]} routes their names
 * @property {number} chosen how many routes an image takes, for the kind "top"
 *
 * @typedef {Object} Pass what the network computes for an image
 * @property {Float32Array} shares of the routes, with the sum 1; see methods/method.py
 * @property {?number} decision the probability that the router gives the chosen route, or the gate
 *   the middle layer; null if the shares are the router's probabilities
 * @property {Float32Array} probs by class
 *
 * @typedef {Object} Kind
 * @property {(routes: string[]) => Array<[string, number|string]>} needs the layers by name, with their
 *   number of outputs; those with the same word have the same number
 * @property {(routes: string[]) => string[][]} chains the layers of each chain that a reader can look
 *   at by itself: the first, the second, and perhaps one from the pixels straight to the classes
 * @property {(net: Routed, x: Float32Array) => Pass} pass
 * @property {(net: Routed, x: Float32Array, pass: Pass, route: number) => Net} chain with the logits of
 *   this image, or of one route alone
 * @property {boolean} [isOneShown] whether that chain is of one route alone
 * @property {(net: Routed, x: Float32Array, pass: Pass) => Array<[NetLayer, Float32Array]>} work the
 *   layers that the image needs, each with its input
 */
import { mixture, switched, top } from "./routing_experts.js";
import { mix } from "./routing_mix.js";
import { skip } from "./routing_skip.js";

/** @type {Object<string, Kind>} */
export const KINDS = { mixture, top, switch: switched, skip, mix };
