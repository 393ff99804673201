/**
 * A canvas of coloured cells, with a row for each hidden unit and a column for each input pixel. Layers
 * side by side repeat the columns of the pixels. This class has the visible part and the cursor; subclasses choose the colours.
 */
import { css } from "../core/colours.js";
import { contextOf, el, fitCanvas } from "./dom.js";
import { Viewport } from "./viewport.js";

/** Columns in sight at the closest zoom. */
const CLOSEST_COLUMNS = 12;
/** The least width of a cell with an edge, in CSS pixels. */
const EDGED = 9;
/** The least size of a row or column that is drawn without smoothing, in device pixels. */
const HARD = 2;

/**
 * @typedef {[number, number, number, number]} Part of a canvas: left, top, width, height
 *
 * @typedef {Object} CellState what a picture is drawn from; subclasses extend it
 * @property {import("../core/gates.js").Snapshot} snapshot
 * @property {number} [pixels] columns of one layer, if the snapshot's layer is several side by side
 * @property {number} tau
 * @property {import("./theme.js").Theme} theme
 */

/** @template {CellState} State */
export class CellPicture {
  constructor() {
    this.canvas = el("canvas");
    this.view = new Viewport();
    /** @type {"index"|"active"} */
    this.by = "active";
    /** @type {?{row: number, col: number, unit: number}} */
    this.cursor = null;
    /** @type {?number} the pixel pointed at, here or in another picture */
    this.marked = null;
    this.rows = 1;
    this.cols = 1;
    /** columns of one layer: the cell at a column is that of pixel `column % pixels` */
    this.pixelCols = 1;
    /** @type {ArrayLike<number>} the unit of each row; empty until something has been drawn */
    this.order = [];
    this.words = new Uint32Array();
    /** @type {unknown[]} the inputs of the last painting */
    this.painted = [];
    this.pixels = new ImageData(1, 1);
    this.buffer = document.createElement("canvas");
    this.stretched = document.createElement("canvas");
  }

  /** @param {?State} state null if there is nothing to draw */
  draw(state) {
    const box = fitCanvas(this.canvas);
    const context = contextOf(this.canvas);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (!state || !box.width) return;
    this.fill(state);
    this.pixelCols = state.pixels ?? this.cols;
    this.show(context);
    context.setTransform(box.scale, 0, 0, box.scale, 0, 0);
    this.decorate(context, box, state);
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  /**
   * The inputs of the picture, which is painted anew when one of them changes.
   * @abstract @param {State} _state @returns {unknown[]}
   */
  inputsOf(_state) {
    return [];
  }

  /** Fills `order` and `words`, an RGBA word for each cell. @abstract @param {State} _state */
  paint(_state) {}

  /** Paints the buffer, unless it is up to date. @param {State} state */
  fill(state) {
    const inputs = this.inputsOf(state);
    if (this.painted.length && this.painted.every((part, i) => part === inputs[i])) return;
    this.painted = inputs;
    const { rows, cols } = state.snapshot.layers[0];
    if (this.rows !== rows || this.cols !== cols || !this.order.length) this.resize(rows, cols);
    this.paint(state);
    // The cursor stays on its connection, whose row depends on the order of the units.
    if (this.cursor) this.cursor.row = Array.prototype.indexOf.call(this.order, this.cursor.unit);
    contextOf(this.buffer).putImageData(this.pixels, 0, 0);
  }

  /** @param {number} rows @param {number} cols */
  resize(rows, cols) {
    Object.assign(this, { rows, cols, cursor: null });
    Object.assign(this.buffer, { width: cols, height: rows });
    this.pixels = new ImageData(cols, rows);
    this.words = new Uint32Array(this.pixels.data.buffer);
  }

  /** @param {CanvasRenderingContext2D} context in device pixels */
  show(context) {
    const {
      view,
      rows,
      cols,
      canvas: { width, height },
    } = this;
    /** @type {Part} */
    const seen = [view.x * cols, view.y * rows, view.size * cols, view.size * rows];
    const [hardColumns, hardRows] = [width / seen[2] >= HARD, height / seen[3] >= HARD];
    context.imageSmoothingEnabled = !(hardColumns && hardRows);
    context.imageSmoothingQuality = "medium";
    const [image, part] =
      hardColumns === hardRows
        ? [this.buffer, seen]
        : hardRows
          ? this.stretchRows(seen)
          : this.stretchColumns(seen);
    context.drawImage(image, ...part, 0, 0, width, height);
  }

  /**
   * Stretches the visible rows to the canvas's height, with hard edges, and leaves the columns.
   * @param {Part} seen @returns {[HTMLCanvasElement, Part]} a canvas, and its visible part
   */
  stretchRows([x, y, wide, high]) {
    const {
      cols,
      canvas: { height },
    } = this;
    this.stretch(cols, height, [0, y, cols, high]);
    return [this.stretched, [x, 0, wide, height]];
  }

  /**
   * Stretches the visible columns to the canvas's width, with hard edges, and leaves the rows.
   * @param {Part} seen @returns {[HTMLCanvasElement, Part]}
   */
  stretchColumns([x, y, wide, high]) {
    const {
      rows,
      canvas: { width },
    } = this;
    this.stretch(width, rows, [x, 0, wide, rows]);
    return [this.stretched, [0, y, width, high]];
  }

  /**
   * A canvas smooths both directions or neither, so the direction with hard edges is drawn first.
   * @param {number} width @param {number} height @param {Part} part
   */
  stretch(width, height, part) {
    Object.assign(this.stretched, { width, height });
    const context = contextOf(this.stretched);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.buffer, ...part, 0, 0, width, height);
  }

