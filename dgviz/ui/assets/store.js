/** The newest of everything that is known of a run, as its messages tell it. */
import { frameFrom } from "./gates.js";
import * as preview from "./preview.js";
import { parse } from "./safetensors.js";

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
    /** @type {?{meta: Object, layers: import("./safetensors.js").Tensor[]}} */
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

  takeLog({ start, entries }) {
    const isNews = start >= this.entries.length;
    entries.forEach((entry, k) => (this.entries[start + k] = entry));
    const fresh = isNews ? entries : this.entries.filter(Boolean);
    if (!isNews) this.metrics.length = this.marks.length = 0;
    for (const entry of fresh) (entry.kind === "knob" ? this.marks : this.metrics).push(entry);
  }

  /** @param {ArrayBuffer} buffer @returns {string} the channel @throws {Error} one sentence */
  takeBlob(buffer) {
    const blob = parse(buffer);
    const meta = JSON.parse(blob.metadata.dgviz ?? "{}");
    if (meta.channel === "gates") {
      this.gates = frameFrom(blob, meta);
      preview.adopted(meta.tau_knob);
    } else if (meta.channel === "weights") {
      const names = Object.keys(blob.tensors).sort();
      this.weights = { meta, layers: names.map((name) => blob.tensors[name]) };
    } else if (meta.channel === "facts") {
      this.facts = { ...meta, alwaysZero: blob.tensors.always_zero.data };
    }
    return meta.channel;
  }
}

/** What a card sees while nothing has been started. */
export const NOTHING = Object.freeze(new Store());
