/**
 * A canvas of coloured cells laid out as an image: patterns for two kinds of cells, contour lines over
 * them, and outlines around the cells that the reader points at or has chosen.
 */
import { css, pack } from "../core/colours.js";
import { contourLines, pathOf } from "../core/contours.js";
import { cleared, contextOf, el } from "./dom.js";
import { listen } from "./grid_gestures.js";

/** Distance between the lines of a pattern, in CSS pixels along a row. */
const LINES_APART = 6;
/** Cells smaller than this, in CSS pixels, have finer lines and one size in device pixels. */
const SMALL = 7;
/** The largest share of the room that the one size may leave empty. */
const MOST_EMPTY = 0.12;
/** Cells at least as large have borders, if these are wanted. */
export const LEAST_BORDERED = 16;
/** The least side of an outline, in CSS pixels: in a small picture it is wider than its cell. */
const LEAST_OUTLINE = 9;

/**
 * @typedef {Object} GridState
 * @property {import("../core/pixels.js").Shape} shape of the image, with one cell for each pixel
 * @property {number} [tall] the height of a cell divided by its width; without it, cells are squares
 * @property {boolean} [bordered] whether large cells have thin borders: neighbours may have equal colours
 * @property {(pixel: number) => ?import("../core/colours.js").Rgb} colourOf null for the background
 * @property {(pixel: number) => boolean} [hatched] whether a cell has thin rising lines: always blank
 * @property {(pixel: number) => boolean} [striped] whether it has falling stripes: unused
 * @property {?{values: Float32Array, levels: number[]}} [contour] by cell; see contours.js
 * @property {Array<?number>} [marked] cells pointed at
 * @property {?number} [pinned] a cell chosen
 * @property {Theme} theme
 *
 * @typedef {Object} Handlers
 * @property {(pixel: ?number) => void} [onHover] null when the pointer has left
 * @property {(pixel: number) => void} [onClick] by pointer, or with Enter
 * @property {() => void} [onEscape]
 *
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("../core/colours.js").Rgb} Rgb
 */

export class GridPicture {
  /** @param {Handlers} [handlers] */
  constructor({ onHover = () => {}, onClick = () => {}, onEscape = () => {} } = {}) {
    this.canvas = el("canvas");
    this.marks = el("canvas");
    this.buffer = document.createElement("canvas");
    this.node = el(
      "div",
      { class: "grid-picture", role: "img", tabindex: "0" },
      this.canvas,
      this.marks,
    );
    this.pixels = new ImageData(1, 1);
    /** @type {?GridState} */
    this.state = null;
    // The size of the canvas; then, in CSS pixels, the width and height of a cell, and the corner of
    // the first.
    this.box = { width: 0, height: 0, scale: 1 };
    this.cell = 0;
    this.high = 0;
    this.left = 0;
    this.top = 0;
    listen(this, { onHover, onClick, onEscape });
  }

  /** The cell from which the arrow keys move. @returns {?number} */
  get cursor() {
    const { marked = [], pinned = null } = this.state ?? {};
    return marked.find((pixel) => pixel !== null) ?? pinned;
  }

  /** @param {MouseEvent} event @returns {?number} the cell under the pointer */
  cellAt({ clientX, clientY }) {
    if (!this.cell || !this.state) return null;
    const box = this.node.getBoundingClientRect();
    const { width, height } = this.state.shape;
    const col = Math.floor((clientX - box.left - this.left) / this.cell);
    const row = Math.floor((clientY - box.top - this.top) / this.high);
    return col >= 0 && row >= 0 && col < width && row < height ? row * width + col : null;
  }

  /** @param {?GridState} state null if there is nothing to draw */
  draw(state) {
    this.state = state;
    if (state) {
      const { shape, tall = 1 } = state;
      this.node.style.aspectRatio = `${shape.width} / ${shape.height * tall}`;
    }
    const context = this.fit(this.canvas);
    if (context && state) {
      this.layOut(state);
      this.paintCells(context, state);
      this.paintPatterns(context, state);
      if (state.bordered) this.paintBorders(context, state);
      this.paintContours(context, state);
    }
    this.mark(state ?? {});
  }

