/** A picture of the input pixels. All pictures mark and pin the same pixel. */

import * as hover from "../core/hover.js";
import { placeOnImage } from "../core/pixels.js";
import { el, setAttribute } from "../kit/dom.js";
import { GridPicture } from "../kit/grid_picture.js";
import * as pin from "./pin.js";

/**
 * @param {Object} [handlers]
 * @param {(pixel: ?number) => void} [handlers.onHover] called before the other pictures are updated
 * @param {() => void} [handlers.onEscape] unpins the pixel by default
 */
export function pixelPicture({ onHover = () => {}, onEscape = () => pin.set("pixel", null) } = {}) {
  const picture = new GridPicture({
    onEscape,
    onHover(pixel) {
      onHover(pixel);
      hover.set(pixel);
    },
    onClick(pixel) {
      // A link can pin any channel of a colour image: compare places on the image.
      if (!picture.state) return;
      const { pinned } = outlined(picture.state.shape);
      pin.set("pixel", pinned === pixel ? null : pixel);
    },
  });
  return picture;
}

/**
 * Return the pixels to outline.
 * @param {import("../core/pixels.js").Shape} shape
 * @returns {{marked: Array<?number>, pinned: ?number}}
 */
export const outlined = (shape) => ({
  marked: [placeOnImage(hover.get(), shape)],
  pinned: placeOnImage(pin.get("pixel"), shape),
});

/**
 * Make a figure: title, picture, and further nodes beneath.
 * @param {GridPicture} picture @param {...Node} beneath
 */
export function titled(picture, ...beneath) {
  const [name, note] = [el("b"), el("span", { class: "sub" })];
  const node = el("figure", {}, el("figcaption", {}, name, note), picture.node, ...beneath);
  return { node, name, note };
}

/**
 * Make a line of text for the pixel pointed at. Screen readers read it if the card has the focus.
 * @param {HTMLElement} root
 */
export function readoutIn(root) {
  const node = el("div", { class: "readout", "aria-live": "off" });
  root.addEventListener("focusin", () => setAttribute(node, "aria-live", "polite"));
  root.addEventListener("focusout", () => setAttribute(node, "aria-live", "off"));
  return node;
}
