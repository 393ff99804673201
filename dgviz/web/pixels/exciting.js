/** The test images with the highest activation of a hidden unit. */

const IMAGES_A_STEP = 100;

/**
 * @typedef {Object} Activations
 * @property {Array<{index: number, value: number}>} top images and the unit's values before ReLU,
 *   highest first
 * @property {number} positive number of images with a value above 0
 * @property {number} total number of all images
 */

/**
 * @param {import("./network.js").Net} net @param {number} unit
 * @param {Uint8Array[]} images each [pixels], 0..255 @param {number} [most] length of `top`
 * @returns {Generator<number, Activations>} yields the share of the images that is done
 */
export function* highestActivations(net, unit, images, most = 10) {
  const { weights, mask, cols, biases } = net.layers[0];
  const inputs = [];
  const factors = [];
  for (let p = 0; p < cols; p++) {
    if (!mask[unit * cols + p]) continue;
    inputs.push(p);
    factors.push(weights[unit * cols + p] / 255);
  }
  /** @type {Activations["top"]} */
  const top = [];
  let positive = 0;
  for (let index = 0; index < images.length; index++) {
    const image = images[index];
    let value = biases[unit];
    for (let j = 0; j < inputs.length; j++) value += factors[j] * image[inputs[j]];
    if (value > 0) positive += 1;
    if (top.length < most || value > top[top.length - 1].value) {
      const place = top.findIndex((other) => other.value < value);
      top.splice(place === -1 ? top.length : place, 0, { index, value });
      if (top.length > most) top.pop();
    }
    if (index % IMAGES_A_STEP === 0) yield index / images.length;
  }
  return { top, positive, total: images.length };
}
