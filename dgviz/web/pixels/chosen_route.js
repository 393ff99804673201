/** The layers of the route that the cards of a page show, and the list to choose it. */
import { Store } from "../core/store.js";
import { choice } from "../kit/choice.js";
import { el, setText } from "../kit/dom.js";
import * as pin from "./pin.js";
import { routeText } from "./route_text.js";
import { routesOf } from "./routed.js";
import { KINDS } from "./routings.js";
import { ofDigit, onChange, shownRoute } from "./shown_route.js";

/**
 * @typedef {import("../kit/mounting.js").Card} Card
 * @typedef {import("../core/gates.js").Snapshot} Snapshot
 * @typedef {import("../core/store.js").Weights} Weights
 */

/** With these options of `mountCard` a card sees the layers of the shown route alone. */
export const ONE_ROUTE = {
  part: (/** @type {Store} */ store, /** @type {any} */ { routing }) => partOf(store, routing),
  shared: { route: onChange },
};

/**
 * @param {Snapshot} gates @param {import("./routed.js").Routing} routing
 * @returns {{chains: string[][], at: number}} names of the layers of each chain, and the shown one
 */
function chainsOf(gates, { kind }) {
  const chains = KINDS[kind]?.chains(routesOf(gates) ?? []) ?? [];
  return { chains, at: Math.min(Math.max(0, chains.length - 1), shownRoute() - 1) };
}

/**
 * A store with the layers of the shown route, as a chain.
 * @param {Store} store @param {?import("./routed.js").Routing|undefined} routing
 * @returns {Store} the same one without routes, and where a layer is missing
 */
function partOf(store, routing) {
  const { gates, weights } = store;
  if (!gates || !routing) return store;
  const { chains, at } = chainsOf(gates, routing);
  const places = (chains[at] ?? []).map((name) =>
    gates.layers.findIndex((layer) => layer.name === name),
  );
  if (!places.length || places.includes(-1)) return store;
  return Object.assign(new Store(), store, {
    gates: gatesAt(gates, places),
    weights: weights && weightsAt(weights, places),
  });
}

/** @type {WeakMap<Snapshot|Weights, Map<string, any>>} by the places of the layers */
const parts = new WeakMap();

/**
 * @template {Snapshot|Weights} Whole
 * @param {Whole} whole @param {number[]} places @param {() => Whole} make
 * @returns {Whole} the same one for the same places, so that what is computed from it is kept
 */
function cached(whole, places, make) {
  const known = parts.get(whole) ?? new Map();
  parts.set(whole, known);
  const key = places.join();
  if (!known.has(key)) known.set(key, make());
  return known.get(key);
}

/** @param {Snapshot} gates @param {number[]} places */
const gatesAt = (gates, places) =>
  cached(gates, places, () => {
    const [first, second, ...more] = places.map((place) => gates.layers[place]);
    return { ...gates, layers: [first, { ...second, source: first.name }, ...more] };
  });

/** @param {Weights} weights @param {number[]} places */
const weightsAt = (weights, places) =>
  cached(weights, places, () => ({
    ...weights,
    layers: places.flatMap((place) => weights.layers[place] ?? []),
    biases: places.flatMap((place) => weights.biases[place] ?? []),
  }));

/** What the shown route is the key of: a card's own cache of one run. @param {Card} card */
export const routeKey = ({ data }) => [data.run, data.routing ? shownRoute() : null].join();

/**
 * Pin a hidden unit of the shown route, or unpin it if it is pinned. The route is pinned with it: the
 * next digit may take another one, whose unit of this number is a different one.
 * @param {Card} card @param {number} unit
 */
export function toggleUnit({ store: { gates }, data: { routing } }, unit) {
  const isPinned = pin.get("unit") === unit;
  if (!isPinned && gates && routing) {
    const { chains, at } = chainsOf(gates, routing);
    if (chains.length > 1) pin.set("route", at + 1);
  }
  pin.set("unit", isPinned ? null : unit);
}

/**
 * What a card shows of the network, for the caption of a saved picture.
 * @param {Card} card @returns {string[]} none for a chain
 */
export function routeCaption({ store: { gates }, data: { routing } }) {
  const routes = routesOf(gates);
  if (!gates || !routing || !routes) return [];
  return [routeText(routing, routes[chainsOf(gates, routing).at])];
}

/**
 * The list of routes, and a sentence on what the card shows of the shown one; both are hidden for a
 * chain.
 * @param {Card} card
 */
export function routeChoice(card) {
  const list = choice("", () => pin.set("route", list.value ? Number(list.value) : null));
  const name = /** @type {HTMLElement} */ (list.node.firstElementChild);
  const note = el("p", { class: "sub route-note", hidden: true });
  list.node.hidden = true;

  function draw() {
    const { store, data } = card;
    const { routing } = data;
    const routes = routesOf(store.gates);
    note.hidden = !routing || !routes;
    list.node.hidden = true;
    if (!store.gates || !routing || !routes) return;
    const { chains, at } = chainsOf(store.gates, routing);
    list.node.hidden = chains.length < 2;
    setText(name, routing.word);
    const names = routes.map((route) => route.replace(`${routing.word} `, ""));
    const taken = names[(ofDigit.get("route") ?? 0) - 1];
    /** @type {Array<[string, string]>} */
    const options = chains.map((_, i) => [String(i + 1), names[i]]);
    if (taken) options.unshift(["", `the digit’s (${taken})`]);
    list.offer(options);
    list.value = taken && pin.get("route") === null ? "" : String(at + 1);
    setText(note, routeCaption(card)[0]);
  }
  return { list: list.node, note, draw };
}

/** Why a card draws nothing. @param {Card} card @param {string} invitation the text without a run */
export const emptyText = (card, invitation) =>
  card.store.gates && card.store.weights
    ? "The layers of this snapshot are not those of the run’s method, so it cannot be drawn."
    : card.emptyText(invitation);
