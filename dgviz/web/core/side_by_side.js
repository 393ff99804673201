/**
 * The first layers of a network side by side, as one layer, for the connection map. A chain has one;
 * a network with experts has one for each.
 */
import { firstLayers } from "./gates.js";
import { tensorOf } from "./safetensors.js";

/**
 * @typedef {import("./gates.js").Snapshot} Snapshot
 * @typedef {import("./gates.js").Layer} Layer
 * @typedef {import("./safetensors.js").Tensor} Tensor
 *
 * @typedef {Object} Shown
 * @property {Snapshot} snapshot with a single layer: the shown ones, each with the columns of all
 *   pixels
 * @property {number[]} at index of each shown layer in the network
 * @property {string[]} names of the shown layers
 * @property {boolean} isShared whether they have the same hidden units, as layers that are mixed
 * @property {string[]} others names of the first layers that are not shown
 * @property {string[]} later names of the layers that do not read the image
 * @property {number} pixels columns of each
 */

/** @type {WeakMap<Snapshot, Shown>} */
const joined = new WeakMap();

/**
 * The first layers that are routes, side by side; without any, those with the most units.
 * @param {Snapshot} snapshot @returns {Shown} the same object for the same snapshot
 */
export function sideBySide(snapshot) {
  let shown = joined.get(snapshot);
  if (!shown) {
    const { layers, meta } = snapshot;
    const firsts = firstLayers(snapshot);
    const routes = firsts.filter((i) => meta.routing?.routes.includes(layers[i].name));
    const offered = routes.length ? routes : firsts;
    const rows = Math.max(...offered.map((i) => layers[i].rows));
    const at = offered.filter((i) => layers[i].rows === rows);
    const parts = at.map((i) => layers[i]);
    shown = {
      snapshot: { layers: [join(parts)], meta },
      at,
      names: parts.map(({ name }) => name),
      // The next layer reads the mixed one, and names one of them.
      isShared:
        routes.length > 0 &&
        parts.filter(({ name }) => layers.some(({ source }) => source === name)).length < 2,
      others: firsts.filter((i) => !at.includes(i)).map((i) => layers[i].name),
      later: layers.flatMap(({ name, source }) => (source ? [name] : [])),
      pixels: parts[0].cols,
    };
    joined.set(snapshot, shown);
  }
  return shown;
}

/** @param {Layer[]} parts of equal shapes @returns {Layer} */
function join(parts) {
  const [first] = parts;
  if (parts.length === 1) return first;
  const cols = first.cols * parts.length;
  /** @param {Uint8Array[]} bytes */
  const all = (bytes) => joinRows(bytes, first.cols, new Uint8Array(first.rows * cols));
  const scores = parts.flatMap((part) => (part.scores ? [part.scores] : []));
  return {
    ...first,
    mask: all(parts.map(({ mask }) => mask)),
    scores: scores.length === parts.length ? all(scores) : null,
    cols,
  };
}

/**
 * Fills each row with the same row of all parts.
 * @template {Uint8Array|Uint16Array} Items
 * @param {Items[]} parts row-major @param {number} cols of each @param {Items} out @returns {Items}
 */
function joinRows(parts, cols, out) {
  for (let from = 0, to = 0; from < parts[0].length; from += cols) {
    for (const part of parts) {
      out.set(part.subarray(from, from + cols), to);
      to += cols;
    }
  }
  return out;
}

/** @type {WeakMap<import("./store.js").Weights, Tensor>} */
const joinedWeights = new WeakMap();

/**
 * The weights of the shown layers, side by side.
 * @param {?import("./store.js").Weights} weights @param {Shown} shown
 * @returns {Tensor|undefined} undefined without weights of these layers
 */
export function weightsSideBySide(weights, { at, pixels }) {
  const parts = at.flatMap((i) => weights?.layers[i] ?? []);
  if (!weights || parts.length < at.length) return undefined;
  if (parts.length === 1) return parts[0];
  let tensor = joinedWeights.get(weights);
  if (!tensor) {
    const halves = parts.map((part) => /** @type {Uint16Array} */ (part.raw));
    const cols = pixels * parts.length;
    const raw = joinRows(halves, pixels, new Uint16Array(halves[0].length * parts.length));
    tensor = tensorOf("F16", [raw.length / cols, cols], raw);
    joinedWeights.set(weights, tensor);
  }
  return tensor;
}
