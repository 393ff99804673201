/** One page of hidden units as small receptive fields, drawn on one canvas. */
import { css } from "../core/colours.js";
import { el, fitCanvas } from "../kit/dom.js";
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
 * @property {import("../kit/theme.js").Theme} theme
 */

export class UnitPage {
  constructor() {
    this.canvas = el("canvas");
    this.marks = el("canvas");
    this.buffer = document.createElement("canvas");
    this.stage = el("div", { class: "gallery", role: "img", tabindex: "0" }, this.canvas,
      this.marks);
    /** @type {?State} */
    this.state = null;
    /** a place in the order that the page shows, whatever its width */
    this.shown = 0;
    /** @type {?number} the place in the order that is pointed at */
    this.pointed = null;
    // Of a thumbnail, in CSS pixels; then how many of them there are side by side and on a page.
    this.wide = 0;
    this.high = 0;
    this.cols = 1;
    this.rows = 1;
    this.perPage = 1;
  }

  get page() {
    return Math.floor(this.shown / this.perPage);
  }

  get first() {
    return this.page * this.perPage;
  }

  pinnedPlace() {
    const place = this.state.order.indexOf(this.state.pinned);
    return place === -1 ? null : place;
  }

  /** As many on a page as there is room for; of an image of any size. */
  layOut() {
    const { shape, order } = this.state;
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

  /** A thumb's left and top, on whole device pixels. */
  cornerOf(place) {
    const dots = window.devicePixelRatio || 1;
    const [col, row] = this.cellOf(place);
    const x = col * this.pitch + (this.pitch - this.wide) / 2;
    return [Math.round(x * dots) / dots, Math.round((row * this.rowPitch + 3) * dots) / dots];
  }

  drawFields(last) {
    const { net, order, census, shape, end, theme } = this.state;
    const { buffer, canvas, cols, rows } = this;
    const [across, down] = [cols * shape.width, rows * shape.height];
    if (this.picture?.width !== across || this.picture.height !== down) {
      Object.assign(buffer, { width: across, height: down });
      this.picture = new ImageData(across, down);
    }
    const words = new Uint32Array(this.picture.data.buffer);
    for (let place = this.first; place < last; place++) {
      const [col, row] = this.cellOf(place);
      const field = fieldOf(net, order[place], shape);
      paintField(words, across, row * shape.height * across + col * shape.width, field, shape.width,
        end ?? endOf(field), theme, census[order[place]].alive);
    }
    buffer.getContext("2d").putImageData(this.picture, 0, 0);
    const context = this.fit(canvas);
    context.imageSmoothingEnabled = false;
    context.font = `11px ${theme.font}`;
    for (let place = this.first; place < last; place++) {
      const [col, row] = this.cellOf(place);
      const [x, y] = this.cornerOf(place);
      context.drawImage(buffer, col * shape.width, row * shape.height, shape.width, shape.height,
        x, y, this.wide, this.high);
      context.strokeStyle = theme.grid;
      context.strokeRect(x - 0.5, y - 0.5, this.wide + 1, this.high + 1);
      this.drawLabel(context, census[order[place]], x, y);
    }
  }

  /** Its number and how many inputs it keeps; across a dead one what it lacks. */
  drawLabel(context, { unit, inputs, outputs, alive }, x, y) {
    const { theme } = this.state;
    const below = y + this.high + 13;
    context.textAlign = "left";
    context.fillStyle = css(alive ? theme.ink : theme.muted);
    context.fillText(String(unit), x, below);
    context.textAlign = "right";
    context.fillStyle = css(theme.muted);
    context.fillText(alive ? `${inputs} in` : "dead", x + this.wide, below);
    if (alive) return;
    const lacks = [!inputs && "no input", !outputs && "no output"].filter(Boolean);
    context.textAlign = "center";
    // An empty field leaves the middle free; a band at the foot covers little of a full one.
    const top = inputs ? y + this.high - 16 : y + this.high / 2 - 8 * lacks.length;
    context.fillStyle = css(theme.ground, 0.85);
    context.fillRect(x, top, this.wide, 16 * lacks.length);
    context.fillStyle = css(theme.muted);
    lacks.forEach((words, i) => context.fillText(words, x + this.wide / 2, top + 12 + 16 * i));
  }

  outline(context, place, colour, width) {
    if (place < this.first || place >= this.first + this.perPage) return;
    const [x, y] = this.cornerOf(place);
    context.lineWidth = width;
    context.strokeStyle = css(colour);
    context.strokeRect(x - 2, y - 2, this.wide + 4, this.high + 4);
  }

  fit(canvas) {
    const { width, height, scale } = fitCanvas(canvas);
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  drawMarks() {
    if (!this.state || !this.cols) return;
    const { theme } = this.state;
    const context = this.fit(this.marks);
    const pinned = this.pinnedPlace();
    if (pinned !== null) this.outline(context, pinned, theme.ink, 2.5);
    if (this.pointed !== null) this.outline(context, this.pointed, theme.tau, 2);
  }

  placeAt({ clientX, clientY }) {
    if (!this.state || !this.cols) return null;
    const box = this.stage.getBoundingClientRect();
    const col = Math.floor((clientX - box.left) / this.pitch);
    const row = Math.floor((clientY - box.top) / this.rowPitch);
    const place = this.first + row * this.cols + col;
    const inside = col >= 0 && col < this.cols && row >= 0 && row < this.rows;
    return inside && place < this.state.order.length ? place : null;
  }

  /** Column and row of a place on this page. */
  cellOf(place) {
    const at = place - this.first;
    return [at % this.cols, Math.floor(at / this.cols)];
  }
}