  /**
   * Draws only the outlines again.
   * @param {{marked?: Array<?number>, pinned?: ?number}} cells
   */
  mark({ marked = [], pinned = null }) {
    if (this.state) Object.assign(this.state, { marked, pinned });
    const context = this.fit(this.marks);
    const { state } = this;
    if (!context || !state || !this.cell) return;
    if (pinned !== null) this.outline(context, state, pinned, state.theme.ink, 2.5);
    for (const pixel of marked) {
      if (pixel !== null) this.outline(context, state, pixel, state.theme.tau, 2);
    }
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @returns {?CanvasRenderingContext2D} cleared, in CSS pixels; null if there is nothing to draw
   */
  fit(canvas) {
    const { context, box } = cleared(canvas);
    this.box = box;
    return this.state && box.width && box.height ? context : null;
  }

  /**
   * Makes the cells as large as possible. Small cells get whole device pixels, to have equal sizes.
   * @param {GridState} state
   */
  layOut({ shape, tall = 1 }) {
    const { width, height, scale } = this.box;
    const room = Math.min(width / shape.width, height / (shape.height * tall));
    const even = Math.floor(room * scale + 1e-6) / scale;
    this.cell = room < SMALL && even > room * (1 - MOST_EMPTY) ? even : room;
    this.high = this.cell * tall;
    this.left = this.whole((width - room * shape.width) / 2);
    this.top = this.whole((height - room * tall * shape.height) / 2);
  }

  /** Rounds to a whole device pixel. @param {number} x */
  whole(x) {
    return Math.round(x * this.box.scale) / this.box.scale;
  }

  /** @param {CanvasRenderingContext2D} context @param {GridState} state */
  paintCells(context, { shape: { width, height }, colourOf }) {
    const { buffer } = this;
    if (this.pixels.width !== width || this.pixels.height !== height) {
      Object.assign(buffer, { width, height });
      this.pixels = new ImageData(width, height);
    }
    const words = new Uint32Array(this.pixels.data.buffer);
    for (let pixel = 0; pixel < words.length; pixel++) {
      const colour = colourOf(pixel);
      words[pixel] = colour ? pack(colour) : 0;
    }
    contextOf(buffer).putImageData(this.pixels, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(buffer, this.left, this.top, width * this.cell, height * this.high);
  }

  /** @param {CanvasRenderingContext2D} context @param {GridState} state */
  paintPatterns(context, { shape, hatched, striped, theme }) {
    const [faint, thick] = this.cell < SMALL ? [0.35, 1] : [0.55, 1.5];
    if (hatched) this.paintLines(context, shape, hatched, 1, css(theme.muted, faint), 1);
    if (striped) this.paintLines(context, shape, striped, -1, css(theme.ground, 0.8), thick);
  }

  /**
   * Paints one set of lines through all cells of a kind, so that lines continue in the next cell.
   * @param {CanvasRenderingContext2D} context @param {GridState["shape"]} shape
   * @param {(pixel: number) => boolean} isCell @param {number} rise 1 or -1
   * @param {string} colour @param {number} thick
   */
  paintLines(context, shape, isCell, rise, colour, thick) {
    const { left, top } = this;
    const [wide, high] = [this.cell * shape.width, this.high * shape.height];
    context.save();
    context.beginPath();
    for (let pixel = 0; pixel < shape.width * shape.height; pixel++) {
      if (isCell(pixel)) context.rect(...this.boxOf(shape, pixel));
    }
    context.clip();
    context.beginPath();
    const [from, to] = rise > 0 ? [top + high, top] : [top, top + high];
    for (let x = -high; x < wide; x += LINES_APART) {
      context.moveTo(left + x, from);
      context.lineTo(left + x + high, to);
    }
    context.strokeStyle = colour;
    context.lineWidth = thick;
    context.stroke();
    context.restore();
  }

  /** Between cells. @param {CanvasRenderingContext2D} context @param {GridState} state */
  paintBorders(context, { shape, theme }) {
    if (Math.min(this.cell, this.high) < LEAST_BORDERED) return;
    context.fillStyle = css(theme.ground);
    const { left, top } = this;
    const [wide, high] = [this.cell * shape.width, this.high * shape.height];
    for (let col = 1; col < shape.width; col++) {
      context.fillRect(this.whole(left + col * this.cell), top, 1, high);
    }
    for (let row = 1; row < shape.height; row++) {
      context.fillRect(left, this.whole(top + row * this.high), wide, 1);
    }
  }

  /**
   * On squares. The lines have an edge in the colour of the ground, to be visible on every colour.
   * @param {CanvasRenderingContext2D} context @param {GridState} state
   */
  paintContours(context, { shape, contour, theme }) {
    const { left, top, cell } = this;
    if (!contour) return;
    const { values, levels } = contour;
    const lines = levels.flatMap((level) => contourLines(values, shape.width, level));
    const path = new Path2D(pathOf(lines, left, top, cell));
    const thin = cell < SMALL ? 0.9 : 1.4;
    context.lineJoin = "round";
    /** @param {string} colour @param {number} width */
    const stroke = (colour, width) => {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke(path);
    };
    stroke(css(theme.ground, 0.8), thin + 2);
    stroke(css(theme.ink), thin);
  }

  /**
   * @param {CanvasRenderingContext2D} context @param {GridState} state @param {number} pixel
   * @param {Rgb} colour @param {number} width
   */
  outline(context, { shape, theme }, pixel, colour, width) {
    const [x, y, wide, high] = this.boxOf(shape, pixel);
    const more = Math.max(0, LEAST_OUTLINE - Math.min(this.cell, this.high)) / 2;
    /** @param {Rgb} stroke @param {number} line */
    const draw = (stroke, line) => {
      context.lineWidth = line;
      context.strokeStyle = css(stroke);
      context.strokeRect(x - more, y - more, wide + 2 * more, high + 2 * more);
    };
    draw(theme.ground, width + 2.5);
    draw(colour, width);
  }

  /**
   * Left, top, width and height of a cell.
   * @param {{width: number}} shape @param {number} pixel
   * @returns {[number, number, number, number]}
   */
  boxOf({ width }, pixel) {
    const { left, top, cell, high } = this;
    const [row, col] = [Math.floor(pixel / width), pixel % width];
    const [x, y] = [this.whole(left + col * cell), this.whole(top + row * high)];
    return [x, y, this.whole(left + (col + 1) * cell) - x, this.whole(top + (row + 1) * high) - y];
  }
}
