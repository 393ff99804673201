/**
 * What a network computes for an image: pure functions, without the DOM.
 *
 * @typedef {import("./network.js").Net} Net
 * @typedef {import("./network.js").NetLayer} NetLayer
 */

/**
 * The outputs of a layer before ReLU: W x + b.
 * @param {NetLayer} layer @param {Float32Array} x [cols] @returns {Float32Array} [rows]
 */
export function affine({ rows, cols, weights, biases }, x) {
  const inked = [];
  // Not a number is no 0: a network that has diverged must not seem to answer.
  for (let col = 0; col < cols; col++) if (x[col] !== 0) inked.push(col);
  const outputs = Float32Array.from(biases);
  for (let row = 0; row < rows; row++) {
    const start = row * cols;
    let sum = outputs[row];
    for (const col of inked) sum += weights[start + col] * x[col];
    outputs[row] = sum;
  }
  return outputs;
}

/** @param {Float32Array} values @returns {Float32Array} */
export const relu = (values) => values.map((value) => Math.max(0, value));

/** @param {Float32Array} a @param {Float32Array} b @returns {Float32Array} */
export const added = (a, b) => a.map((value, at) => value + b[at]);

/**
 * Compute the network's output for an image.
 * @param {Net} net @param {Float32Array} x pixels in 0..1
 * @returns {{hidden: Float32Array, logits: Float32Array, probs: Float32Array}} hidden: after ReLU
 */
export function forward({ layers: [first, second], direct }, x) {
  const hidden = relu(affine(first, x));
  const through = affine(second, hidden);
  const logits = direct ? added(through, affine(direct, x)) : through;
  return { hidden, logits, probs: softmax(logits) };
}

/** @param {Float32Array} logits @returns {Float32Array} */
export function softmax(logits) {
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/**
 * Count the multiply-accumulates of some layers for one image.
 * @param {Array<[NetLayer, Float32Array]>} work each layer with its input
 * @returns {{active: number, taken: number}} active: active connections; taken: active connections
 *   whose input is not 0 for this image
 */
export function macsOf(work) {
  const sums = { active: 0, taken: 0 };
  for (const [{ mask, cols }, input] of work) {
    for (let at = 0; at < mask.length; at++) {
      sums.active += mask[at];
      if (mask[at] && input[at % cols]) sums.taken += 1;
    }
  }
  return sums;
}

/**
 * Split the logit of a class among the hidden units, largest share first.
 * @param {Net} net @param {Float32Array} x @param {Float32Array} hidden from `forward`
 * @param {number} k the class
 * @returns {Array<{unit: number, share: number, pixels: Float32Array}>} units that add something.
 *   share: what the unit adds to the logit, signed; pixels: what each input adds to the unit
 */
export function flowTo({ layers: [first, second], pixels, units }, x, hidden, k) {
  const parts = [];
  for (let unit = 0; unit < units; unit++) {
    const share = second.weights[k * units + unit] * hidden[unit];
    if (!share) continue;
    const row = first.weights.subarray(unit * pixels, (unit + 1) * pixels);
    parts.push({ unit, share, pixels: row.map((weight, p) => weight * x[p]) });
  }
  return parts.sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
}
