/**
 * The gates of a snapshot: pure functions without the DOM. A snapshot has the trainer's own mask. If
 * the method has gate probabilities and a card needs them, it has those as well, as bytes
 * q = ceil(200 p), 0..200: at tau = k/200 the connections with q > k are active.
 */
import { threshold } from "./format.js";

export const LEVELS = 201;
/** What a name of scores matches; see methods/spec.py. */
const SCORES_NAME = /^[a-z -]{0,40}$/;
/** What a name of a layer or of a route matches; see methods/spec.py. */
const NAME = /^[a-z0-9 -]{1,40}$/;

/**
 * @typedef {Object} Layer
 * @property {string} name unique in the network
 * @property {string} source the layer whose units are its inputs; "" for the image
 * @property {Uint8Array} mask 1 where the connection is active, row-major, rows x cols
 * @property {?Uint8Array} scores gate probabilities as bytes, row-major
 * @property {number} rows hidden units (or classes)
 * @property {number} cols pixels (or hidden units)
 *
 * @typedef {Object} Meta the figures of a snapshot, as the server counted them
 * @property {number} step @property {number} epoch @property {number} [number] of the live snapshot, from 1
 * @property {number} tau of the mask @property {number} tau_knob value of the knob
 * @property {boolean} prunes whether the method takes connections away
 * @property {string} scores the method's name for its scores, "" without scores
 * @property {boolean} preview whether the mask has the connections with a score above tau
 * @property {number[]} [score_counts] connections by score byte, where the scores are left out
 * @property {?Array<[number, number]>} [accuracy_by_tau] left out of recorded snapshots
 * @property {?number} [test_accuracy] @property {?number} [validation_accuracy]
 * @property {number} [macs_per_input] mean over images, of a method with routes
 * @property {GivenRouting} [routing] of a method with routes
 *
 * @typedef {Object} GivenRouting as the server measured it; see `routingOf`
 * @property {string[]} routes names
 * @property {number[][]} by_class shares of the routes, by class; zeros for one without images
 * @property {number[]} mean shares of the routes over all images
 * @property {number} images number of images
 *
 * @typedef {Object} Snapshot
 * @property {Layer[]} layers
 * @property {Meta} meta
 *
 * @typedef {Object<string, import("./safetensors.js").Tensor>} Tensors
 */

/**
 * Makes a snapshot of a parsed "gates" blob.
 * @param {import("./safetensors.js").Blob} blob
 * @param {Meta & {shapes?: Array<[number, number]>, layers?: unknown}} given its figures
 * @returns {Snapshot} @throws {Error} when it holds no layer
 */
export function snapshotFrom({ tensors }, given) {
  const meta = { ...given, scores: nameOf(given.scores) };
  if (tensors["gates.0"]) return earlierSnapshot(tensors, meta);
  const shapes = meta.shapes ?? [];
  const places = placesOf(meta.layers, shapes.length);
  const layers = shapes.map(([rows, cols], i) => ({
    ...places[i],
    mask: unpackMask(bytesOf(tensors, `masks.${i}`, [Math.ceil((rows * cols) / 8)]), rows, cols),
    scores: tensors[`scores.${i}`] ? bytesOf(tensors, `scores.${i}`, [rows, cols]) : null,
    rows,
    cols,
  }));
  if (!layers.length) throw new Error("The snapshot holds no gates.");
  return { layers, meta };
}

/**
 * Names and sources of the layers. Without them, as in a snapshot of an earlier version, each layer's
 * inputs are the units of the layer before.
 * @param {any} given @param {number} number of layers
 * @returns {Array<{name: string, source: string}>}
 */
function placesOf(given, number) {
  const isComplete =
    given?.length === number &&
    given.every(
      (/** @type {any} */ one) => isName(one?.name) && (one.source === "" || isName(one.source)),
    );
  return Array.from({ length: number }, (_, i) =>
    isComplete
      ? { name: given[i].name, source: given[i].source }
      : { name: String(i), source: i ? String(i - 1) : "" },
  );
}

/** Whether this can be the name of a layer or of a route. @param {unknown} name */
export const isName = (name) => typeof name === "string" && NAME.test(name);

/**
 * The name of the scores. In a run that was copied by hand it may be anything, and a plot would show
 * it as rich text.
 * @param {unknown} name @returns {string}
 */
