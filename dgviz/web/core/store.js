/** The newest state of a run, as the server's messages give it. */
import { read } from "./messages.js";

/** The phases of a run that has ended; it may be resumed. */
export const ENDED = ["finished", "stopped", "failed", "interrupted"];

/**
 * @typedef {import("./safetensors.js").Tensor} Tensor
 *
 * @typedef {Object} Status the newest status message
 * @property {"status"} [type]
 * @property {string} phase "running", "finished", …; "lost" when the run is refused
 * @property {string} [method] its title; "" for DynamicGate @property {string} [preset] @property {number} [seed]
 * @property {boolean} [is_baseline] whether it is a dense baseline
 * @property {string} [dataset] @property {string} [title] of the data set
 * @property {number} [step] @property {number} [epoch] @property {number} [epochs] of the whole run
 * @property {number} [rounds] that share the epochs evenly
 * @property {[?number, number]} [teacher] its finished epochs and their number, while it is trained; null
 *   while another process trains it
 * @property {?number} [place] in the queue
 * @property {?string} [reason] a sentence on how it ended @property {?string} [warning]
 * @property {number} [seconds_per_epoch] @property {number} [seconds_left]
 * @property {Array<{knob: string, to: number, step: number, epoch: ?number}>} [planned] changes of
 *   knobs that a resumed run has yet to repeat
 *
 * @typedef {Object} Entry of the log
 * @property {string} kind "metrics", "knob", "event", "routing", or one that this version does not know
 * @property {number} step @property {number} epoch
 *
 * @typedef {Entry & Object<string, any>} Metrics the figures of a snapshot
 *
 * @typedef {Entry & {kind: "knob", knob: string, called: string, from: number, to: number}} KnobMove
 *   `called` is what the screen calls the knob: "β", "target ratio"
 * @typedef {Object} Series of events, of which a few are kept: `collapseSeries`
 * @property {number} [times] number of events @property {number} [until] epoch of the last one
 * @property {number} [number] its place in the series, from 1
 * @typedef {Entry & Series & {kind: "event", name: string, text: string}} MethodEvent a change that
 *   the method made to the network
 * @typedef {KnobMove | MethodEvent} Mark
 * @typedef {Entry & {shares: number[]}} RoutingEntry mean share of each route at an evaluation
 *
 * @typedef {Object} Facts of the data set
 * @property {number[]} image_shape channels, height, width
 * @property {string[]} classes their names
 * @property {Uint8Array} alwaysZero by input, 1 if it is 0 in every training image
 * @property {?Uint8Array[]} classMeans by class, the mean image, 0..255
 *
 * @typedef {Object} Weights
 * @property {{step: number}} meta
 * @property {Tensor[]} layers by layer, input side first
 * @property {Tensor[]} biases by layer; none in recordings of early versions
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
    /** @type {RoutingEntry[]} log entries of kind "routing", in order */
    this.routing = [];
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
   * @param {any} message parsed, of type "status", "log" or "error"
   * @returns {string} its type
   */
  takeText(message) {
    if (message.type === "status") {
      // A problem belongs to the phase in which it occurred.
      if (this.status?.phase !== message.phase) this.problem = "";
      this.status = message;
    } else if (message.type === "error") this.problem = String(message.message ?? "");
    else if (message.type === "log") this.takeLog(message);
    return message.type;
  }

  /**
   * Replaces the entries from `start` on: a resumed run repeats what it did after its checkpoint.
   * @param {{start: number, entries: Entry[]}} log
   */
  takeLog({ start, entries }) {
    const dropped = this.entries.splice(start);
    this.entries.push(...entries);
    if (dropped.length) [this.metrics, this.marks, this.routing] = [[], [], []];
    const fresh = dropped.length ? this.entries : entries;
    for (const entry of fresh) {
      if (entry.kind === "metrics") this.metrics.push(entry);
      else if (entry.kind === "routing") this.routing.push(/** @type {RoutingEntry} */ (entry));
      else if (["knob", "event"].includes(entry.kind)) this.marks.push(/** @type {Mark} */ (entry));
    }
  }

  /** @param {ArrayBuffer} buffer @returns {string} the channel @throws {Error} one sentence */
  takeBlob(buffer) {
    const { channel, content } = read(buffer);
    Object.assign(this, { [channel]: content });
    return channel;
  }

  /**
   * State of the run at a recorded snapshot.
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
      routing: this.routing.filter(isUpToThen),
      gates,
      weights,
    });
  }
}

/**
 * Step of the weights, or null if it is that of the gates. Weights are recorded, and sent by a run
 * in training, less often than gates. @param {Store} store @returns {?number}
 */
export function olderWeightsStep({ gates, weights }) {
  if (!gates || !weights || gates.meta.step === weights.meta.step) return null;
  return weights.meta.step;
}

/** The store of a card that has no run. */
export const EMPTY_STORE = Object.freeze(new Store());
