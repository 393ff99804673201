/** Turns pointer and keys on a picture of cells into cells pointed at and chosen. */
import { ARROWS, isShortcut } from "./dom.js";

/**
 * @typedef {Object} Picture
 * @property {HTMLElement} node focusable
 * @property {?{shape: {width: number, height: number}}} state null while nothing is drawn
 * @property {?number} cursor the cell from which the arrow keys move
 * @property {(event: MouseEvent) => ?number} cellAt the cell under the pointer
 *
 * @param {Picture} picture
 * @param {Required<import("./grid_picture.js").Handlers>} handlers
 */
export function listen(picture, { onHover, onClick, onEscape }) {
  const { node } = picture;
  /** @type {?number} */
  let pointed = null;
  /** @param {?number} pixel */
  const point = (pixel) => {
    if (pixel === pointed) return;
    pointed = pixel;
    onHover(pixel);
  };
  node.addEventListener("pointermove", (event) => point(picture.cellAt(event)));
  for (const end of ["pointerleave", "blur"]) node.addEventListener(end, () => point(null));
  node.addEventListener("click", (event) => {
    // A click has whole pixels only, so the marked cell is more exact.
    const pixel = pointed ?? picture.cellAt(event);
    if (pixel !== null) onClick(pixel);
  });

  /**
   * The first key marks the middle cell; later keys move from the marked cell.
   * @param {[number, number]} by @param {{width: number, height: number}} shape
   */
  const move = ([rows, cols], { width, height }) => {
    const from = picture.cursor;
    if (from === null) {
      point(Math.floor(height / 2) * width + Math.floor(width / 2));
      return;
    }
    /** @param {number} x @param {number} n */
    const within = (x, n) => Math.min(n - 1, Math.max(0, x));
    const row = within(Math.floor(from / width) + rows, height);
    point(row * width + within((from % width) + cols, width));
  };
  node.addEventListener("keydown", (event) => {
    if (!picture.state || isShortcut(event)) return;
    const { key } = event;
    if (ARROWS[key]) move(ARROWS[key], picture.state.shape);
    else if ((key === "Enter" || key === " ") && picture.cursor !== null) onClick(picture.cursor);
    else if (key === "Escape") onEscape();
    else return;
    event.preventDefault();
  });
}
