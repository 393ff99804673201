/** The gallery of hidden units: its pages, pointing at a unit and choosing one. */

import { count } from "../core/format.js";
import { el, isShortcut, onPress, setAttribute, setEnabled, setText } from "../kit/dom.js";
import { UnitPage } from "./unit_page.js";

/**
 * @typedef {Object} Handlers
 * @property {(unit: ?number) => void} onHover @property {(unit: number) => void} onChoose
 * @property {() => void} onEscape
 */

export class UnitGallery extends UnitPage {
  /** @param {Handlers} handlers */
  constructor(handlers) {
    super();
    this.before = el("button", { type: "button", class: "plain" }, "‹ previous");
    this.after = el("button", { type: "button", class: "plain" }, "next ›");
    this.range = el("span", { class: "sub" });
    this.pager = el("div", { class: "pager" }, this.before, this.range, this.after);
    this.onHover = handlers.onHover;
    this.listen(handlers);
  }

  /** @param {Handlers} handlers */
  listen({ onChoose, onEscape }) {
    const { stage } = this;
    stage.addEventListener("pointermove", (event) => this.point(this.placeAt(event)));
    stage.addEventListener("pointerleave", () => this.point(null));
    stage.addEventListener("blur", () => this.point(null));
    stage.addEventListener("click", (event) => {
      const place = this.placeAt(event);
      if (this.state && place !== null) onChoose(this.state.order[place]);
    });
    stage.addEventListener("keydown", (event) => {
      const { state } = this;
      if (!state || isShortcut(event)) return;
      const from = this.pointed ?? this.pinnedPlace(state) ?? this.first;
      const step =
        new Map([
          ["ArrowLeft", -1],
          ["ArrowRight", 1],
          ["ArrowUp", -this.cols],
          ["ArrowDown", this.cols],
          ["PageUp", -this.perPage],
          ["PageDown", this.perPage],
        ]).get(event.key) ?? 0;
      // The first arrow key only shows the position.
      const isFirst = this.pointed === null && Math.abs(step) < this.perPage;
      if (step) this.goTo(isFirst ? from : from + step, state.order.length);
      else if (event.key === "Enter" || event.key === " ") onChoose(state.order[from]);
      else if (event.key === "Escape") onEscape();
      else return;
      event.preventDefault();
    });
    onPress(this.before, () => this.turn(this.page - 1));
    onPress(this.after, () => this.turn(this.page + 1));
  }

  /**
   * Point at a place in the order, and turn to its page.
   * @param {number} place @param {number} of number of units
   */
  goTo(place, of) {
    const at = Math.min(of - 1, Math.max(0, place));
    const page = Math.floor(at / this.perPage);
    if (page !== this.page) this.turn(page);
    this.point(at);
  }

  /** @param {?number} place */
  point(place) {
    if (this.markAt(place))
      this.onHover(place === null ? null : (this.state?.order[place] ?? null));
  }

  /** @param {number} page */
  turn(page) {
    this.shown = page * this.perPage;
    this.pointed = null;
    this.draw(this.state);
  }

  /** Turn to the page of a unit, without drawing it. @param {number} unit */
  reveal(unit) {
    const place = this.state?.order.indexOf(unit) ?? -1;
    if (place !== -1) this.shown = place;
  }

  /** @param {?import("./unit_page.js").State} state null if there is nothing to draw */
  draw(state) {
    this.state = state;
    this.stage.hidden = this.pager.hidden = !state;
    if (!state || !this.stage.clientWidth) return;
    this.layOut(state);
    const last = Math.min(state.order.length, this.first + this.perPage);
    const all = state.order.length;
    setText(this.range, `${count(this.first + 1)} – ${count(last)} of ${count(all)} units`);
    setEnabled(this.before, this.page > 0);
    setEnabled(this.after, this.page < this.pages - 1);
    this.before.hidden = this.after.hidden = this.pages === 1;
    this.drawFields(state, last);
    this.drawMarks();
  }

  /** @returns {[number, number]} the first place on this page and, exclusive, the last */
  placesOnPage() {
    return [this.first, this.first + this.perPage];
  }

  /** @param {string} label for screen readers */
  describe(label) {
    setAttribute(this.stage, "aria-label", label);
  }
}
