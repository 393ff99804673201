/** The layers of a network that routes its images, by name. */

/**
 * @typedef {import("./routings.js").Routed} Routed
 * @typedef {import("./network.js").NetLayer} NetLayer
 */

/** @param {Routed} net @param {string} name */
export const layer = ({ layers }, name) => /** @type {NetLayer} */ (layers.get(name));

/**
 * @param {Routed} net @param {string} name @param {Float32Array} input
 * @returns {[NetLayer, Float32Array]}
 */
export const withInput = (net, name, input) => [layer(net, name), input];

/** A layer of zeros. @param {number} rows @param {number} cols @returns {NetLayer} */
export const blank = (rows, cols) => ({
  rows,
  cols,
  mask: new Uint8Array(rows * cols),
  weights: new Float32Array(rows * cols),
  biases: new Float32Array(rows),
});
