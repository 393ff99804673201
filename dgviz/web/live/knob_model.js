/** The state of a knob in the browser, shared by its rows in the sidebar and in the dock. */
import * as preview from "../core/preview.js";
import { isOver } from "./commands.js";

/** The time for Python to confirm a value, after which Python's own value is shown again. */
const CONFIRM_MS = 3000;
/** @type {Map<string, KnobModel>} */
const models = new Map();

/**
 * @typedef {Object} Knob
 * @property {string} name
 * @property {string} symbol "" for most knobs
 * @property {string} label @property {string} help
 * @property {number[]} stops ascending
 * @property {Object<string, string>} [labels] names of some stops, by value
 * @property {number} value
 * @property {number} default the value in the preset: that of the run that the knob acts on, or else
 *   that of the next run
 * @property {string} origin the preset and method of the next run; others replace typed text
 * @property {?number} begun the value at the start of the run; null if it does not read the knob
 * @property {string} remark that the shown run has another value; "" if it does not
 * @property {boolean} whole whether only whole numbers are accepted
 * @property {number} min @property {number} max
 * @property {string} accepted a description of the values: "a number from 0 to 1"
 * @property {boolean} [preview] whether the pictures preview a value while the knob is dragged
 * @property {string} [warn]
 */

/** @type {Knob} */
const NO_KNOB = {
  name: "",
  symbol: "",
  label: "",
  help: "",
  stops: [],
  value: NaN,
  default: NaN,
  origin: "",
  begun: null,
  remark: "",
  whole: false,
  min: NaN,
  max: NaN,
  accepted: "",
};

/** What a sentence calls a knob. @param {Knob} knob @returns {string} */
export const calledOf = ({ symbol, label }) => symbol || label;

export class KnobModel {
  constructor() {
    /** @type {Knob} the newest from Python; rows show nothing before it */
    this.knob = NO_KNOB;
    this.value = NaN;
    this.touched = false;
    /** @type {?string} the run that is shown */
    this.run = null;
    this.phase = "";
    /** whether the value was chosen in this phase of the run */
    this.isChosen = false;
    /** @type {?Knob} from Python, while the knob is touched */
    this.later = null;
    /** @type {?number} the value that Python has not confirmed yet */
    this.sent = null;
    this.confirmTimer = 0;
    /** @type {Set<() => void>} */
    this.rows = new Set();
  }

  /** Takes the knob from Python. @param {Knob} knob */
  receive(knob) {
    if (this.touched) {
      // New stops would move the slider's thumb during a drag.
      this.later = knob;
      return;
    }
    this.knob = knob;
    const isEcho = this.sent !== null && Math.abs(this.sent - knob.value) < 1e-12;
    if (isEcho) this.stopWaiting();
    if (this.sent === null) {
      // The first value is not a choice of the reader.
      if (this.value !== knob.value) this.isChosen = !Number.isNaN(this.value);
      this.value = knob.value;
    }
    this.draw();
  }

  /** Sets the run that is shown. @param {?string} run @param {string} phase */
  setRun(run, phase) {
    const isNew = run !== this.run || phase !== this.phase;
    if (isNew) Object.assign(this, { run, phase, isChosen: false });
    if (isNew || this.isPreviewed) this.drawPictures();
  }

  /**
   * Whether the pictures show the value. A paused run will train with it; an ended one will not, so
   * it shows its own value until the reader chooses another.
   */
  get isPreviewed() {
    return this.touched || this.phase === "paused" || (isOver(this) && this.isChosen);
  }

  /** Sets the value during a drag. @param {number} value */
  drag(value) {
    this.touched = this.isChosen = true;
    this.value = value;
    this.draw();
  }

  /** Sets the value to send to Python. @param {number} value */
  commit(value) {
    this.value = value;
    this.stopWaiting();
    this.sent = value;
    // Python may have answered with another value already, and may not answer again.
    this.confirmTimer = setTimeout(() => {
      this.stopWaiting();
      this.receive(this.later ?? this.knob);
    }, CONFIRM_MS);
    this.touched = this.isChosen = true;
    this.draw();
    this.release();
  }

  stopWaiting() {
    clearTimeout(this.confirmTimer);
    this.sent = null;
  }

  /** Ends a drag. */
  release() {
    if (!this.touched) return;
    this.touched = false;
    const { later } = this;
    this.later = null;
    if (later) this.receive(later);
    else this.draw();
  }

  draw() {
    this.drawPictures();
    for (const drawRow of this.rows) drawRow();
  }

  drawPictures() {
    if (!this.knob.preview) return;
    preview.touch(this.touched);
    if (this.isPreviewed) preview.set(this.value);
    else if (preview.get() === this.value && !isOver(this)) preview.release();
    else preview.set(null);
  }

  /** @param {() => void} drawRow @returns {() => void} removes the row */
  addRow(drawRow) {
    this.rows.add(drawRow);
    return () => {
      this.rows.delete(drawRow);
      if (this.rows.size) return;
      this.stopWaiting();
      if (!this.knob.preview) return;
      preview.touch(false);
      preview.set(null);
    };
  }
}

/** The model of a knob. @param {string} name @returns {KnobModel} */
export function knobModel(name) {
  const model = models.get(name) ?? new KnobModel();
  models.set(name, model);
  return model;
}
