/** The newest of everything that is known of a run, as its messages tell it. */
import { read } from "./pictures.js";
import * as preview from "./preview.js";

/** The phases after which nothing more comes of a run, unless it is resumed. */
export const ENDED = ["finished", "stopped", "failed", "interrupted"];

/**
 * @typedef {import("./safetensors.js").Tensor} Tensor
 *
 * @typedef {Object} Weights
 * @property {Object} meta
 * @property {Tensor[]} layers by layer, input side first
 * @property {Tensor[]} biases likewise; none in recordings of early versions
 */

export class Store {
  constructor() {
    /** @type {?Object} the newest status message; phase "lost" when the run is refused */
    this.status = null;
    /** @type {"none"|"connecting"|"open"|"lost"} */
    this.connection = "none";
    /** @type {Object[]} the log, by index */
    this.entries = [];
    /** @type {Object[]} log entries of kind "metrics", in order */
    this.metrics = [];
    /** @type {Object[]} log entries of kind "knob", in order */
    this.marks = [];
    /** @type {?import("./gates.js").Frame} */
    this.gates = null;
    /** @type {?Weights} */
    this.weights = null;
    /** @type {?Object} metadata of the data set, with alwaysZero: Uint8Array */
    this.facts = null;
    /** a sentence, when the server reported one */
    this.problem = "";
  }

  /** @param {Object} message @returns {string} the kind of news that it is */
  takeText(message) {
    if (message.type === "status") {
      // Trouble with one phase of the run is no news in the next.
      if (this.status?.phase !== message.phase) this.problem = "";
      this.status = message;
    } else if (message.type === "error") this.problem = String(message.message ?? "");
    else if (message.type === "log") this.takeLog(message);
    return message.type;
  }

  /** The entries from `start` on are these: a resumed run does anew what it had done beyond. */
  takeLog({ start, entries }) {
    const dropped = this.entries.splice(start);
    this.entries.push(...entries);
    if (dropped.length) [this.metrics, this.marks] = [[], []];
    const fresh = dropped.length ? this.entries : entries;
    for (const entry of fresh) (entry.kind === "knob" ? this.marks : this.metrics).push(entry);
  }

  /** @param {ArrayBuffer} buffer @returns {string} the channel @throws {Error} one sentence */
  takeBlob(buffer) {
    const { channel, picture } = read(buffer);
    this[channel] = picture;
    if (channel === "gates") preview.adopted(picture.meta.tau_knob);
    return channel;
  }

  /**
   * The run as it stood at a recorded moment.
   * @param {import("./gates.js").Frame} gates @param {?Weights} weights
   * @returns {Store}
   */
  at(gates, weights) {
    const { step, epoch } = gates.meta;
    const upToThen = (entries) => entries.filter((entry) => entry.step <= step);
    return Object.assign(new Store(), this, {
      status: { ...this.status, phase: "replayed", step, epoch },
      metrics: upToThen(this.metrics),
      marks: upToThen(this.marks),
      gates,
      weights,
    });
  }
}

/**
 * The step that the weights are of, where that is not the gates' own: less of them is recorded, and
 * while a run trains they come once a second. @param {Store} store @returns {?number}
 */
export function agedWeights({ gates, weights }) {
  if (!gates || !weights || gates.meta.step === weights.meta.step) return null;
  return weights.meta.step;
}

/** What a card sees while nothing has been started. */
export const NOTHING = Object.freeze(new Store());
