/** A knob as the browser holds it: one for all rows that show it, in the sidebar and in the dock. */
import * as preview from "../core/preview.js";

/** How long Python may take to confirm a value before its own counts again. */
const PATIENCE_MS = 3000;
/** @type {Map<string, KnobModel>} */
const models = new Map();

/**
 * @typedef {Object} Knob
 * @property {string} name
 * @property {string} symbol @property {string} label @property {string} help
 * @property {number[]} stops ascending
 * @property {Object<string, string>} [labels] words for some stops, by their value
 * @property {number} value @property {number} default
 * @property {string} preset the one chosen; its value is `default`
 * @property {?number} begun the value with which the run began; null where it does not read the
 *   knob
 * @property {number} min @property {number} max
 * @property {string} accepted the values it takes, in words: "a number from 0 to 1"
 * @property {boolean} [preview] true: the pictures follow while it is dragged
 * @property {string} [warn]
 */

/** @type {Knob} */
const NOT_HEARD = {
  name: "",
  symbol: "",
  label: "",
  help: "",
  stops: [],
  value: NaN,
  default: NaN,
  preset: "",
  begun: null,
  min: NaN,
  max: NaN,
  accepted: "",
};

export class KnobModel {
  constructor() {
    /** @type {Knob} what Python has said, before which no row shows it */
    this.knob = NOT_HEARD;
    this.value = NaN;
    this.touched = false;
    this.resting = false;
    /** @type {?Knob} what Python has said while it was touched */
    this.later = null;
    /** @type {?number} the value that Python has not confirmed yet */
    this.sent = null;
    this.patience = 0;
    /** @type {Set<() => void>} */
    this.rows = new Set();
  }

  /** What Python says of it. @param {Knob} knob */
  hear(knob) {
    if (this.touched) {
      // New stops would move the value away from under the finger.
      this.later = knob;
      return;
    }
    this.knob = knob;
    const isEcho = this.sent !== null && Math.abs(this.sent - knob.value) < 1e-12;
    if (isEcho) this.stopWaiting();
    if (this.sent === null) this.value = knob.value;
    this.tell();
  }

  /**
   * Whether no step is being trained: then what is tried stays on the pictures.
   * @param {boolean} resting
   */
  rest(resting) {
    const changed = this.resting !== resting;
    this.resting = resting;
    if (resting || changed) this.drawPictures();
  }

  /** The value under the finger, which is not meant yet. @param {number} value */
  turn(value) {
    this.touched = true;
    this.value = value;
    this.tell();
  }

  /** The value that is meant. @param {number} value */
  settle(value) {
    this.value = value;
    this.stopWaiting();
    this.sent = value;
    // Python may have answered with another value already, and not speak again.
    this.patience = setTimeout(() => {
      this.stopWaiting();
      this.hear(this.later ?? this.knob);
    }, PATIENCE_MS);
    this.touched = true;
    this.tell();
    this.letGo();
  }

  stopWaiting() {
    clearTimeout(this.patience);
    this.sent = null;
  }

  letGo() {
    if (!this.touched) return;
    this.touched = false;
    const { later } = this;
    this.later = null;
    if (later) this.hear(later);
    else this.tell();
  }

  tell() {
    this.drawPictures();
    for (const draw of this.rows) draw();
  }

  drawPictures() {
    if (!this.knob.preview) return;
    preview.touch(this.touched);
    if (this.touched || this.resting) preview.set(this.value);
    else if (preview.get() === this.value) preview.release();
    else preview.set(null);
  }

  /** @param {() => void} draw a row's @returns {() => void} takes the row away */
  show(draw) {
    this.rows.add(draw);
    return () => {
      this.rows.delete(draw);
      if (this.rows.size) return;
      this.stopWaiting();
      if (!this.knob.preview) return;
      preview.touch(false);
      preview.set(null);
    };
  }
}

/** @param {string} name @returns {KnobModel} the one of this name */
export function knobModel(name) {
  const model = models.get(name) ?? new KnobModel();
  models.set(name, model);
  return model;
}
