/** The picture of a network's gates: the mask, the gate probabilities, or the weights. */

import { css, inkOn, unpack } from "../core/colours.js";
import { signed } from "../core/format.js";
import {
  paintMask,
  paintScores,
  paintWeights,
  weightPalette,
  weightScale,
} from "../core/gate_drawing.js";
import { masksAt, orderUnits } from "../core/gates.js";
import { CellPicture } from "../kit/cell_picture.js";

/** The least width and height of a cell with its value written in it, in CSS pixels. */
const WRITTEN = [38, 14];

/**
 * @typedef {import("../kit/cell_picture.js").CellState & Weighted} State
 * @typedef {{weights: import("../core/safetensors.js").Tensor|undefined}} Weighted of the first
 *   layer
 *
 * @typedef {"gate"|"mask"|"weight"} Mode
 * @typedef {import("../kit/theme.js").Theme} Theme
 */

/** @extends {CellPicture<State>} */
export class GatePicture extends CellPicture {
  constructor() {
    super();
    /** @type {Mode} */
    this.mode = "mask";
    this.scale = 0.1;
    /** @type {?Uint16Array} the weights that the scale was made for */
    this.scaled = null;
    /** @type {Uint32Array} */
    this.palette = new Uint32Array();
    this.paletteKey = "";
  }

  /** @param {State} state */
  inputsOf({ snapshot, weights, tau, theme }) {
    const { mode, by } = this;
    return [
      snapshot,
      mode === "weight" ? weights : null,
      masksAt(snapshot, tau)[0],
      theme.id,
      mode,
      by,
    ];
  }

  /** @param {State} state */
  paint({ snapshot, weights, tau, theme }) {
    const { scores, cols } = snapshot.layers[0];
    const [mask] = masksAt(snapshot, tau);
    this.order = orderUnits(snapshot, tau, this.by);
    if (this.mode === "weight") {
      if (weights?.raw.length !== mask.length) this.words.fill(0);
      else {
        const halves = /** @type {Uint16Array} */ (weights.raw);
        paintWeights(this.words, halves, mask, this.weightPalette(halves, theme), this.order, cols);
      }
    } else if (this.mode === "gate" && scores) {
      paintScores(this.words, scores, mask, theme, this.order, cols);
    } else paintMask(this.words, mask, theme, this.order, cols);
  }

  /** @param {Uint16Array} halves @param {Theme} theme */
  weightPalette(halves, theme) {
    if (this.scaled !== halves) this.scale = weightScale(halves);
    this.scaled = halves;
    const key = `${this.scale} ${theme.id}`;
    if (this.paletteKey !== key) this.palette = weightPalette(theme, this.scale);
    this.paletteKey = key;
    return this.palette;
  }

  /**
   * @param {CanvasRenderingContext2D} context @param {number} wide @param {number} high
   * @param {State} state
   */
  write(context, wide, high, { snapshot, weights, tau, theme }) {
    if (wide <= WRITTEN[0] || high <= WRITTEN[1]) return;
    const { scores } = snapshot.layers[0];
    const [mask] = masksAt(snapshot, tau);
    /** @param {number} at */
    const valueText = (at) =>
      this.mode === "weight" && weights
        ? signed(weights.data[at])
        : scores
          ? (scores[at] / 200).toFixed(2)
          : "";
    context.font = `11px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const firstRow = Math.floor(this.view.y * this.rows);
    const firstCol = Math.floor(this.view.x * this.cols);
    for (let row = firstRow; row < firstRow + this.rows * this.view.size + 1; row++) {
      for (let col = firstCol; col < firstCol + this.cols * this.view.size + 1; col++) {
        if (row >= this.rows || col >= this.cols) continue;
        const [x, y] = this.corner(row, col, wide, high);
        const ground = unpack(this.words[row * this.cols + col]) ?? theme.card;
        const at = this.order[row] * this.cols + col;
        context.globalAlpha = mask[at] ? 1 : 0.5;
        context.fillStyle = css(inkOn(ground));
        context.fillText(valueText(at), x + wide / 2, y + high / 2);
      }
    }
    context.globalAlpha = 1;
  }
}
