/** A picture of the input pixels that points at and pins the same one as its neighbours do. */
import { el, mark } from "../dom.js";
import { GridPicture } from "./grid_picture.js";
import * as hover from "../hover.js";
import * as pin from "./pin.js";

/** @param {(pixel: ?number) => void} [pointed] told before all others are */
export const pixelPicture = (pointed = () => {}) => new GridPicture({
  onHover(pixel) {
    pointed(pixel);
    hover.set(pixel);
  },
  onClick: (pixel) => pin.set("pixel", pin.get("pixel") === pixel ? null : pixel),
  onEscape: () => pin.set("pixel", null),
});

/**
 * Where an input lies on the image: one of a colour image on the pixel of all its channels.
 * @param {?number} input @param {{channels: number, height: number, width: number}} shape
 * @returns {?number} null for one that images of this shape lack, as a pin of another run may be
 */
export function placeOnImage(input, { channels, height, width }) {
  const size = height * width;
  return input === null || input >= channels * size ? null : input % size;
}

/** What is to be outlined. @returns {{marked: Array<?number>, pinned: ?number}} */
export const outlined = (shape) => ({
  marked: [placeOnImage(hover.get(), shape)], pinned: placeOnImage(pin.get("pixel"), shape),
});

/**
 * A picture with its title above, and what belongs to it beneath.
 * @param {GridPicture} picture @param {...Node} beneath
 */
export function titled(picture, ...beneath) {
  const [name, note] = [el("b"), el("span", { class: "sub" })];
  const node = el("figure", {}, el("figcaption", {}, name, note), picture.node, ...beneath);
  return { node, name, note };
}

/** A line of words for the pixel pointed at, read aloud only by the card that is being used. */
export function readoutIn(root) {
  const node = el("div", { class: "readout", "aria-live": "off" });
  root.addEventListener("focusin", () => mark(node, "aria-live", "polite"));
  root.addEventListener("focusout", () => mark(node, "aria-live", "off"));
  return node;
}
