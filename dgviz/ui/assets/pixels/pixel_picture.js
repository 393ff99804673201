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
 * What is to be outlined. An input of a colour image lies on the pixel of all its channels.
 * @param {number} size pixels of the image
 * @returns {{marked: Array<?number>, pinned: ?number}}
 */
export function outlined(size) {
  const onImage = (input) => (input === null ? null : input % size);
  return { marked: [onImage(hover.get())], pinned: onImage(pin.get("pixel")) };
}

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
