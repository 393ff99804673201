/** The test images of a run's data set, and a canvas that shows one of them. */
import { mix } from "../core/colours.js";
import { read } from "../core/messages.js";
import { contextOf, el } from "./dom.js";

/** After this time test images that could not be loaded are asked for again. */
export const RETRY_MS = 5000;
const ABSENT = "The test images of this run are not on the server.";
const cache = new Map();

/**
 * @typedef {Object} Digits
 * @property {number[]} image_shape channels, height, width @property {string[]} classes
 * @property {Uint8Array[]} images each flat, channel first, 0..255 @property {Uint8Array} labels
 */

/**
 * @param {string} url
 * @returns {Promise<Digits>} @throws {Error} with a sentence for the page; the next call tries again
 */
export function loadDigits(url) {
  if (!cache.has(url)) {
    // They take about ten megabytes, so only the newest are kept.
    cache.clear();
    cache.set(url, fetchDigits(url));
    cache.get(url).catch(() => cache.delete(url));
  }
  return cache.get(url);
}

/** @param {string} url @returns {Promise<Digits>} */
async function fetchDigits(url) {
  let response;
  try {
    response = await fetch(url);
  } catch {
    throw new Error("The test images could not be loaded: the server did not answer.");
  }
  if (!response.ok) {
    const { message } = await response.json().catch(() => ({}));
    throw new Error(message ?? ABSENT);
  }
  const { channel, content } = read(await response.arrayBuffer());
  if (channel !== "digits" || !content.images.length) throw new Error(ABSENT);
  return content;
}

/** Scale an image to the network's input. @param {Uint8Array} image @returns {Float32Array} 0..1 */
export const inputOf = (image) => Float32Array.from(image, (value) => value / 255);

/** Make a canvas that shows an input: a grey image as ink in the page's colours. */
export function digitPicture(kind = "") {
  const node = el("canvas", { class: `digit ${kind}` });
  const context = contextOf(node);
  /**
   * @param {?Float32Array} x 0..1 @param {import("../core/pixels.js").Shape} shape
   * @param {import("../kit/theme.js").Theme} theme
   */
  function draw(x, { channels, height, width }, theme) {
    node.width = width;
    node.height = height;
    const size = width * height;
    const picture = context.createImageData(width, height);
    for (let at = 0; at < size; at++) {
      const rgb = !x
        ? theme.ground
        : channels === 3
          ? [x[at], x[at + size], x[at + 2 * size]].map((value) => 255 * value)
          : mix(theme.ground, theme.ink, x[at]);
      picture.data.set([...rgb, 255], 4 * at);
    }
    context.putImageData(picture, 0, 0);
  }
  return { node, draw };
}
