/** One page of hidden units as small receptive fields, drawn on a canvas. */
import { css } from "../core/colours.js";
import { cleared, contextOf, el } from "../kit/dom.js";
import { endOf, fieldOf, paintField } from "./receptive_fields.js";

const THUMB_PX = 56;
const GAP_PX = 12;
const LABEL_PX = 17;
const MOST_ON_PAGE = 64;
const MOST_ROWS = 8;

/**
 * @typedef {Object} State
 * @property {import("./network.js").Net} net
 * @property {number[]} order the units in the order shown
 * @property {Array<{unit: number, inputs: number, outputs: number, inUse: boolean}>} census
 * @property {import("../core/pixels.js").Shape} shape
 * @property {?number} end the end of the shared scale; null for a scale for each unit
 * @property {?number} pinned a unit
 * @property {Theme} theme
 *
 * @typedef {import("../kit/theme.js").Theme} Theme
 */

export class UnitPage {
  /** @type {?number} the place pointed at; a place is an index of `order` */
  pointed = null;

  constructor() {
    this.canvas = el("canvas");
    this.marks = el("canvas");
    this.buffer = document.createElement("canvas");
    this.stage = el(
      "div",
      { class: "gallery", role: "img", tabindex: "0" },
      this.canvas,
      this.marks,
    );
    /** @type {?State} */
    this.state = null;
    /** a place that the page must show at every width */
    this.shown = 0;
    // The size of a thumbnail in CSS pixels, then the layout of a page.
    this.wide = 0;
    this.high = 0;
    this.cols = 1;
    this.rows = 1;
    this.perPage = 1;
    // The distances between the left and the top edges of two thumbnails.
    this.pitch = 1;
    this.rowPitch = 1;
    this.pages = 1;
    /** @type {?ImageData} */
    this.picture = null;
  }

  get page() {
    return Math.floor(this.shown / this.perPage);
  }

  get first() {
    return this.page * this.perPage;
  }

  /** @param {State} state @returns {?number} */
  pinnedPlace({ order, pinned }) {
    const place = pinned === null ? -1 : order.indexOf(pinned);
    return place === -1 ? null : place;
  }

  /** Compute the layout from the width of the stage. @param {State} state */
  layOut({ shape, order }) {
    const { clientWidth: room } = this.stage;
    const dots = window.devicePixelRatio || 1;
    const longest = Math.max(shape.width, shape.height);
    // A whole number of device pixels for each cell, so that all cells have one size.
    const cell = Math.max(1, Math.round((THUMB_PX * dots) / longest)) / dots;
    [this.wide, this.high] = [cell * shape.width, cell * shape.height];
    this.cols = Math.max(1, Math.floor((room + GAP_PX) / (this.wide + GAP_PX)));
    const needed = Math.ceil(Math.min(MOST_ON_PAGE, order.length) / this.cols);
    this.rows = Math.min(MOST_ROWS, needed);
    this.perPage = this.cols * this.rows;
    this.pitch = room / this.cols;
    this.rowPitch = this.high + LABEL_PX + GAP_PX;
    this.pages = Math.ceil(order.length / this.perPage);
    this.shown = Math.min(order.length - 1, this.shown);
    this.stage.style.height = `${this.rows * this.rowPitch}px`;
  }

  /** Left and top of a thumbnail, on whole device pixels. @param {number} place */
  cornerOf(place) {
    const dots = window.devicePixelRatio || 1;
    const [col, row] = this.cellOf(place);
    const x = col * this.pitch + (this.pitch - this.wide) / 2;
    return [Math.round(x * dots) / dots, Math.round((row * this.rowPitch + 3) * dots) / dots];
  }

