/** A picture of the input pixels that points at and pins the same one as its neighbours do. */

import * as hover from "../core/hover.js";
import { placeOnImage } from "../core/pixels.js";
import { el, setAttribute } from "../kit/dom.js";
import { GridPicture } from "../kit/grid_picture.js";
import * as pin from "./pin.js";

/**
 * @param {Object} [wishes]
 * @param {(pixel: ?number) => void} [wishes.onHover] told before all others are
 * @param {() => void} [wishes.onEscape] unpins the pixel if nothing else is wanted
 */
export function pixelPicture({ onHover = () => {}, onEscape = () => pin.set("pixel", null) } = {}) {
  const picture = new GridPicture({
    onEscape,
    onHover(pixel) {
      onHover(pixel);
      hover.set(pixel);
    },
    onClick(pixel) {
      // Of a colour image the pin may be any of the pixel's channels: a link can say so.
      if (!picture.state) return;
      const { pinned } = outlined(picture.state.shape);
      pin.set("pixel", pinned === pixel ? null : pixel);
    },
  });
  return picture;
}

/**
 * What is to be outlined.
 * @param {import("../core/pixels.js").Shape} shape
 * @returns {{marked: Array<?number>, pinned: ?number}}
 */
export const outlined = (shape) => ({
  marked: [placeOnImage(hover.get(), shape)],
  pinned: placeOnImage(pin.get("pixel"), shape),
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

/**
 * A line of words for the pixel pointed at, read aloud only by the card that is being used.
 * @param {HTMLElement} root
 */
export function readoutIn(root) {
  const node = el("div", { class: "readout", "aria-live": "off" });
  root.addEventListener("focusin", () => setAttribute(node, "aria-live", "polite"));
  root.addEventListener("focusout", () => setAttribute(node, "aria-live", "off"));
  return node;
}