const nameOf = (name) => (typeof name === "string" && SCORES_NAME.test(name) ? name : "");

/**
 * Reads a snapshot of an earlier version, which has only scores: 200 everywhere without gates.
 * @param {Tensors} tensors @param {Meta & {gated?: boolean}} meta @returns {Snapshot}
 */
function earlierSnapshot(tensors, meta) {
  const gated = meta.gated !== false;
  const cut = gated ? cutoff(meta.tau) : 0;
  const layers = [];
  for (let i = 0; tensors[`gates.${i}`]; i++) {
    const { shape } = tensors[`gates.${i}`];
    const bytes = bytesOf(tensors, `gates.${i}`, [shape[0], shape[1]]);
    const [rows, cols] = shape;
    const place = { name: String(i), source: i ? String(i - 1) : "" };
    layers.push({ ...place, mask: above(bytes, cut), scores: gated ? bytes : null, rows, cols });
  }
  const scores = gated ? "gate probability" : "";
  return { layers, meta: { ...meta, prunes: gated, scores, preview: gated } };
}

/**
 * @param {Tensors} tensors @param {string} name @param {number[]} expected its shape
 * @returns {Uint8Array} @throws {Error} when there are no bytes of that name and shape
 */
function bytesOf(tensors, name, expected) {
  const { dtype, shape, raw } = tensors[name] ?? {};
  if (dtype !== "U8" || shape.join() !== expected.join()) {
    throw new Error(`The snapshot has no bytes ${name} of shape (${expected.join(", ")}).`);
  }
  return /** @type {Uint8Array} */ (raw);
}

/**
 * Unpacks a mask: connection k is bit k % 8 of byte k / 8, lowest bit first. See
 * training/mask_bits.py.
 * @param {Uint8Array} bits @param {number} rows @param {number} cols @returns {Uint8Array} 0 or 1
 */
export function unpackMask(bits, rows, cols) {
  const mask = new Uint8Array(rows * cols);
  for (let k = 0; k < mask.length; k++) mask[k] = (bits[k >> 3] >> (k & 7)) & 1;
  return mask;
}

/**
 * Largest probability byte that is not above a threshold.
 * @param {number} tau a multiple of 1/200
 */
export const cutoff = (tau) => Math.floor(200 * tau + 1e-9);

/** @param {Uint8Array} scores @param {number} cut @returns {Uint8Array} a mask */
function above(scores, cut) {
  const mask = new Uint8Array(scores.length);
  for (let i = 0; i < scores.length; i++) mask[i] = scores[i] > cut ? 1 : 0;
  return mask;
}

/** Whether the snapshot's method takes no connection away. @param {?Snapshot} snapshot */
export const isDense = (snapshot) => snapshot?.meta.prunes === false;

/** Scores of all layers. @param {Snapshot} snapshot @returns {?Uint8Array[]} null without them */
function scoresOf({ layers }) {
  const all = layers.flatMap(({ scores }) => (scores ? [scores] : []));
  return all.length === layers.length ? all : null;
}

/**
 * Whether the mask of a snapshot is known at thresholds other than its own.
 * @param {?Snapshot} snapshot @returns {boolean}
 */
export const canPreview = (snapshot) => Boolean(snapshot?.meta.preview && scoresOf(snapshot));

/**
 * " at tau 0.50"; "" for a method whose mask has no threshold.
 * @param {?Snapshot} snapshot @param {number} tau
 */
export const atTau = (snapshot, tau) => (snapshot?.meta.preview ? ` at tau ${threshold(tau)}` : "");

/**
 * Gate probability of a connection.
 * @param {Layer|undefined} layer @param {number} at the connection's index
 * @returns {?number} null if it is not known
 */
export const gateOf = (layer, at) => (layer?.scores ? layer.scores[at] / 200 : null);

/** @type {WeakMap<Snapshot, {cut: number, masks: Uint8Array[]}>} */
const previewed = new WeakMap();

/**
 * Mask of each layer: the trainer's own at the snapshot's own tau, otherwise the mask that the
 * trainer would have at this tau.
 * @param {Snapshot} snapshot @param {number} tau
 * @returns {Uint8Array[]} row-major; the same arrays while tau stays the same
 */