  /** @param {State} state @param {number} last the last place of the page, exclusive */
  drawFields(state, last) {
    const { net, order, census, shape, end, theme } = state;
    const { buffer, canvas, cols, rows } = this;
    const [across, down] = [cols * shape.width, rows * shape.height];
    let { picture } = this;
    if (picture?.width !== across || picture.height !== down) {
      Object.assign(buffer, { width: across, height: down });
      picture = new ImageData(across, down);
      this.picture = picture;
    }
    const packed = new Uint32Array(picture.data.buffer);
    for (let place = this.first; place < last; place++) {
      const [col, row] = this.cellOf(place);
      const field = fieldOf(net, order[place], shape);
      paintField(
        packed,
        across,
        row * shape.height * across + col * shape.width,
        field,
        shape.width,
        end ?? endOf(field),
        theme,
        census[order[place]].inUse,
      );
    }
    contextOf(buffer).putImageData(picture, 0, 0);
    const { context } = cleared(canvas);
    context.imageSmoothingEnabled = false;
    context.font = `11px ${theme.font}`;
    for (let place = this.first; place < last; place++) {
      const [col, row] = this.cellOf(place);
      const [x, y] = this.cornerOf(place);
      context.drawImage(
        buffer,
        col * shape.width,
        row * shape.height,
        shape.width,
        shape.height,
        x,
        y,
        this.wide,
        this.high,
      );
      context.strokeStyle = theme.grid;
      context.strokeRect(x - 0.5, y - 0.5, this.wide + 1, this.high + 1);
      this.drawLabel(context, theme, census[order[place]], x, y);
    }
  }

  /**
   * Write the unit's number and its number of inputs. On a dead unit, write what it lacks.
   * @param {CanvasRenderingContext2D} context @param {Theme} theme
   * @param {State["census"][number]} unit @param {number} x @param {number} y
   */
  drawLabel(context, theme, { unit, inputs, outputs, inUse }, x, y) {
    const below = y + this.high + 13;
    context.textAlign = "left";
    context.fillStyle = css(inUse ? theme.ink : theme.muted);
    context.fillText(String(unit), x, below);
    context.textAlign = "right";
    context.fillStyle = css(theme.muted);
    context.fillText(inUse ? `${inputs} in` : "dead", x + this.wide, below);
    if (inUse) return;
    const lacks = [inputs ? "" : "no input", outputs ? "" : "no output"].filter(Boolean);
    context.textAlign = "center";
    // At the bottom the text covers little of the weights; an empty field has it in the middle.
    const top = inputs ? y + this.high - 16 : y + this.high / 2 - 8 * lacks.length;
    context.fillStyle = css(theme.ground, 0.85);
    context.fillRect(x, top, this.wide, 16 * lacks.length);
    context.fillStyle = css(theme.muted);
    lacks.forEach((text, i) => context.fillText(text, x + this.wide / 2, top + 12 + 16 * i));
  }

  /**
   * @param {CanvasRenderingContext2D} context @param {number} place
   * @param {import("../core/colours.js").Rgb} colour @param {number} width
   */
  outline(context, place, colour, width) {
    if (place < this.first || place >= this.first + this.perPage) return;
    const [x, y] = this.cornerOf(place);
    context.lineWidth = width;
    context.strokeStyle = css(colour);
    context.strokeRect(x - 2, y - 2, this.wide + 4, this.high + 4);
  }

  /** Mark the place pointed at. @param {?number} place @returns {boolean} whether it has changed */
  markAt(place) {
    if (place === this.pointed) return false;
    this.pointed = place;
    this.drawMarks();
    return true;
  }

  drawMarks() {
    const { state } = this;
    if (!state) return;
    const { theme } = state;
    const { context } = cleared(this.marks);
    const pinned = this.pinnedPlace(state);
    if (pinned !== null) this.outline(context, pinned, theme.ink, 2.5);
    if (this.pointed !== null) this.outline(context, this.pointed, theme.tau, 2);
  }

  /** @param {MouseEvent} event @returns {?number} */
  placeAt({ clientX, clientY }) {
    const { state } = this;
    if (!state) return null;
    const box = this.stage.getBoundingClientRect();
    const col = Math.floor((clientX - box.left) / this.pitch);
    const row = Math.floor((clientY - box.top) / this.rowPitch);
    const place = this.first + row * this.cols + col;
    const inside = col >= 0 && col < this.cols && row >= 0 && row < this.rows;
    return inside && place < state.order.length ? place : null;
  }

  /** @param {number} place on this page @returns {[number, number]} column and row */
  cellOf(place) {
    const at = place - this.first;
    return [at % this.cols, Math.floor(at / this.cols)];
  }
}
