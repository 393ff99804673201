/** The newest of everything that is known of a run, as its messages tell it. */
import { read } from "./messages.js";
import * as preview from "./preview.js";

/** The phases after which nothing more comes of a run, unless it is resumed. */
export const ENDED = ["finished", "stopped", "failed", "interrupted"];

/**
 * @typedef {import("./safetensors.js").Tensor} Tensor
 *
 * @typedef {Object} Status the newest status message
 * @property {"status"} [type]
 * @property {string} phase "running", "finished", …; "lost" when the run is refused
 * @property {string} [method] its title; "" for DynamicGate @property {string} [preset] @property {number} [seed]
 * @property {boolean} [masks] whether the method takes connections away
 * @property {string} [scores] what its number for each connection is called; "" for none
 * @property {boolean} [is_baseline] whether other runs are compared with it
 * @property {string} [dataset] @property {string} [title] of the data set
 * @property {number} [step] @property {number} [epoch] @property {number} [epochs] of the whole run
 * @property {?number} [place] in the queue
 * @property {?string} [reason] a sentence on how it ended @property {?string} [warning]
 * @property {number} [seconds_per_epoch] @property {number} [seconds_left]
 * @property {Array<{knob: string, to: number, step: number, epoch: ?number}>} [planned] moves of
 *   knobs that a resumed run has yet to repeat
 *
 * @typedef {Object} Entry of the log
 * @property {string} kind "metrics", "knob", "event", or one that is not known here
 * @property {number} step @property {number} epoch
 *
 * @typedef {Entry & Object<string, any>} Metrics the figures of a snapshot
 *
 * @typedef {Entry & {kind: "knob", knob: string, from: number, to: number}} KnobMove
 * @typedef {Object} Row of the first and the last of several events, see `collapseSeries`
 * @property {number} [times] how many they are @property {number} [until] epoch of the last one
 * @property {boolean} [ends] whether this is the last one
 * @typedef {Entry & Row & {kind: "event", name: string, text: string}} MethodEvent what the method
 *   did to the network
 * @typedef {KnobMove | MethodEvent} Mark
 *
 * @typedef {Object} Facts of the data set
 * @property {number[]} image_shape channels, height, width
 * @property {string[]} classes their names
 * @property {Uint8Array} alwaysZero by input, 1 where it is 0 in every training image
 * @property {?Uint8Array[]} classMeans by class, the mean image, 0..255
 *
 * @typedef {Object} Weights
 * @property {{step: number}} meta
 * @property {Tensor[]} layers by layer, input side first
 * @property {Tensor[]} biases likewise; none in recordings of early versions
 */

export class Store {
  constructor() {
    /** @type {?Status} */
    this.status = null;
    /** @type {"none"|"connecting"|"open"|"lost"} */
    this.connection = "none";
    /** @type {Entry[]} the log, by index */
    this.entries = [];
    /** @type {Metrics[]} log entries of kind "metrics", in order */
    this.metrics = [];
    /** @type {Mark[]} log entries of the kinds "knob" and "event", in order */
    this.marks = [];
    /** @type {?import("./gates.js").Snapshot} */
    this.gates = null;
    /** @type {?Weights} */
    this.weights = null;
    /** @type {?Facts} */
    this.facts = null;
    /** a sentence, when the server reported one */
    this.problem = "";
  }

  /**
   * @param {any} message as it came, of type "status", "log" or "error"
   * @returns {string} the kind of news that it is
   */
  takeText(message) {
    if (message.type === "status") {
      // Trouble with one phase of the run is no news in the next.
      if (this.status?.phase !== message.phase) this.problem = "";
      this.status = message;
    } else if (message.type === "error") this.problem = String(message.message ?? "");
    else if (message.type === "log") this.takeLog(message);
    return message.type;
  }

  /**
   * The entries from `start` on are these: a resumed run does anew what it had done beyond.
   * @param {{start: number, entries: Entry[]}} log
   */
  takeLog({ start, entries }) {
    const dropped = this.entries.splice(start);
    this.entries.push(...entries);
    if (dropped.length) [this.metrics, this.marks] = [[], []];
    const fresh = dropped.length ? this.entries : entries;
    for (const entry of fresh) {
      if (entry.kind === "metrics") this.metrics.push(entry);
      else if (["knob", "event"].includes(entry.kind)) this.marks.push(/** @type {Mark} */ (entry));
    }
  }

  /** @param {ArrayBuffer} buffer @returns {string} the channel @throws {Error} one sentence */
  takeBlob(buffer) {
    const { channel, content } = read(buffer);
    Object.assign(this, { [channel]: content });
    if (channel === "gates") preview.confirm(content.meta.tau_knob);
    return channel;
  }

  /**
   * The run as it stood at a recorded snapshot.
   * @param {import("./gates.js").Snapshot} gates @param {?Weights} weights
   * @returns {Store}
   */
  at(gates, weights) {
    const { step, epoch } = gates.meta;
    /** @param {Entry} entry */
    const isUpToThen = (entry) => entry.step <= step;
    return Object.assign(new Store(), this, {
      status: { ...this.status, phase: "replayed", step, epoch },
      metrics: this.metrics.filter(isUpToThen),
      marks: this.marks.filter(isUpToThen),
      gates,
      weights,
    });
  }
}

/**
 * The step that the weights are of, where that is not the gates' own: less of them is recorded, and
 * while a run trains they come once a second. @param {Store} store @returns {?number}
 */
export function olderWeightsStep({ gates, weights }) {
  if (!gates || !weights || gates.meta.step === weights.meta.step) return null;
  return weights.meta.step;
}

/** What a card sees while nothing has been started. */
export const EMPTY_STORE = Object.freeze(new Store());
