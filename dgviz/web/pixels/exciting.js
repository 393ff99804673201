/** The test images that excite one hidden unit most. */

const IMAGES_A_STEP = 100;

/**
 * @typedef {Object} Excitement
 * @property {Array<{index: number, value: number}>} top the images by what the unit answers before
 *   its ReLU, highest first @property {number} answered images it answers with more than 0
 * @property {number} of all images
 */

/**
 * @param {import("./network.js").Net} net @param {number} unit
 * @param {Uint8Array[]} images each [pixels], 0..255 @param {number} [most] how many are wanted
 * @returns {Generator<number, Excitement>} yields the share that is done
 */
export function* exciting(net, unit, images, most = 10) {
  const { weights, mask, cols, biases } = net.layers[0];
  const inputs = [];
  const factors = [];
  for (let p = 0; p < cols; p++) {
    if (!mask[unit * cols + p]) continue;
    inputs.push(p);
    factors.push(weights[unit * cols + p] / 255);
  }
  /** @type {Excitement["top"]} */
  const top = [];
  let answered = 0;
  for (let index = 0; index < images.length; index++) {
    const image = images[index];
    let value = biases[unit];
    for (let j = 0; j < inputs.length; j++) value += factors[j] * image[inputs[j]];
    if (value > 0) answered += 1;
    if (top.length < most || value > top[top.length - 1].value) {
      const place = top.findIndex((other) => other.value < value);
      top.splice(place === -1 ? top.length : place, 0, { index, value });
      if (top.length > most) top.pop();
    }
    if (index % IMAGES_A_STEP === 0) yield index / images.length;
  }
  return { top, answered, of: images.length };
}