export function masksAt(snapshot, tau) {
  const { tau: own, preview } = snapshot.meta;
  const scores = preview && tau !== own ? scoresOf(snapshot) : null;
  if (!scores) return snapshot.layers.map(({ mask }) => mask);
  const cut = cutoff(tau);
  let cached = previewed.get(snapshot);
  if (cached?.cut !== cut) {
    cached = { cut, masks: scores.map((layer) => above(layer, cut)) };
    previewed.set(snapshot, cached);
  }
  return cached.masks;
}

/** @type {WeakMap<Snapshot, Uint32Array>} */
const counted = new WeakMap();

/**
 * Number of connections with each probability byte, over all layers.
 * @param {Snapshot} snapshot @returns {Uint32Array} [256]
 */
function levels(snapshot) {
  let counts = counted.get(snapshot);
  if (!counts) {
    counts = new Uint32Array(256);
    counts.set(snapshot.meta.score_counts ?? []);
    for (const layer of scoresOf(snapshot) ?? []) {
      for (let i = 0; i < layer.length; i++) counts[layer[i]]++;
    }
    counted.set(snapshot, counts);
  }
  return counts;
}

/**
 * Number of connections of all layers that are active at a threshold, from the scores or their counts.
 * @param {Snapshot} snapshot @param {number} tau @returns {number}
 */
export function activeAt(snapshot, tau) {
  let active = 0;
  levels(snapshot).forEach((n, byte) => (active += byte > cutoff(tau) ? n : 0));
  return active;
}

/**
 * Indices of the first layers, whose inputs are the pixels: more than one if the network has experts.
 * @param {{layers: Layer[]}} snapshot @returns {number[]}
 */
export const firstLayers = ({ layers }) =>
  layers.flatMap(({ source }, i) => (source === "" ? [i] : []));

/**
 * Number of active connections of each input pixel, to all first layers.
 * @param {Snapshot} snapshot @param {number} tau @returns {Uint32Array} [pixels]
 */
export function activePerPixel(snapshot, tau) {
  const masks = masksAt(snapshot, tau);
  const { cols } = snapshot.layers[0];
  const active = new Uint32Array(cols);
  for (const at of firstLayers(snapshot)) {
    const mask = masks[at];
    for (let start = 0; start < mask.length; start += cols) {
      for (let col = 0; col < cols; col++) active[col] += mask[start + col];
    }
  }
  return active;
}

/**
 * Number of active incoming connections of each hidden unit.
 * @param {Snapshot} snapshot @param {number} tau @returns {Uint32Array} [units]
 */
function activePerUnit(snapshot, tau) {
  const { rows, cols } = snapshot.layers[0];
  const [mask] = masksAt(snapshot, tau);
  const active = new Uint32Array(rows);
  for (let row = 0, i = 0; row < rows; row++) {
    for (const end = i + cols; i < end; i++) active[row] += mask[i];
  }
  return active;
}

/**
 * The order in which hidden units are drawn.
 * @param {Snapshot} snapshot @param {number} tau
 * @param {"index"|"active"} by most active connections first @returns {Uint16Array}
 */
export function orderUnits(snapshot, tau, by) {
  const order = Uint16Array.from({ length: snapshot.layers[0].rows }, (_, unit) => unit);
  if (by === "index") return order;
  const active = activePerUnit(snapshot, tau);
  return order.sort((a, b) => active[b] - active[a] || a - b);
}

/**
 * Histogram of gate probabilities. Bin b is (b/bins, (b+1)/bins]; the first bin includes 0.
 * @param {Snapshot} snapshot with scores or their counts @param {number} [bins] a divisor of 200
 * @returns {number[]} connections in each bin, over all layers
 */
export function histogram(snapshot, bins = 50) {
  const counts = levels(snapshot);
  const filled = new Array(bins).fill(0);
  for (let q = 0; q < LEVELS; q++) {
    filled[Math.max(0, Math.ceil((q * bins) / 200) - 1)] += counts[q];
  }
  return filled;
}

/**
 * Accuracy at tau, interpolated on the snapshot's curve of accuracy against tau.
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
 * Reduces a curve to at most `most` points. It keeps every peak: of each stretch it takes the lowest
 * and the highest point, in order.
 * @template {[x: number, y: number, ...rest: unknown[]]} Point
 * @param {Point[]} points @param {number} [most] @returns {Point[]}
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
