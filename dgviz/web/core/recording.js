/**
 * Recorded snapshots of a run. They are fetched a few at a time, the most urgent first, and kept as
 * far as a fixed amount of memory allows.
 */
import { read } from "./messages.js";

const MAX_REQUESTS = 4;
const RETRY_MS = [1000, 10000];
const MOST_BYTES = 256 * 2 ** 20;
/** The snapshot that is drawn and its weights are kept whatever their size. */
const DRAWN = 2;
const DAMAGED = 404;
/** Statuses, besides server errors (500 and more), after which a request is repeated. */
const TEMPORARY = [408, 425, 429];
const NO_ANSWER = "The server does not send recorded snapshots at present. Trying again.";

export class Recording {
  /**
   * @param {(name: string) => URL} urlOf
   * @param {() => void} changed called after each answer
   * @param {number} [most] bytes of memory for all snapshots, decoded copies included
   */
  constructor(urlOf, changed, most = MOST_BYTES) {
    this.urlOf = urlOf;
    this.changed = changed;
    this.most = most;
    /** @type {Map<string, import("./messages.js").Message["content"]>} by name */
    this.snapshots = new Map();
    /** @type {Set<string>} names of snapshots that cannot be read */
    this.damaged = new Set();
    /** @type {string[]} names of the wanted snapshots, the most urgent first */
    this.wanted = [];
    /** @type {string[]} names of wanted snapshots that fit into memory and are not requested yet */
    this.queue = [];
    /** @type {Map<string, AbortController>} requests, by name */
    this.requests = new Map();
    /** @type {Map<string, number>} the most bytes that a snapshot of a kind has taken, by kind */
    this.sizes = new Map();
    /** a sentence while no snapshots come */
    this.problem = "";
    /** whether the server has refused to send snapshots; then no more are requested */
    this.refused = false;
    this.delay = RETRY_MS[0];
    /** whether no snapshot is requested until the timer ends */
    this.paused = false;
    this.timer = 0;
    this.control = new AbortController();
  }

  /** @param {string} name "gates/430" @returns {any} undefined until it has come */
  get(name) {
    return this.snapshots.get(name);
  }

  /** @param {string[]} names of the wanted snapshots, the most urgent first */
  want(names) {
    this.wanted = names;
    this.schedule();
  }

  /** Drops or cancels snapshots that do not fit or are not wanted, and requests missing ones. */
  schedule() {
    if (this.refused || this.control.signal.aborted) return;
    const fitting = this.fitting();
    for (const name of this.snapshots.keys()) if (!fitting.has(name)) this.snapshots.delete(name);
    for (const name of this.requests.keys()) if (!fitting.has(name)) this.cancel(name);
    /** @param {string} name */
    const isMissing = (name) => !this.snapshots.has(name) && !this.requests.has(name);
    this.queue = [...fitting].filter(isMissing);
    if (this.paused) return;
    for (const name of this.queue.splice(0, MAX_REQUESTS - this.requests.size)) {
      void this.fetch(name);
    }
  }

  /** The wanted snapshots that fit into memory. @returns {Set<string>} the most urgent first */
  fitting() {
    /** @type {Set<string>} */
    const fitting = new Set();
    let room = this.most;
    for (const name of this.wanted) {
      if (this.damaged.has(name)) continue;
      room -= this.sizes.get(kindOf(name)) ?? 0;
      if (room < 0 && fitting.size >= DRAWN) break;
      fitting.add(name);
    }
    return fitting;
  }

  /** @param {string} name */
  cancel(name) {
    this.requests.get(name)?.abort();
    this.requests.delete(name);
  }

  /** @param {string} name */
  async fetch(name) {
    const control = new AbortController();
    this.requests.set(name, control);
    const answer = await request(this.urlOf(name), control.signal);
    // The request may have been cancelled, and even repeated, since.
    if (this.requests.get(name) !== control) return;
    this.requests.delete(name);
    this.take(name, answer);
    this.schedule();
    this.changed();
  }

  /** @param {string} name @param {Answer} answer */
  take(name, { status, buffer, message }) {
    if (buffer) this.keep(name, buffer);
    else if (status === DAMAGED) this.damaged.add(name);
    else if (status >= 400 && status < 500 && !TEMPORARY.includes(status)) {
      this.stop(status, message);
    } else this.retryLater();
  }

  /** @param {string} name @param {ArrayBuffer} buffer */
  keep(name, buffer) {
    this.problem = "";
    this.delay = RETRY_MS[0];
    try {
      const { content, bytes } = read(buffer);
      const kind = kindOf(name);
      this.snapshots.set(name, content);
      this.sizes.set(kind, Math.max(bytes, this.sizes.get(kind) ?? 0));
    } catch {
      this.damaged.add(name);
    }
  }

  /**
   * Stops all requests: the server refuses them, and repeating them would change nothing.
   * @param {number} status @param {string} [message]
   */
  stop(status, message) {
    this.problem = message ?? `The server refuses to send recorded snapshots (status ${status}).`;
    this.refused = true;
    this.queue = [];
    for (const name of this.requests.keys()) this.cancel(name);
  }

  /** Requests again later what is still wanted then: the server does not answer now. */
  retryLater() {
    this.problem = NO_ANSWER;
    if (this.paused) return;
    // Not told by the timer's number: a closed page has none, and would never stop requesting.
    this.paused = true;
    this.timer = setTimeout(() => {
      this.paused = false;
      this.schedule();
    }, this.delay);
    this.delay = Math.min(2 * this.delay, RETRY_MS[1]);
  }

  /** Cancels all requests. */
  close() {
    clearTimeout(this.timer);
    this.control.abort();
    for (const name of this.requests.keys()) this.cancel(name);
  }
}

/** "gates/430" -> "gates"; snapshots of a kind have one shape. @param {string} name */
const kindOf = (name) => name.split("/")[0];

/**
 * @typedef {Object} Answer
 * @property {number} status 0 if there was no answer, or an incomplete one
 * @property {ArrayBuffer} [buffer] @property {string} [message]
 *
 * @param {URL} address @param {AbortSignal} signal @returns {Promise<Answer>}
 */
async function request(address, signal) {
  try {
    const response = await fetch(address, { signal });
    const { status } = response;
    if (response.ok) return { status, buffer: await response.arrayBuffer() };
    const { message } = await response.json().catch(() => ({}));
    return { status, message };
  } catch {
    return { status: 0 };
  }
}
