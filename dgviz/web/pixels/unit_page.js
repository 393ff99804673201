/** One page of hidden units as small receptive fields, drawn on one canvas. */
import { css } from "../core/colours.js";
import { contextOf, el, fitCanvas } from "../kit/dom.js";
import { endOf, fieldOf, paintField } from "./receptive_fields.js";

const THUMB_PX = 56;
const GAP_PX = 12;
const LABEL_PX = 17;
const MOST_ON_PAGE = 64;
const MOST_ROWS = 8;

/**
 * @typedef {Object} State
 * @property {import("./network.js").Net} net
 * @property {number[]} order units, as they are laid out
 * @property {Array<{unit: number, inputs: number, outputs: number, alive: boolean}>} census
 * @property {import("../core/pixels.js").Shape} shape
 * @property {?number} end the shared end of the scale; null for each unit's own
 * @property {?number} pinned a unit
 * @property {Theme} theme
 *
 * @typedef {import("../kit/theme.js").Theme} Theme
 */

export class UnitPage {
  /** @type {?number} the place in the order that is pointed at */
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
    /** a place in the order that the page shows, whatever its width */
    this.shown = 0;
    // Of a thumbnail, in CSS pixels; then how many of them there are side by side and on a page.
    this.wide = 0;
    this.high = 0;
    this.cols = 1;
    this.rows = 1;
    this.perPage = 1;
    // The distance between two of them, and how many pages there are.
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

  /** As many on a page as there is room for; of an image of any size. @param {State} state */
  layOut({ shape, order }) {
    const { clientWidth: room } = this.stage;
    const dots = window.devicePixelRatio || 1;
    const longest = Math.max(shape.width, shape.height);
    // Whole device pixels to a cell, so that all cells are of one size.
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

  /** A thumb's left and top, on whole device pixels. @param {number} place */
  cornerOf(place) {
    const dots = window.devicePixelRatio || 1;
    const [col, row] = this.cellOf(place);
    const x = col * this.pitch + (this.pitch - this.wide) / 2;
    return [Math.round(x * dots) / dots, Math.round((row * this.rowPitch + 3) * dots) / dots];
  }

  /** @param {State} state @param {number} last the place after the page's last */
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
    const words = new Uint32Array(picture.data.buffer);
    for (let place = this.first; place < last; place++) {
      const [col, row] = this.cellOf(place);
      const field = fieldOf(net, order[place], shape);
      paintField(
        words,
        across,
        row * shape.height * across + col * shape.width,
        field,
        shape.width,
        end ?? endOf(field),
        theme,
        census[order[place]].alive,
      );
    }
    contextOf(buffer).putImageData(picture, 0, 0);
    const context = this.fit(canvas);
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
   * Its number and how many inputs it keeps; across a dead one what it lacks.
   * @param {CanvasRenderingContext2D} context @param {Theme} theme
   * @param {State["census"][number]} unit @param {number} x @param {number} y
   */
  drawLabel(context, theme, { unit, inputs, outputs, alive }, x, y) {
    const below = y + this.high + 13;
    context.textAlign = "left";
    context.fillStyle = css(alive ? theme.ink : theme.muted);
    context.fillText(String(unit), x, below);
    context.textAlign = "right";
    context.fillStyle = css(theme.muted);
    context.fillText(alive ? `${inputs} in` : "dead", x + this.wide, below);
    if (alive) return;
    const lacks = [inputs ? "" : "no input", outputs ? "" : "no output"].filter(Boolean);
    context.textAlign = "center";
    // An empty field leaves the middle free; a band at the foot covers little of a full one.
    const top = inputs ? y + this.high - 16 : y + this.high / 2 - 8 * lacks.length;
    context.fillStyle = css(theme.ground, 0.85);
    context.fillRect(x, top, this.wide, 16 * lacks.length);
    context.fillStyle = css(theme.muted);
    lacks.forEach((words, i) => context.fillText(words, x + this.wide / 2, top + 12 + 16 * i));
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

  /** @param {HTMLCanvasElement} canvas */
  fit(canvas) {
    const { width, height, scale } = fitCanvas(canvas);
    const context = contextOf(canvas);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  /** Marks the place that is pointed at. @param {?number} place @returns {boolean} if it is new */
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
    const context = this.fit(this.marks);
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

  /** Column and row of a place on this page. @param {number} place @returns {[number, number]} */
  cellOf(place) {
    const at = place - this.first;
    return [at % this.cols, Math.floor(at / this.cols)];
  }
}
