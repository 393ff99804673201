/** The canvas of the gate map: what is drawn, which part of it is seen, and where the cursor is. */
import { css, luminance, unpack } from "./colours.js";
import { el, fitCanvas } from "./dom.js";
import {
  maskPalette, paintBytes, paintWeights, probabilityPalette, weightPalette, weightScale,
} from "./gate_drawing.js";
import { signed } from "./format.js";
import { cutoff, orderUnits } from "./gates.js";
import { Viewport } from "./viewport.js";

/** Cells that must stay in sight at the closest zoom. */
const CLOSEST_COLUMNS = 12;
/** CSS pixels of a cell from which it has an edge, and from which its value is written in it. */
const EDGED = 9;
const WRITTEN = 38;

export class GatePicture {
  constructor() {
    this.canvas = el("canvas");
    this.view = new Viewport();
    this.mode = "mask";
    this.by = "retained";
    /** @type {?{row: number, col: number, unit: number}} */
    this.cursor = null;
    /** @type {?number} the pixel pointed at, here or in the pixel map */
    this.marked = null;
    this.scale = 0.1;
    this.rows = 1;
    this.cols = 1;
    this.buffer = document.createElement("canvas");
  }

  /** @param {{frame, weights: ?import("./safetensors.js").Tensor, tau, theme}} state */
  draw({ frame, weights, tau, theme }) {
    const box = fitCanvas(this.canvas);
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (!frame || !box.width) return;
    this.paint(frame, weights, tau, theme);
    this.show(context);
    context.setTransform(box.scale, 0, 0, box.scale, 0, 0);
    this.decorate(context, box, { frame, weights, tau, theme });
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  /** Into the buffer, unless it holds just this already. */
  paint(frame, weights, tau, theme) {
    const cut = cutoff(tau);
    const { mode, by } = this;
    const wish = [frame, mode === "weight" ? weights : null, cut, theme.id, mode, by];
    if (this.painted?.every((part, i) => part === wish[i])) return;
    this.painted = wish;
    const { bytes, rows, cols } = frame.layers[0];
    if (this.rows !== rows || this.cols !== cols || !this.pixels) this.resize(rows, cols);
    this.order = orderUnits(frame, tau, this.by);
    if (mode !== "weight") {
      const palette = (mode === "mask" ? maskPalette : probabilityPalette)(theme, cut);
      paintBytes(this.words, bytes, palette, this.order, cols);
    } else if (weights?.raw.length === bytes.length) {
      const palette = this.weightPalette(weights.raw, theme);
      paintWeights(this.words, bytes, weights.raw, palette, cut, this.order, cols);
    } else this.words.fill(0);
    this.buffer.getContext("2d").putImageData(this.pixels, 0, 0);
  }

  resize(rows, cols) {
    Object.assign(this, { rows, cols, cursor: null });
    Object.assign(this.buffer, { width: cols, height: rows });
    this.pixels = new ImageData(cols, rows);
    this.words = new Uint32Array(this.pixels.data.buffer);
  }

  weightPalette(halves, theme) {
    if (this.scaled !== halves) this.scale = weightScale(halves);
    this.scaled = halves;
    const key = `${this.scale} ${theme.id}`;
    if (this.paletteKey !== key) this.palette = weightPalette(theme, this.scale);
    this.paletteKey = key;
    return this.palette;
  }

  /** @param {CanvasRenderingContext2D} context in device pixels */
  show(context) {
    const { view, rows, cols, canvas } = this;
    const across = canvas.width / (cols * view.size);
    const down = canvas.height / (rows * view.size);
    context.imageSmoothingEnabled = Math.min(across, down) < 2;
    context.imageSmoothingQuality = "medium";
    context.drawImage(this.buffer, view.x * cols, view.y * rows, view.size * cols,
      view.size * rows, 0, 0, canvas.width, canvas.height);
  }

  decorate(context, box, state) {
    const { theme } = state;
    const wide = box.width / (this.cols * this.view.size);
    const high = box.height / (this.rows * this.view.size);
    if (wide > EDGED) this.edges(context, box, wide, high, theme);
    if (wide > WRITTEN && high > 14) this.values(context, wide, high, state);
    if (this.marked !== null) {
      const [x] = this.corner(0, this.marked, wide, high);
      context.fillStyle = css(theme.tau, 0.85);
      const middle = x + wide / 2;
      const half = Math.max(0.75, Math.min(wide / 2, 1.25));
      context.fillRect(middle - half, 0, 2 * half, 7);
      context.fillRect(middle - half, box.height - 7, 2 * half, 7);
    }
    if (!this.cursor) return;
    const [x, y] = this.corner(this.cursor.row, this.cursor.col, wide, high);
    const grow = Math.max(0, 7 - wide) / 2;
    context.lineWidth = 2;
    context.strokeStyle = css(theme.tau);
    context.strokeRect(x - grow, y - grow, wide + 2 * grow, Math.max(high, 1) + 2 * grow);
  }

  corner(row, col, wide, high) {
    return [(col - this.view.x * this.cols) * wide, (row - this.view.y * this.rows) * high];
  }

  edges(context, { width, height }, wide, high, theme) {
    context.strokeStyle = theme.grid;
    context.lineWidth = 1;
    context.beginPath();
    const [left, top] = this.corner(0, 0, wide, high);
    for (let x = left % wide; x < width; x += wide) context.rect(x, 0, 0, height);
    for (let y = top % high; y < height; y += high) context.rect(0, y, width, 0);
    context.stroke();
  }

  values(context, wide, high, { frame, weights, tau, theme }) {
    const { bytes } = frame.layers[0];
    const words = (at) =>
      this.mode === "weight" && weights ? signed(weights.data[at]) : (bytes[at] / 200).toFixed(2);
    context.font = `11px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const firstRow = Math.floor(this.view.y * this.rows);
    const firstCol = Math.floor(this.view.x * this.cols);
    const cut = cutoff(tau);
    for (let row = firstRow; row < firstRow + this.rows * this.view.size + 1; row++) {
      for (let col = firstCol; col < firstCol + this.cols * this.view.size + 1; col++) {
        if (row >= this.rows || col >= this.cols) continue;
        const [x, y] = this.corner(row, col, wide, high);
        const ground = unpack(this.words[row * this.cols + col]) ?? theme.card;
        const at = this.order[row] * this.cols + col;
        context.globalAlpha = bytes[at] > cut ? 1 : 0.5;
        context.fillStyle = luminance(ground) > 0.48 ? "#15181c" : "#f4f6f8";
        context.fillText(words(at), x + wide / 2, y + high / 2);
      }
    }
    context.globalAlpha = 1;
  }

  zoom(across, down, factor) {
    this.view.zoomAt(across, down, factor, Math.min(1, CLOSEST_COLUMNS / this.cols));
  }

  /** @returns {?{row: number, col: number, unit: number}} the cell at a place of the window */
  cellAt(across, down) {
    if (!this.order) return null;
    const [px, py] = this.view.toPicture(across, down);
    const within = (x, n) => Math.min(n - 1, Math.max(0, Math.floor(x * n)));
    const row = within(py, this.rows);
    return { row, col: within(px, this.cols), unit: this.order[row] };
  }

  /** Moves the cursor by cells, starting from the middle of what is seen. */
  step(rows, cols) {
    const from = this.cursor ?? this.cellAt(0.5, 0.5);
    if (!from) return;
    const row = Math.min(this.rows - 1, Math.max(0, from.row + rows));
    const col = Math.min(this.cols - 1, Math.max(0, from.col + cols));
    this.cursor = { row, col, unit: this.order[row] };
    this.view.reveal(col / this.cols, row / this.rows, 1 / this.cols, 1 / this.rows);
  }

  /** @returns {[number, number]} the first and the last pixel in sight */
  columnsSeen() {
    const first = Math.floor(this.view.x * this.cols + 1e-6);
    const last = Math.ceil((this.view.x + this.view.size) * this.cols - 1e-6) - 1;
    return [first, Math.min(this.cols - 1, last)];
  }
}
