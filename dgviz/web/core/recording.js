/**
 * Recorded snapshots of a run: fetched a few at a time, the most wanted first, and as many kept as
 * fit into a bounded memory.
 */
import { read } from "./messages.js";

const AT_ONCE = 4;
const AGAIN_MS = [1000, 10000];
const MOST_BYTES = 256 * 2 ** 20;
/** A snapshot and its weights are what is drawn, and are kept however large they are. */
const DRAWN = 2;
const DAMAGED = 404;
/** Statuses after which a request is worth repeating, besides server errors (500 and more). */
const PASSING = [408, 425, 429];
const NO_ANSWER = "The server does not send recorded snapshots at present. Trying again.";

export class Recording {
  /**
   * @param {(name: string) => URL} addressOf @param {() => void} changed one more is known of
   * @param {number} [most] bytes of memory for all snapshots, decoded copies included
   */
  constructor(addressOf, changed, most = MOST_BYTES) {
    this.addressOf = addressOf;
    this.changed = changed;
    this.most = most;
    /** @type {Map<string, import("./messages.js").Message["content"]>} by name */
    this.snapshots = new Map();
    /** @type {Set<string>} names of those that cannot be read */
    this.damaged = new Set();
    /** @type {string[]} all that are wanted, the most urgent first */
    this.wanted = [];
    /** @type {string[]} those of them that fit into memory and have not been asked for */
    this.queue = [];
    /** @type {Map<string, AbortController>} */
    this.underway = new Map();
    /** @type {Map<string, number>} the most bytes that a snapshot of a kind has taken, by kind */
    this.sizes = new Map();
    /** a sentence while snapshots cannot be had */
    this.problem = "";
    /** whether the server has refused to send snapshots: none is asked for again */
    this.refused = false;
    this.delay = AGAIN_MS[0];
    this.pause = 0;
    this.control = new AbortController();
  }

  /** @param {string} name "gates/430" @returns {any} undefined until it has come */
  get(name) {
    return this.snapshots.get(name);
  }

  /** @param {string[]} names all that are wanted, the most urgent first */
  want(names) {
    this.wanted = names;
    this.arrange();
  }

  /** Lets go of what does not fit or is not wanted, on its way or here, and asks for the rest. */
  arrange() {
    if (this.refused || this.control.signal.aborted) return;
    const fitting = this.fitting();
    for (const name of this.snapshots.keys()) if (!fitting.has(name)) this.snapshots.delete(name);
    for (const name of this.underway.keys()) if (!fitting.has(name)) this.giveUp(name);
    /** @param {string} name */
    const isThere = (name) => this.snapshots.has(name) || this.underway.has(name);
    this.queue = [...fitting].filter((name) => !isThere(name));
    if (this.pause) return;
    for (const name of this.queue.splice(0, AT_ONCE - this.underway.size)) void this.fetch(name);
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
  giveUp(name) {
    this.underway.get(name)?.abort();
    this.underway.delete(name);
  }

  /** @param {string} name */
  async fetch(name) {
    const control = new AbortController();
    this.underway.set(name, control);
    const answer = await ask(this.addressOf(name), control.signal);
    // It has been given up since, and may even have been asked for again.
    if (this.underway.get(name) !== control) return;
    this.underway.delete(name);
    this.take(name, answer);
    this.arrange();
    this.changed();
  }

  /** @param {string} name @param {Answer} answer */
  take(name, { status, buffer, message }) {
    if (buffer) this.keep(name, buffer);
    else if (status === DAMAGED) this.damaged.add(name);
    else if (status >= 400 && status < 500 && !PASSING.includes(status)) this.stop(status, message);
    else this.rest();
  }

  /** @param {string} name @param {ArrayBuffer} buffer */
  keep(name, buffer) {
    this.problem = "";
    this.delay = AGAIN_MS[0];
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
   * The server does not want us: asking again would change nothing.
   * @param {number} status @param {string} [message]
   */
  stop(status, message) {
    this.problem = message ?? `The server refuses to send recorded snapshots (status ${status}).`;
    this.refused = true;
    this.queue = [];
    for (const name of this.underway.keys()) this.giveUp(name);
  }

  /** The server is away: everything that is still wanted then is tried again later. */
  rest() {
    this.problem = NO_ANSWER;
    if (this.pause) return;
    this.pause = setTimeout(() => {
      this.pause = 0;
      this.arrange();
    }, this.delay);
    this.delay = Math.min(2 * this.delay, AGAIN_MS[1]);
  }

  /** Lets go of everything, and of what is on its way. */
  close() {
    clearTimeout(this.pause);
    this.control.abort();
    for (const name of this.underway.keys()) this.giveUp(name);
  }
}

/** "gates/430" -> "gates": all snapshots of a kind are of one shape. @param {string} name */
const kindOf = (name) => name.split("/")[0];

/**
 * @typedef {Object} Answer
 * @property {number} status 0 where there was no answer, or not all of it
 * @property {ArrayBuffer} [buffer] @property {string} [message]
 *
 * @param {URL} address @param {AbortSignal} signal @returns {Promise<Answer>}
 */
async function ask(address, signal) {
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