  /**
   * @param {CanvasRenderingContext2D} context in CSS pixels
   * @param {{width: number, height: number}} box @param {State} state
   */
  decorate(context, box, state) {
    const { theme } = state;
    const wide = box.width / (this.cols * this.view.size);
    const high = box.height / (this.rows * this.view.size);
    if (wide > EDGED) this.edges(context, box, wide, high, theme);
    this.write(context, wide, high, state);
    this.drawBorders(context, box, wide, high, theme);
    this.drawMarks(context, box, wide, high, theme);
    if (!this.cursor) return;
    const [x, y] = this.corner(this.cursor.row, this.cursor.col, wide, high);
    const grow = Math.max(0, 7 - wide) / 2;
    context.lineWidth = 2;
    context.strokeStyle = css(theme.tau);
    context.strokeRect(x - grow, y - grow, wide + 2 * grow, Math.max(high, 1) + 2 * grow);
  }

  /**
   * Draws a line between layers that are side by side.
   * @param {CanvasRenderingContext2D} context @param {{height: number}} box
   * @param {number} wide @param {number} high @param {import("./theme.js").Theme} theme
   */
  drawBorders(context, { height }, wide, high, theme) {
    context.fillStyle = css(theme.ink);
    for (let col = this.pixelCols; col < this.cols; col += this.pixelCols) {
      context.fillRect(this.corner(0, col, wide, high)[0] - 0.75, 0, 1.5, height);
    }
  }

  /**
   * Marks the pixel pointed at, at the top and the bottom of each of its columns.
   * @param {CanvasRenderingContext2D} context @param {{height: number}} box
   * @param {number} wide @param {number} high @param {import("./theme.js").Theme} theme
   */
  drawMarks(context, { height }, wide, high, theme) {
    if (this.marked === null) return;
    context.fillStyle = css(theme.tau, 0.85);
    const half = Math.max(0.75, Math.min(wide / 2, 1.25));
    for (let col = this.marked; col < this.cols; col += this.pixelCols) {
      const middle = this.corner(0, col, wide, high)[0] + wide / 2;
      context.fillRect(middle - half, 0, 2 * half, 7);
      context.fillRect(middle - half, height - 7, 2 * half, 7);
    }
  }

  /**
   * Writes into cells of this size.
   * @param {CanvasRenderingContext2D} _context @param {number} _wide @param {number} _high
   * @param {State} _state
   */
  write(_context, _wide, _high, _state) {}

  /** @param {number} row @param {number} col @param {number} wide @param {number} high of a cell */
  corner(row, col, wide, high) {
    return [(col - this.view.x * this.cols) * wide, (row - this.view.y * this.rows) * high];
  }

  /**
   * @param {CanvasRenderingContext2D} context @param {{width: number, height: number}} box
   * @param {number} wide @param {number} high @param {import("./theme.js").Theme} theme
   */
  edges(context, { width, height }, wide, high, theme) {
    context.strokeStyle = theme.grid;
    context.lineWidth = 1;
    context.beginPath();
    const [left, top] = this.corner(0, 0, wide, high);
    for (let x = left % wide; x < width; x += wide) context.rect(x, 0, 0, height);
    for (let y = top % high; y < height; y += high) context.rect(0, y, width, 0);
    context.stroke();
  }

  /** @param {number} across @param {number} down @param {number} factor */
  zoom(across, down, factor) {
    this.view.zoomAt(across, down, factor, Math.min(1, CLOSEST_COLUMNS / this.cols));
  }

  /**
   * The cell at a place of the window.
   * @param {number} across @param {number} down
   * @returns {?{row: number, col: number, unit: number}}
   */
  cellAt(across, down) {
    if (!this.order.length) return null;
    const [px, py] = this.view.toPicture(across, down);
    /** @param {number} x @param {number} n */
    const within = (x, n) => Math.min(n - 1, Math.max(0, Math.floor(x * n)));
    const row = within(py, this.rows);
    return { row, col: within(px, this.cols), unit: this.order[row] };
  }

  /**
   * Moves the cursor by cells, starting from the middle of what is seen.
   * @param {number} rows @param {number} cols
   */
  step(rows, cols) {
    const from = this.cursor ?? this.cellAt(0.5, 0.5);
    if (!from) return;
    const row = Math.min(this.rows - 1, Math.max(0, from.row + rows));
    const col = Math.min(this.cols - 1, Math.max(0, from.col + cols));
    this.cursor = { row, col, unit: this.order[row] };
    this.view.reveal(col / this.cols, row / this.rows, 1 / this.cols, 1 / this.rows);
  }

  /** The pixel of the cursor's cell. @returns {?number} */
  get pointed() {
    return this.cursor && this.cursor.col % this.pixelCols;
  }

  /** @returns {[number, number]} the first and the last column in sight */
  columnsSeen() {
    const first = Math.floor(this.view.x * this.cols + 1e-6);
    const last = Math.ceil((this.view.x + this.view.size) * this.cols - 1e-6) - 1;
    return [first, Math.min(this.cols - 1, last)];
  }
}
