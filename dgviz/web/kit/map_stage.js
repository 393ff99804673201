/**
 * The stage of a map of connections: canvas, names of layers side by side, names of the first and the last pixel in sight, a
 * readout of the connection under the pointer or the keyboard's cursor, and zoom buttons.
 */

import * as hover from "../core/hover.js";
import { placeText } from "../core/pixels.js";
import { columnNames } from "./column_names.js";
import { el, setAttribute, setText } from "./dom.js";
import { listen } from "./gestures.js";

const KEY_ZOOM = 1.5;
const HINT = matchMedia("(pointer: coarse)").matches
  ? "Touch a connection to read it; pinch to zoom."
  : "Point at a connection to read it; zoom with + and −, or Ctrl and the mouse wheel.";

/**
 * @template {import("./cell_picture.js").CellState} State
 * @param {import("./cell_picture.js").CellPicture<State>} picture
 * @param {string} name the stage's data-testid
 * @param {Object} handlers
 * @param {() => void} handlers.draw everything, after a zoom or a step
 * @param {() => void} handlers.drawPicture the picture and its readout, after the pointer has moved
 */
export function mapStage(picture, name, { draw, drawPicture }) {
  /** @type {?[number, number]} where in the window */
  let pointed = null;
  let byKeys = false;
  const empty = el("p", { class: "empty" });
  const stage = el(
    "div",
    {
      class: "stage map",
      "data-testid": name,
      role: "img",
      tabindex: "0",
    },
    picture.canvas,
    empty,
  );
  const above = columnNames();
  const [left, right] = [el("span"), el("span")];
  const axis = el("div", { class: "axis" }, left, right);
  const readout = el("div", { class: "readout" });
  const spoken = el("div", { class: "spoken", "aria-live": "polite" });
  const zooms = el(
    "div",
    { class: "segmented zooms", role: "group", "aria-label": "zoom" },
    zoomButton("−", "zoom out", 1 / KEY_ZOOM),
    zoomButton("+", "zoom in", KEY_ZOOM),
    zoomButton("fit", "fit the whole map", 0),
  );

  /** @param {string} sign @param {string} label @param {number} factor 0 for the whole map */
  function zoomButton(sign, label, factor) {
    const button = el("button", { type: "button", "aria-label": label, title: label }, sign);
    button.addEventListener("click", () => {
      if (factor) picture.zoom(0.5, 0.5, factor);
      else picture.view.reset();
      draw();
    });
    return button;
  }

  listen(stage, picture.view, {
    point(at) {
      byKeys = false;
      pointed = at;
      picture.cursor = at && picture.cellAt(...at);
      hover.set(picture.pointed);
      drawPicture();
    },
    zoom(across, down, factor) {
      picture.zoom(across, down, factor);
      draw();
    },
    step(rows, cols) {
      byKeys = true;
      picture.step(rows, cols);
      hover.set(picture.pointed);
      draw();
      setText(spoken, readout.textContent);
    },
    changed: () => draw(),
  });

  /**
   * Draws the picture and the readout of the cell under the cursor.
   * @param {?State} state what the picture is drawn from
   * @param {(cell: {row: number, col: number, unit: number}) => string} cellText
   */
  function show(state, cellText) {
    stage.classList.toggle("zoomed", !picture.view.isWhole);
    picture.marked = hover.get();
    picture.draw(state);
    // With another order of the units, the pointer is on another unit without moving.
    if (state && pointed && !byKeys) picture.cursor = picture.cellAt(...pointed);
    if (state) setText(readout, picture.cursor ? cellText(picture.cursor) : HINT);
  }

  /** Whether single cells are read: with a pointer or a finger on the map, or with the keyboard. */
  const isRead = () => stage.matches(":hover, :focus");

  /**
   * Names the first and the last pixel in sight, and layers that are side by side.
   * @param {import("../core/pixels.js").Shape} shape
   * @param {string[]} [names] of the layers
   */
  function nameEnds(shape, names = []) {
    const { cols, pixelCols } = picture;
    const [first, last] = picture.columnsSeen().map((col) => col % pixelCols);
    setText(left, `pixel ${first} (${placeText(first, shape)})`);
    const isEnd = picture.columnsSeen()[1] === cols - 1;
    setText(right, isEnd ? `pixel ${last}` : `pixel ${last} (${placeText(last, shape)})`);
    above.show(names, picture.view, stage.clientWidth);
    setAttribute(stage, "data-zoom", 1 / picture.view.size);
  }

  /** Explains why the picture looks blank. @param {string} sentence "" if it does not */
  function explainBlank(sentence) {
    empty.hidden = !sentence;
    setText(empty, sentence);
  }

  /** Explains why there is no picture. @param {string} sentence "" if there is one */
  function explainEmpty(sentence) {
    explainBlank(sentence);
    stage.toggleAttribute("data-bare", Boolean(sentence));
    if (sentence) setAttribute(stage, "aria-label", sentence);
  }

  return {
    above: above.node,
    stage,
    axis,
    readout,
    zooms,
    spoken,
    show,
    isRead,
    nameEnds,
    explainEmpty,
    explainBlank,
  };
}
